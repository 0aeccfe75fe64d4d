"""The bilinear layer against `nn.Bilinear`: loading, and the probe's values and gradients."""

from typing import Any

import pytest

import winitgen
from tests.frameworks.autograd import DTYPES, batch, compare, tensors
from tests.probing.one_layer import BIASES, operation

SAMPLES, T, ONE, TWO, OUT = 5, 4, 7, 3, 6
LAYER = {"type": "bilinear", "from": "x", "other": "z", "units": OUT}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("positions", [(), (T,)], ids=["features", "sequence"])
def test_bilinear(positions: tuple[int, ...], bias: bool, dtype: str, torch: Any) -> None:
    """Outputs and the gradients of both inputs are PyTorch's, for several threads and blocks."""
    size = {"x": [*positions, ONE], "z": [*positions, TWO]}
    own = operation(size, {**LAYER, **(BIASES if bias else {"use_bias": False})}, dtype=dtype, threads=2)
    kernel, shift = tensors(own, torch, "kernel", "bias")
    inputs = [batch(SAMPLES, *size[name], dtype=dtype, seed=seed) for seed, name in enumerate(size)]

    compare(own, torch, lambda x, z: torch.nn.functional.bilinear(x, z, kernel, shift), inputs)


def test_bilinear_in_blocks(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows one at a time give the same."""
    monkeypatch.setattr("winitgen.probing.operations.bilinear.BLOCK", 1)
    own = operation({"x": [ONE], "z": [TWO]}, {**LAYER, **BIASES})
    kernel, shift = tensors(own, torch, "kernel", "bias")
    inputs = [batch(SAMPLES, size, dtype="float64", seed=size) for size in (ONE, TWO)]

    compare(own, torch, lambda x, z: torch.nn.functional.bilinear(x, z, kernel, shift), inputs)


def test_one_vector_twice(torch: Any) -> None:
    """A quadratic form takes the same vector as both inputs."""
    own = operation(ONE, {**LAYER, "from": "input", "other": "input", **BIASES})
    kernel, shift = tensors(own, torch, "kernel", "bias")
    x = batch(SAMPLES, ONE, dtype="float64")

    compare(own, torch, lambda x, z: torch.nn.functional.bilinear(x, z, kernel, shift), [x, x])


def test_loads_strictly(torch: Any) -> None:
    """`nn.Bilinear` takes the tensors by their names and shapes."""
    spec = {"input": {"x": ONE, "z": TWO}, "layers": [{"name": "form", **LAYER}]}
    model = torch.nn.ModuleDict({"form": torch.nn.Bilinear(ONE, TWO, OUT)})
    found = {name: torch.tensor(array) for name, array in winitgen.generate(spec).items()}

    model.load_state_dict(found, strict=True)
