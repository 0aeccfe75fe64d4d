"""The probe's slices, parts and reductions against PyTorch's, forward and backward."""

from typing import Any

import pytest

from tests.frameworks.autograd import DTYPES, batch, compare
from tests.probing.one_layer import operation

SIZE = [6, 5, 4]

TAKEN = {
    "the first half": ({"type": "slice", "stop": 3}, lambda x: x[:, :3]),
    "every second column": ({"type": "slice", "axis": -1, "step": 2}, lambda x: x[..., ::2]),
    "rows from the second": ({"type": "slice", "axis": 1, "start": 1, "step": 3}, lambda x: x[:, :, 1::3]),
    "all but the last row": ({"type": "slice", "axis": 1, "stop": -1}, lambda x: x[:, :, :-1]),
    "the first channel": ({"type": "select", "index": 0}, lambda x: x[:, 0]),
    "the last column": ({"type": "select", "axis": -1, "index": -1}, lambda x: x[..., -1]),
}

REDUCED = {
    "positions": ({"axis": [1, 2]}, {"dim": (2, 3)}),
    "channels": ({"axis": 0}, {"dim": 1}),
    "the last axis, kept": ({"axis": -1, "keep": True}, {"dim": -1, "keepdim": True}),
    "all axes, kept": ({"axis": [2, 0, 1], "keep": True}, {"dim": (1, 2, 3), "keepdim": True}),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", TAKEN)
def test_taken(name: str, dtype: str, torch: Any) -> None:
    """The part is PyTorch's, and the gradient of the rest is 0."""
    layer, reference = TAKEN[name]

    compare(operation(SIZE, layer, dtype=dtype), torch, reference, [batch(3, *SIZE, dtype=dtype)])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("part", [0, 1, 2])
def test_parts(part: int, dtype: str, torch: Any) -> None:
    """Each part of a split is an operation of its own, with its share of the channels."""
    split = {"name": "parts", "type": "split", "parts": 3, "sizes": [1, 3, 2]}
    own = operation(SIZE, split, {"type": "dropout", "from": f"parts.{part}"}, dtype=dtype, at=part)

    compare(own, torch, lambda x: x.split([1, 3, 2], dim=1)[part], [batch(3, *SIZE, dtype=dtype)])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", REDUCED)
@pytest.mark.parametrize("kind", ["mean", "sum", "max"])
def test_reduced(kind: str, name: str, dtype: str, torch: Any) -> None:
    """Mean, sum and largest value are PyTorch's, with their gradients."""
    own, reference = REDUCED[name]
    function = {"mean": torch.mean, "sum": torch.sum, "max": torch.amax}[kind]
    made = operation(SIZE, {"type": kind, **own}, dtype=dtype)

    compare(made, torch, lambda x: function(x, **reference), [batch(3, *SIZE, dtype=dtype)])


def test_equal_values_share_the_gradient(torch: Any) -> None:
    """Of several largest values each gets an equal part of the gradient, as in `torch.amax`."""
    inputs = [batch(3, *SIZE, dtype="float64").round()]
    made = operation(SIZE, {"type": "max", "axis": [1, 2]}, dtype="float64")

    compare(made, torch, lambda x: x.amax((2, 3)), inputs)


def test_merged_patches_have_the_order_of_swin(torch: Any) -> None:
    """Two reshapes and a permute put the features of 2 x 2 patches side by side, as four slices do."""
    image = batch(3, 6, 4, 5, dtype="float64")
    whole = torch.tensor(image)
    corners = [whole[:, row::2, column::2] for column in (0, 1) for row in (0, 1)]
    layers = [
        {"type": "reshape", "shape": [3, 2, 2, 2, 5]},
        {"type": "permute", "axes": [0, 2, 3, 1, 4]},
        {"type": "reshape", "shape": [3, 2, 20]},
    ]
    own = image
    for end in range(len(layers)):
        own = operation([6, 4, 5], *layers[: end + 1]).forward([own], keep=False)

    assert torch.cat(corners, -1).numpy().tolist() == own.tolist()
