"""Learned tensors in the flow as raw parameters of Flax's modules: names, shapes, and the outputs of PyTorch's arrays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen

pytestmark = pytest.mark.slow

DRAWN = {"scheme": "normal", "mean": 0.2, "std": 0.7}
SPEC: dict[str, Any] = {
    "input": [6, 4, 5],
    "layers": [
        {"name": "stem", "type": "conv2d", "filters": 8, "kernel_size": 1, "use_bias": False},
        {"name": "layer_scale", "type": "scale", "axis": 0, "shape": [8, 1, 1], "init": DRAWN},
        {"type": "permute", "axes": [1, 2, 0]},
        {"name": "field", "type": "shift", "axis": [0, 1, 2], "shape": [1, 4, 5, 8], "init": DRAWN},
        {"type": "reshape", "shape": [20, 8]},
        {"name": "cls", "type": "token", "init": DRAWN},
        {
            "name": "pos_embedding",
            "type": "positional_embedding",
            "count": 21,
            "dim": 8,
            "bare": True,
            "shape": [1, 21, 8],
        },
        {"name": "temperature", "type": "scale", "axis": [], "init": DRAWN},
        {"name": "head", "type": "dense", "units": 3, "use_bias": False},
    ],
}
RAW = {
    "layer_scale": (8,),
    "field": (1, 4, 5, 8),
    "cls": (1, 1, 8),
    "pos_embedding": (1, 21, 8),
    "temperature": (),
}
"""The raw parameters in Flax: the scale of an image is along its last axis."""


def batch() -> np.ndarray:
    """Return two images, channels first."""
    return np.random.default_rng(0).standard_normal((2, 6, 4, 5)).astype(np.float32)


def expected() -> np.ndarray:
    """Return the outputs of the arrays of the torch layout, channels first."""
    w = winitgen.generate(SPEC)
    x = np.einsum("nchw,oc->nohw", batch(), w["stem.weight"][:, :, 0, 0]) * w["layer_scale"]
    x = (x.transpose(0, 2, 3, 1) + w["field"]).reshape(2, 20, 8)
    x = np.concatenate([np.repeat(w["cls"], 2, axis=0), x], axis=1) + w["pos_embedding"]
    return (x * w["temperature"]) @ w["head.weight"].T


def applied(jnp: Any, x: Any, raw: Callable[[str], Any], stem: Any, head: Any) -> Any:
    """Return the model's output, from images with their channels last."""
    x = (stem(x) * raw("layer_scale") + raw("field")).reshape(2, 20, 8)
    x = jnp.concatenate([jnp.repeat(raw("cls"), 2, axis=0), x], axis=1) + raw("pos_embedding")
    return head(x * raw("temperature"))


def written(layout: str, folder: Path) -> Path:
    """Return the file of the spec in a layout."""
    path = folder / "model.safetensors"
    winitgen.write(SPEC, path, layout=layout, fsync=False)
    return path


def test_linen(jax: Any, framework: Callable[[str], Any], tmp_path: Path) -> None:
    """A linen module with these parameters has exactly the file's variables, and its outputs agree."""
    nn, load_file = framework("flax.linen"), framework("safetensors.flax").load_file

    class Model(nn.Module):
        @nn.compact
        def __call__(self, x: Any) -> Any:
            def raw(name: str) -> Any:
                return self.param(name, nn.initializers.zeros, RAW[name])

            stem = nn.Conv(8, (1, 1), use_bias=False, name="stem")
            return applied(jax.numpy, x, raw, stem, nn.Dense(3, use_bias=False, name="head"))

    x = np.moveaxis(batch(), 1, -1)
    unflatten = framework("flax.traverse_util").unflatten_dict
    variables = unflatten(load_file(written("flax", tmp_path)), sep=".")
    own = jax.eval_shape(Model().init, jax.random.key(0), x)

    assert jax.tree.map(np.shape, own) == jax.tree.map(np.shape, variables)
    np.testing.assert_allclose(Model().apply(variables, x), expected(), rtol=1e-5, atol=1e-5)


def test_nnx(jax: Any, framework: Callable[[str], Any], tmp_path: Path) -> None:
    """An nnx module with these parameters has exactly the file's paths, and its outputs agree."""
    nnx, load_file = framework("flax.nnx"), framework("safetensors.flax").load_file

    class Model(nnx.Module):
        def __init__(self) -> None:
            rngs = nnx.Rngs(0)
            self.stem = nnx.Conv(6, 8, (1, 1), use_bias=False, rngs=rngs)
            self.head = nnx.Linear(8, 3, use_bias=False, rngs=rngs)
            for name, shape in RAW.items():
                setattr(self, name, nnx.Param(jax.numpy.zeros(shape)))

        def __call__(self, x: Any) -> Any:
            return applied(jax.numpy, x, lambda name: getattr(self, name)[...], self.stem, self.head)

    model, loaded = Model(), load_file(written("nnx", tmp_path))
    state = nnx.state(model, nnx.Param)
    flat = {".".join(map(str, path)): leaf for path, leaf in nnx.to_flat_state(state)}

    assert {name: leaf.shape for name, leaf in flat.items()} == {k: v.shape for k, v in loaded.items()}
    for name, leaf in flat.items():
        leaf[...] = loaded[name]
    nnx.update(model, state)
    out = model(np.moveaxis(batch(), 1, -1))
    np.testing.assert_allclose(out, expected(), rtol=1e-5, atol=1e-5)
