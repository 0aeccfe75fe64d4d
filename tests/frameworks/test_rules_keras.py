"""What the reference says of Keras's models: paddings, names, and the final states of two directions."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import winitgen

pytestmark = pytest.mark.slow

DEFAULTS = {"bias_init": {"scheme": "normal", "std": 0.3}}


def pooled(kind: str) -> dict[str, Any]:
    """Return a spec of a convolution with elu, whose outputs are often negative, and a padded pooling."""
    conv = {"name": "conv", "type": "conv2d", "filters": 5, "kernel_size": 3, "activation": "elu"}
    pool = {"type": f"{kind}_pool2d", "pool_size": 3, "strides": 2, "padding": [1, 0]}
    return {"input": [4, 11, 9], "defaults": DEFAULTS, "layers": [conv, pool]}


def pooled_by_torch(kind: str, torch: Any, state: Any) -> tuple[Any, np.ndarray]:
    """Return a batch, and PyTorch's outputs, channels last."""
    nn = torch.nn
    pool = {"max": nn.MaxPool2d, "avg": nn.AvgPool2d}[kind](3, 2, (1, 0))
    module = nn.Sequential(nn.Conv2d(4, 5, 3), nn.ELU(), pool)
    module.load_state_dict({key.replace("conv", "0"): value for key, value in state.items()})
    batch = torch.randn(8, 4, 11, 9, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        return batch.movedim(1, -1).numpy(), module(batch).movedim(1, -1).numpy()


def pooled_by_keras(kind: str, keras: Any, padding: Any) -> Any:
    """Return Keras's model of the spec, with a layer that pads."""
    layers = keras.layers
    pool = {"max": layers.MaxPooling2D, "avg": layers.AveragePooling2D}[kind](3, strides=2)
    conv = layers.Conv2D(5, 3, activation="elu", name="conv")
    return keras.Sequential([keras.Input((11, 9, 4)), conv, padding, pool])


@pytest.mark.parametrize(("kind", "lowest"), [("max", True), ("avg", False)])
def test_padding_before_a_pooling(
    kind: str, lowest: bool, keras: Any, torch: Any, weights: Callable[..., Any], load: Callable[..., None]
) -> None:
    """A max pooling is padded with the lowest number and an average pooling with zeros, not the other way."""
    rows = [[0, 0], [1, 1], [0, 0], [0, 0]]
    low = keras.layers.Lambda(lambda x: keras.ops.pad(x, rows, constant_values=-float("inf")))
    zero = keras.layers.ZeroPadding2D((1, 0))
    spec = pooled(kind)
    batch, expected = pooled_by_torch(kind, torch, weights(spec))
    found = {}
    for name, padding in (("low", low), ("zero", zero)):
        model = pooled_by_keras(kind, keras, padding)
        load(model, spec)
        found[name] = np.abs(model.predict(batch, verbose=0) - expected).max()

    assert found["low" if lowest else "zero"] < 2e-6
    assert found["zero" if lowest else "low"] > 0.02


GROUPED = {
    "input": 6,
    "layers": [
        {"type": "group", "name": "encoder", "layers": [{"name": "fc1", "type": "dense", "units": 4}]},
        {"name": "head", "type": "dense", "units": 3},
    ],
}


def models(keras: Any) -> dict[str, Any]:
    """Return models of the spec, by how the group is made."""
    layers = keras.layers

    class Encoder(layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.fc1 = layers.Dense(4, name="fc1")

        def call(self, x: Any) -> Any:
            return self.fc1(x)

    class Model(keras.Model):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__(name="mine")
            self.encoder, self.head = Encoder(name="encoder"), layers.Dense(3, name="head")

        def call(self, x: Any) -> Any:
            return self.head(self.encoder(x))

    def head(x: Any) -> Any:
        return layers.Dense(3, name="head")(x)

    x, inner = keras.Input((6,)), keras.Input((6,))
    nested = keras.Model(inner, layers.Dense(4, name="fc1")(inner), name="encoder")
    subclass = Model()
    subclass(np.zeros((1, 6), "float32"))
    return {
        "custom": keras.Model(x, head(Encoder(name="encoder")(x))),
        "sequential": keras.Sequential(
            [keras.Input((6,)), Encoder(name="encoder"), layers.Dense(3, name="head")]
        ),
        "subclass": subclass,
        "nested": keras.Model(x, head(nested(x))),
    }


@pytest.mark.parametrize(
    ("kind", "before", "folder"),
    [
        ("custom", "", "encoder/"),
        ("sequential", "sequential/", "encoder/"),
        ("subclass", "mine/", "encoder/"),
        ("nested", "", ""),
    ],
)
def test_the_paths_of_variables(kind: str, before: str, folder: str, keras: Any) -> None:
    """They are the layout's names in a Functional model of custom layers; others add or lack a folder."""
    names = list(winitgen.generate(GROUPED, layout="keras"))
    paths = [variable.path for variable in models(keras)[kind].weights]

    assert ["encoder/fc1/kernel", "encoder/fc1/bias", "head/kernel", "head/bias"] == names
    assert [before + name.replace("encoder/", folder) for name in names] == paths


def test_no_slash_in_a_name(keras: Any) -> None:
    """Keras refuses the name of a layer with a slash."""
    with pytest.raises(ValueError, match="cannot contain character `/`"):
        keras.layers.Dense(3, name="encoder/fc1")


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_the_final_states_of_two_directions(
    kind: str, keras: Any, torch: Any, weights: Callable[..., Any], load: Callable[..., None]
) -> None:
    """Without `return_sequences` each direction gives the state where it ends: backward, at the first position."""
    layer = {"name": "r", "type": kind, "units": 5, "bidirectional": True}
    spec = {"input": [7, 6], "defaults": DEFAULTS, "layers": [layer]}
    layers = keras.layers
    own = {"lstm": layers.LSTM, "gru": layers.GRU, "rnn": layers.SimpleRNN}[kind](5, name=kind)
    model = keras.Sequential([keras.Input((7, 6)), layers.Bidirectional(own, name="r")])
    load(model, spec)
    module = getattr(torch.nn, kind.upper())(6, 5, bidirectional=True, batch_first=True)
    module.load_state_dict({key.removeprefix("r."): value for key, value in weights(spec).items()})
    batch = torch.randn(8, 7, 6, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        output, states = module(batch)
    final = torch.cat([*(states[0] if kind == "lstm" else states)[-2:]], 1).numpy()

    np.testing.assert_allclose(model.predict(batch.numpy(), verbose=0), final, rtol=1e-5, atol=1e-6)
    assert np.abs(output[:, -1].numpy() - final).max() > 0.1
    np.testing.assert_array_equal(output[:, 0, 5:].numpy(), final[:, 5:])
