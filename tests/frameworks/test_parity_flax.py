"""The same outputs from PyTorch and from both interfaces of Flax, from one spec and one seed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import winitgen
from tests.frameworks import parity
from tests.frameworks.flax_models import LINEN, NNX

pytestmark = pytest.mark.slow

Framework = Callable[[str], Any]


class Flax(NamedTuple):
    """The modules that a test of Flax needs."""

    jax: Any
    linen: Any
    nnx: Any
    load_file: Callable[[Path], dict[str, Any]]
    unflatten_dict: Callable[..., dict[str, Any]]


@pytest.fixture
def flax(framework: Framework, monkeypatch: pytest.MonkeyPatch) -> Flax:
    """Return JAX and Flax, computing on the CPU with full precision."""
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    jax = framework("jax")
    found = Flax(
        jax,
        framework("flax.linen"),
        framework("flax.nnx"),
        framework("safetensors.flax").load_file,
        framework("flax.traverse_util").unflatten_dict,
    )
    with jax.default_matmul_precision("highest"):
        yield found


def fed(batch: Any) -> np.ndarray:
    """Return PyTorch's batch in Flax's layout: images with channels last."""
    array = batch.numpy()
    return array if array.ndim < 3 else np.moveaxis(array, 1, -1)


@pytest.fixture
def expected(torch: Any, fill: Callable[..., Any]) -> Callable[[str], np.ndarray]:
    """Return a function that gives the outputs of PyTorch's model of a spec."""

    def expected(name: str) -> np.ndarray:
        model = fill(parity.MODULES[name](torch), parity.SPECS[name]).eval()
        with torch.no_grad():
            return model(parity.batch_of(parity.SPECS[name], torch)).numpy()

    return expected


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a spec as safetensors in a layout."""

    def written(spec: Any, layout: str) -> Path:
        path = tmp_path / f"{layout}.safetensors"
        winitgen.write(spec, path, layout=layout, fsync=False)
        return path

    return written


def shapes(jax: Any, tree: Any) -> Any:
    """Return a tree of the shapes and number formats of a tree of arrays."""
    return jax.tree.map(lambda leaf: (leaf.shape, str(leaf.dtype)), tree)


@pytest.mark.parametrize("name", LINEN)
def test_linen(
    name: str,
    flax: Flax,
    torch: Any,
    expected: Callable[[str], np.ndarray],
    written: Callable[..., Path],
) -> None:
    """The file has exactly the variables of linen's model, and the outputs agree."""
    spec = parity.SPECS[name]
    batch = fed(parity.batch_of(spec, torch))
    model = LINEN[name](flax.linen, flax.jax)
    variables = flax.unflatten_dict(flax.load_file(written(spec, "flax")), sep=".")
    own = flax.jax.eval_shape(model.init, flax.jax.random.key(0), batch)

    assert shapes(flax.jax, own) == shapes(flax.jax, variables)
    parity.assert_same(model.apply(variables, batch), expected(name))


@pytest.mark.parametrize("name", NNX)
def test_nnx(
    name: str,
    flax: Flax,
    torch: Any,
    expected: Callable[[str], np.ndarray],
    written: Callable[..., Path],
) -> None:
    """The file has exactly the state of nnx's model, and the outputs agree."""
    spec, nnx = parity.SPECS[name], flax.nnx
    model = NNX[name](nnx, flax.jax)
    loaded = flax.load_file(written(spec, "nnx"))
    state = nnx.state(model, nnx.Any(nnx.Param, nnx.BatchStat))
    flat = {".".join(map(str, path)): leaf for path, leaf in nnx.to_flat_state(state)}

    assert shapes(flax.jax, {key: leaf[...] for key, leaf in flat.items()}) == shapes(flax.jax, loaded)

    for key, leaf in flat.items():
        leaf[...] = loaded[key]
    nnx.update(model, state)
    outputs = model(fed(parity.batch_of(spec, torch)))
    parity.assert_same(outputs, expected(name))


def test_float8_comes_from_generate(flax: Flax, tmp_path: Path) -> None:
    """The loader of safetensors 0.8 has no name for it, as the page says; JAX takes the arrays of `generate`."""
    spec: dict[str, Any] = {"input": 3, "dtype": "float8_e4m3fn", "layers": [{"type": "dense", "units": 2}]}
    path = tmp_path / "w.safetensors"
    winitgen.write(spec, path, layout="flax")
    with pytest.raises(AttributeError, match="float8_e4m3fn"):
        flax.load_file(path)
    (kernel, bias) = winitgen.generate(spec, layout="flax").values()

    assert ["float8_e4m3fn"] * 2 == [str(flax.jax.numpy.asarray(array).dtype) for array in (kernel, bias)]
