"""Learned tensors in the flow through Keras's own file: its names for their classes, and PyTorch's outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen

pytestmark = pytest.mark.slow

DRAWN = {"scheme": "normal", "mean": 0.2, "std": 0.7}
TOLERANCE = {"rtol": 1e-5, "atol": 1e-5}


def loaded(model: Any, spec: Any, tmp_path: Path) -> Any:
    """Return the model with the weights of a spec, from its own file."""
    path = tmp_path / "model.weights.h5"
    winitgen.write(spec, path, layout="keras", fsync=False)
    model.load_weights(path)
    return model


def vision(keras: Any) -> Any:
    """Return a class token, positions, a layer scale and a shift between dense layers, each as a layer of one weight."""

    class Token(keras.layers.Layer):
        def build(self, shape: Any) -> None:
            self.token = self.add_weight(shape=(1, 2, shape[-1]), name="token")

        def call(self, x: Any) -> Any:
            tokens = keras.ops.repeat(self.token, keras.ops.shape(x)[0], axis=0)
            return keras.ops.concatenate([tokens, x], axis=1)

    class PositionEmbedding(keras.layers.Layer):
        def build(self, shape: Any) -> None:
            self.table = self.add_weight(shape=(1, *shape[1:]), name="table")

        def call(self, x: Any) -> Any:
            return keras.ops.broadcast_to(self.table, keras.ops.shape(x))

    class Shift(keras.layers.Layer):
        def build(self, shape: Any) -> None:
            self.beta = self.add_weight(shape=(shape[-1],), name="beta")

        def call(self, x: Any) -> Any:
            return x + self.beta

    class Queries(keras.layers.Layer):
        def build(self, shape: Any) -> None:
            self.vectors = self.add_weight(shape=(3, 4), name="vectors")

        def call(self, x: Any) -> Any:
            return keras.ops.repeat(self.vectors[None], keras.ops.shape(x)[0], axis=0)

    from keras.src.applications.convnext import LayerScale

    layers = keras.layers
    x = keras.Input((5, 6))
    y = layers.Dense(8)(x)
    y = Token()(y)
    y = layers.Add()([y, PositionEmbedding()(y)])
    y = LayerScale(1.0, 8)(y)
    y = Shift()(y)
    return keras.Model(x, [layers.Dense(4)(y), layers.Dense(2)(Queries()(x))])


VISION = {
    "input": [5, 6],
    "layers": [
        {"name": "patch", "type": "dense", "units": 8, "bias_init": DRAWN},
        {"name": "cls_token", "type": "token", "count": 2, "init": DRAWN},
        {
            "name": "pos_embed",
            "type": "positional_embedding",
            "count": 7,
            "dim": 8,
            "bare": True,
            "shape": [1, 7, 8],
            "init": DRAWN,
        },
        {"name": "gamma", "type": "scale", "init": DRAWN},
        {"name": "query", "type": "queries", "count": 3, "dim": 4, "init": DRAWN},
        {"name": "beta", "type": "shift", "init": DRAWN},
        {"name": "head", "type": "dense", "units": 4, "bias_init": DRAWN},
        {"name": "box", "type": "dense", "units": 2, "bias_init": DRAWN, "from": "query"},
    ],
}


def test_a_sequence(keras: Any, tmp_path: Path) -> None:
    """Tokens, positions, scales, shifts and queries give PyTorch's outputs."""
    x = np.random.default_rng(0).standard_normal((3, 5, 6)).astype(np.float32)
    w = winitgen.generate(VISION)
    y = x @ w["patch.weight"].T + w["patch.bias"]
    y = np.concatenate([np.repeat(w["cls_token"], 3, axis=0), y], axis=1) + w["pos_embed"]
    head = (y * w["gamma"] + w["beta"]) @ w["head.weight"].T + w["head.bias"]
    box = np.repeat((w["query"] @ w["box.weight"].T + w["box.bias"])[np.newaxis], 3, axis=0)

    own = loaded(vision(keras), VISION, tmp_path)(x)
    for expected, found in zip((head, box), own, strict=True):
        np.testing.assert_allclose(np.asarray(found), expected, **TOLERANCE)


CONVNEXT_BLOCK = {
    "input": [8, 6, 7],
    "layers": [
        {
            "name": "dw",
            "type": "conv2d",
            "filters": 8,
            "kernel_size": 7,
            "groups": 8,
            "padding": "same",
            "bias_init": DRAWN,
        },
        {"name": "layer_scale", "type": "scale", "axis": 0, "shape": [8, 1, 1], "init": DRAWN},
        {"type": "global_avg_pool2d"},
        {"name": "head", "type": "dense", "units": 4, "bias_init": DRAWN},
    ],
}


def test_an_image(keras: Any, torch: Any, tmp_path: Path) -> None:
    """The channels of a scale of (channels, 1, 1) are the last axis of Keras's images."""
    from keras.src.applications.convnext import LayerScale

    layers = keras.layers
    inner = keras.Input((6, 7, 8))
    y = LayerScale(1.0, 8)(layers.Conv2D(8, 7, groups=8, padding="same")(inner))
    model = keras.Model(inner, layers.Dense(4)(layers.GlobalAveragePooling2D()(y)))
    x = np.random.default_rng(0).standard_normal((3, 8, 6, 7)).astype(np.float32)
    w = {name: torch.tensor(array) for name, array in winitgen.generate(CONVNEXT_BLOCK).items()}
    y = torch.nn.functional.conv2d(torch.tensor(x), w["dw.weight"], w["dw.bias"], padding=3, groups=8)
    expected = (y * w["layer_scale"]).mean((2, 3)) @ w["head.weight"].T + w["head.bias"]

    own = loaded(model, CONVNEXT_BLOCK, tmp_path)(np.moveaxis(x, 1, -1))
    np.testing.assert_allclose(np.asarray(own), expected.numpy(), **TOLERANCE)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # NumPy 2, in Keras
def test_keras_has_a_layer_scale_of_its_own(keras: Any, tmp_path: Path) -> None:
    """In the file of keras.applications' ConvNeXt, the scales are where winitgen puts those of a spec."""
    import h5py

    path = tmp_path / "convnext.weights.h5"
    keras.applications.ConvNeXtTiny(weights=None, input_shape=(32, 32, 3), classes=2).save_weights(path)
    spec = {"input": [4, 5], "layers": [{"name": f"g{i}", "type": "scale"} for i in range(18)]}
    own = tmp_path / "own.weights.h5"
    winitgen.write(spec, own, layout="keras", fsync=False)

    def scales(name: Path) -> list[str]:
        with h5py.File(name) as file:
            return sorted(
                f"{key}/vars/0"
                for key in file["layers"]
                if key.startswith("layer_scale") and "vars" in file["layers"][key]
            )

    assert scales(own) == scales(path)
