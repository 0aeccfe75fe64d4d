"""Keras's models of the specs of `parity`, written by hand, channels last; and a model with branches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.frameworks import flow_parity
from tests.frameworks.parity import DEFAULTS, NORM, POSITIONS, TOKENS

EPSILON = {"epsilon": 1e-5}
"""The epsilon of PyTorch and of the spec; that of Keras is 1e-3."""


def mlp(keras: Any) -> Any:
    """Return the model of the spec of this name."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((12,)),
            layers.Dense(20, activation="relu", name="fc1"),
            layers.Dense(9, activation="tanh", name="hidden.fc2"),
            layers.Dense(4, name="out"),
        ]
    )


def lenet(keras: Any) -> Any:
    """Return the model of the spec of this name."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((32, 28, 1)),
            layers.Conv2D(6, 5, activation="tanh", name="conv1"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh", name="conv2"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(30, activation="tanh", name="fc1"),
            layers.Dense(10, name="fc2"),
        ]
    )


def convolutions(keras: Any) -> Any:
    """Return the model of the spec of this name."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((13, 9, 4)),
            layers.Conv2D(6, (3, 2), strides=2, groups=2, use_bias=False, name="grouped"),
            layers.BatchNormalization(name="bn", **EPSILON),
            layers.ReLU(),
            layers.Conv2D(8, 3, padding="same", name="same"),
            layers.GroupNormalization(4, name="gn", **EPSILON),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(5, name="fc"),
        ]
    )


def decoder(keras: Any) -> Any:
    """Return the model of the spec of this name; its reshape has the axes of the spec."""
    layers = keras.layers
    x = keras.Input((10,))
    code = layers.Dense(60, activation="relu", name="fc")(x)
    y = layers.Permute((2, 3, 1))(layers.Reshape((5, 4, 3))(code))
    y = layers.Conv2DTranspose(6, (4, 3), strides=2, name="up1")(y)
    y = layers.GroupNormalization(-1, name="norm", **EPSILON)(y)
    y = layers.PReLU(shared_axes=[1, 2], name="slopes")(y)
    y = layers.Conv2DTranspose(4, 3, strides=2, padding="same", name="up2")(y)
    y = layers.DepthwiseConv2D((3, 5), depth_multiplier=2, padding="same", name="deep")(y)
    y = layers.PReLU(shared_axes=[1, 2, 3], name="slope")(y)
    y = layers.SeparableConv2D(3, 3, strides=2, name="apart")(y)
    y = layers.Concatenate()([layers.Flatten()(y), code])
    y = layers.BatchNormalization(name="bn", **EPSILON)(y)
    return keras.Model(x, layers.Dense(4, name="out")(y))


def recurrent(keras: Any) -> Any:
    """Return the model of the spec of this name."""
    layers = keras.layers

    def both(level: int) -> Any:
        return layers.Bidirectional(layers.LSTM(5, return_sequences=True, name="lstm"), name=f"lstm.l{level}")

    return keras.Sequential(
        [
            keras.Input((POSITIONS,)),
            layers.Embedding(TOKENS, 6, name="words"),
            both(0),
            both(1),
            layers.GRU(4, return_sequences=True, name="gru.l0"),
            layers.GRU(4, return_sequences=True, name="gru.l1"),
            layers.SimpleRNN(3, return_sequences=True, name="rnn"),
            layers.Dense(2, name="out"),
        ]
    )


def transformer(keras: Any) -> Any:
    """Return the model of the spec of this name, with KerasHub's layer of positions."""
    layers = keras.layers

    class PositionEmbedding(layers.Layer):
        def build(self, shape: Any) -> None:
            self.table = self.add_weight(shape=shape[1:], name="embeddings")

        def call(self, x: Any) -> Any:
            return self.table + keras.ops.zeros_like(x)

    tokens = keras.Input((POSITIONS,))
    x = layers.Embedding(TOKENS, 12, name="words")(tokens)
    x = layers.Add()([x, PositionEmbedding(name="places")(x)])
    y = layers.LayerNormalization(name="ln1", **EPSILON)(x)
    x = layers.Add()([layers.MultiHeadAttention(3, 5, name="att")(y, y), x])
    y = layers.LayerNormalization(name="ln2", **EPSILON)(x)
    y = layers.Dense(12, name="fc2")(layers.Dense(24, activation="gelu", name="fc1")(y))
    x = layers.RMSNormalization(name="rms", **EPSILON)(layers.Add()([y, x]))
    gate, up = layers.Dense(16, activation="silu", name="mlp.gate")(x), layers.Dense(16, name="mlp.up")(x)
    return keras.Model(tokens, layers.Dense(12, name="mlp.down")(layers.Multiply()([gate, up])))


