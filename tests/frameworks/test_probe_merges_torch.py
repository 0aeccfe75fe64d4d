"""The probe's merges and reshapes against PyTorch's, forward and backward."""

import math
from typing import Any

import pytest

from tests.frameworks.autograd import DTYPES, batch, compare
from tests.probing.one_layer import operation
from winitgen.probing.operations.operation import Operation

SAMPLES = 4
SIZE = [6, 5, 3]


def merge(kind: str, dtype: str, count: int = 3, **options: Any) -> Operation:
    """Return a merge of ``count`` layers with outputs of `SIZE`."""
    layers = [
        {"name": f"a{i}", "type": "activation", "activation": "tanh", "from": "input"} for i in range(count)
    ]
    return operation(
        SIZE, *layers, {"type": kind, "from": [f"a{i}" for i in range(count)], **options}, dtype=dtype
    )


def batches(count: int, dtype: str) -> list[Any]:
    """Return ``count`` different batches of `SIZE`."""
    return [batch(SAMPLES, *SIZE, dtype=dtype, seed=7 + i) for i in range(count)]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("count", [2, 3])
def test_add(count: int, dtype: str, torch: Any) -> None:
    """The output is the sum of two or more; the gradient goes to each."""
    compare(merge("add", dtype, count), torch, lambda *x: sum(x), batches(count, dtype))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("count", [2, 3])
def test_multiply(count: int, dtype: str, torch: Any) -> None:
    """The output is the product of two or more; each gets the gradient times the others."""
    compare(merge("multiply", dtype, count), torch, lambda *x: math.prod(x), batches(count, dtype))


JOINED = {
    "add": lambda *x: sum(x),
    "subtract": lambda a, b: a - b,
    "multiply": lambda *x: math.prod(x),
}
REPEATED = [
    ((6, 5, 3), (6, 1, 1)),
    ((6, 1, 1), (6, 5, 3)),
    ((1, 5, 1), (6, 1, 3)),
    ((6, 5, 3), (1, 1, 1)),
    ((6, 5, 3), (6, 5, 3)),
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shapes", REPEATED, ids=str)
@pytest.mark.parametrize("kind", JOINED)
def test_an_axis_of_size_1_is_repeated(
    kind: str, shapes: tuple[tuple[int, ...], ...], dtype: str, torch: Any
) -> None:
    """The output has the larger sizes; an input that is repeated gets the sum of its gradients."""
    inputs = [batch(SAMPLES, *shape, dtype=dtype, seed=7 + i) for i, shape in enumerate(shapes)]

    compare(merge(kind, dtype, 2), torch, JOINED[kind], inputs)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_concat(axis: int, dtype: str, torch: Any) -> None:
    """Signals of unequal sizes are joined along any axis of the sample; each gets its slice of the gradient."""
    inputs = batches(3, dtype)
    place = axis + 1 if axis >= 0 else axis
    inputs[0] = inputs[0].take([0, 2], axis=place)
    own = merge("concat", dtype, axis=axis)

    compare(own, torch, lambda *x: torch.cat(x, dim=place), inputs)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_sum_of_a_residual(dtype: str, torch: Any) -> None:
    """The layer at the end of a residual is a sum of two."""
    inner = {"type": "dense", "units": 5}
    own = operation([6, 5], {"type": "residual", "layers": [inner]}, dtype=dtype)
    inputs = [batch(SAMPLES, 6, 5, dtype=dtype, seed=seed) for seed in (3, 4)]

    assert own.layer.type == "add"
    compare(own, torch, lambda branch, past: branch + past, inputs)


MOVES = {
    "flatten": ({"type": "flatten"}, lambda x: x.flatten(1)),
    "reshape": ({"type": "reshape", "shape": [2, 9, 5]}, lambda x: x.reshape(-1, 2, 9, 5)),
    "permute": ({"type": "permute", "axes": [1, 2, 0]}, lambda x: x.permute(0, 2, 3, 1)),
    "dropout": ({"type": "dropout", "rate": 0.9}, lambda x: x + 0),
    "activation": ({"type": "activation", "activation": "relu"}, lambda x: x + 0),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("move", MOVES)
def test_reshapes(move: str, dtype: str, torch: Any) -> None:
    """Values move to other axes, and gradients back; dropout and an activation layer pass them on."""
    layer, reference = MOVES[move]

    compare(operation(SIZE, layer, dtype=dtype), torch, reference, [batch(SAMPLES, *SIZE, dtype=dtype)])
