"""The probe's learned tensors in the flow against PyTorch, forward and back."""

from typing import Any

import pytest

from tests.frameworks.autograd import DTYPES, batch, compare
from tests.probing.one_layer import operation
from winitgen.probing.operations.operation import Operation

INIT = {"scheme": "normal", "mean": 0.4, "std": 1.3}
SAMPLES = 5


def only(own: Operation, torch: Any) -> Any:
    """Return the tensor of an operation."""
    return torch.tensor(own.weights.needed(""))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", ["scale", "shift"])
@pytest.mark.parametrize(
    ("size", "options", "broadcast"),
    [
        pytest.param([7, 4], {}, (4,), id="features"),
        pytest.param([7, 4, 3], {"axis": 0, "shape": [7, 1, 1]}, (7, 1, 1), id="channels"),
        pytest.param([7, 4, 3], {"axis": [-1, 0]}, (7, 1, 3), id="two axes"),
        pytest.param([7, 4], {"axis": [], "shape": [1]}, (1,), id="one for all"),
        pytest.param([4], {}, (4,), id="a vector"),
    ],
)
def test_along_axes(
    kind: str, size: list[int], options: dict[str, Any], broadcast: tuple[int, ...], dtype: str, torch: Any
) -> None:
    """Output and gradient are those of a product, or a sum, that broadcasts."""
    own = operation(size, {"type": kind, "init": INIT, **options}, dtype=dtype, threads=2)
    join = torch.mul if kind == "scale" else torch.add

    compare(
        own,
        torch,
        lambda x: join(x, only(own, torch).reshape(broadcast)),
        [batch(SAMPLES, *size, dtype=dtype)],
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("at", ["start", "end", 0, 3, 7])
def test_tokens(at: str | int, dtype: str, torch: Any) -> None:
    """The vectors are concatenated with the positions of every sample, at the start if at 0."""
    own = operation([7, 4], {"type": "token", "count": 2, "at": at, "init": INIT}, dtype=dtype)
    begin = {"start": 0, "end": 7}.get(str(at), at)

    def reference(x: Any) -> Any:
        token = only(own, torch).expand(len(x), -1, -1)
        return torch.cat([x[:, :begin], token, x[:, begin:]], 1)

    compare(own, torch, reference, [batch(SAMPLES, 7, 4, dtype=dtype)])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"bare": True, "shape": [1, 10, 4]}, id="bare"),
        pytest.param({"bare": True, "offset": 3}, id="bare, after three vectors"),
        pytest.param({"offset": 2}, id="after two vectors"),
    ],
)
def test_positions(options: dict[str, Any], dtype: str, torch: Any) -> None:
    """The vectors of `nn.Embedding` from the offset on are added."""
    layer = {"type": "positional_embedding", "count": 10, "dim": 4, **options}
    own = operation([7, 4], layer, dtype=dtype)
    role, offset = "" if "bare" in options else "embeddings", options.get("offset", 0)

    def reference(x: Any) -> Any:
        table = torch.tensor(own.weights.needed(role)).reshape(10, 4)
        return x + torch.nn.functional.embedding(torch.arange(7) + offset, table)

    compare(own, torch, reference, [batch(SAMPLES, 7, 4, dtype=dtype)])


@pytest.mark.parametrize("dtype", DTYPES)
def test_queries(dtype: str, torch: Any) -> None:
    """Every sample has the same vectors, and no gradient goes to the input."""
    own = operation(
        [7],
        {"name": "q", "type": "queries", "count": 3, "dim": 4, "shape": [1, 3, 4], "init": INIT},
        dtype=dtype,
    )

    compare(
        own,
        torch,
        lambda x: only(own, torch).expand(len(x), -1, -1).clone().requires_grad_(),
        [batch(SAMPLES, 7, dtype=dtype)],
    )