def tied_head(keras: Any) -> tuple[Any, dict[str, Any]]:
    """Return a model whose head is its embedding, and its spec."""
    words = {"name": "words", "type": "embedding", "count": 11, "dim": 6}
    head = {
        "name": "head",
        "type": "dense",
        "units": 11,
        "use_bias": False,
        "tied_to": "words",
        "tied": "omit",
    }
    spec = {"input": {"tokens": 7}, "layers": [words, {"name": "fc", "type": "dense", "units": 6}, head]}
    tokens, table = keras.Input((7,)), keras.layers.ReversibleEmbedding(11, 6, name="words")
    return keras.Model(tokens, table(keras.layers.Dense(6, name="fc")(table(tokens)), reverse=True)), spec


MODELS: dict[str, Callable[[Any], Any]] = {
    "mlp": mlp,
    "lenet": lenet,
    "convolutions": convolutions,
    "decoder": decoder,
    "recurrent": recurrent,
    "transformer": transformer,
    **flow_parity.MODELS,
}
"""For each spec, a function that makes Keras's model of it, given Keras."""

CONV = {"type": "conv2d", "filters": 6, "kernel_size": 3, "padding": 1, "use_bias": False}
MAIN = [
    {"name": "conv1", **CONV, "strides": 2},
    {"name": "bn1", "type": "batch_norm", "activation": "relu", **NORM},
    {"name": "conv2", **CONV},
    {"name": "bn2", "type": "batch_norm", **NORM},
]
SHORT = [{"name": "short", **CONV, "strides": 2}, {"name": "bns", "type": "batch_norm", **NORM}]
HEAD = [{"type": "global_avg_pool2d"}, {"name": "fc", "type": "dense", "units": 3}]


def from_input(layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return layers of which the first takes the model's input."""
    return [{**layers[0], "from": "input"}, *layers[1:]]


BLOCKS: dict[str, list[dict[str, Any]]] = {
    "shortcut last": [{"type": "residual", "layers": MAIN, "shortcut": SHORT, "activation": "relu"}],
    "shortcut first": [
        *from_input(SHORT),
        *from_input(MAIN),
        {"type": "add", "from": ["bns", "bn2"], "activation": "relu"},
    ],
    "shortcut made first, added last": [
        *from_input(SHORT),
        *from_input(MAIN),
        {"type": "add", "from": ["bn2", "bns"], "activation": "relu"},
    ],
}
"""The same residual block with its layers in several orders; all its kernels and norms have the same shape."""


def block_spec(name: str) -> dict[str, Any]:
    """Return the spec of a model of one residual block."""
    return {"input": [6, 9, 9], "defaults": DEFAULTS, "layers": [*BLOCKS[name], *HEAD]}


def keras_block(keras: Any, name: str) -> Any:
    """Return Keras's model of a block, with layers made in the order of the spec."""
    layers = keras.layers
    x = keras.Input((9, 9, 6))

    def conv(x: Any, name: str) -> Any:
        return layers.Conv2D(6, 3, strides=2, use_bias=False, name=name)(layers.ZeroPadding2D(1)(x))

    def short() -> Any:
        return layers.BatchNormalization(name="bns", **EPSILON)(conv(x, "short"))

    def main() -> Any:
        y = layers.ReLU()(layers.BatchNormalization(name="bn1", **EPSILON)(conv(x, "conv1")))
        y = layers.Conv2D(6, 3, padding="same", use_bias=False, name="conv2")(y)
        return layers.BatchNormalization(name="bn2", **EPSILON)(y)

    if name == "shortcut last":
        added = [main(), short()]
    else:
        added = [short(), main()]
        added = added if name == "shortcut first" else added[::-1]
    y = layers.GlobalAveragePooling2D()(layers.ReLU()(layers.Add()(added)))
    return keras.Model(x, layers.Dense(3, name="fc")(y))


def torch_block(torch: Any) -> Any:
    """Return PyTorch's module of a block; its names are the same in any order."""
    nn = torch.nn

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv1, self.short = (nn.Conv2d(6, 6, 3, 2, 1, bias=False) for _ in range(2))
            self.conv2 = nn.Conv2d(6, 6, 3, 1, 1, bias=False)
            self.bn1, self.bn2, self.bns = (nn.BatchNorm2d(6) for _ in range(3))
            self.fc = nn.Linear(6, 3)

        def forward(self, x: Any) -> Any:
            y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
            return self.fc((y + self.bns(self.short(x))).relu().mean((2, 3)))

    return Block()
