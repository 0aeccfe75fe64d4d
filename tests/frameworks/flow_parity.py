"""Two specs whose images are cut, shuffled, gated and read position by position, with every framework's model.

``convnext`` has dense layers on the channels of each position between convolutions; with channels last they
need no transposition. ``parts`` has one of each layer that cuts, moves or merges what flows.
"""

from __future__ import annotations

from typing import Any

DEFAULTS = {"bias_init": {"scheme": "normal", "std": 0.1}}
NORM = {"init": {"scheme": "normal", "mean": 1.0, "std": 0.1}, "bias_init": {"scheme": "normal", "std": 0.1}}
LAST: dict[str, Any] = {"type": "permute", "axes": [1, 2, 0]}
FIRST: dict[str, Any] = {"type": "permute", "axes": [2, 0, 1]}

SPECS: dict[str, dict[str, Any]] = {
    "convnext": {
        "input": [3, 12, 10],
        "defaults": DEFAULTS,
        "layers": [
            {"name": "stem", "type": "conv2d", "filters": 8, "kernel_size": 2, "strides": 2},
            LAST,
            {"name": "norm", "type": "layer_norm", **NORM},
            FIRST,
            {
                "type": "residual",
                "layers": [
                    {"name": "dw", "type": "depthwise_conv2d", "kernel_size": 3, "padding": "same"},
                    LAST,
                    {"name": "ln", "type": "layer_norm", **NORM},
                    {"name": "fc1", "type": "dense", "units": 20, "activation": "gelu"},
                    {"name": "fc2", "type": "dense", "units": 8},
                    FIRST,
                ],
            },
            LAST,
            {"name": "mlp", "type": "gated_mlp", "units": 5},
            FIRST,
            {"name": "down", "type": "conv2d", "filters": 6, "kernel_size": 2},
            {"type": "flatten"},
            {"name": "out", "type": "dense", "units": 4},
        ],
    },
    "parts": {
        "input": [4, 6, 6],
        "defaults": DEFAULTS,
        "layers": [
            {
                "name": "stem",
                "type": "conv2d",
                "filters": 8,
                "kernel_size": 3,
                "padding": "same",
                "activation": "relu",
            },
            {"name": "half", "type": "split", "parts": ["left", "right"], "sizes": [2, 6]},
            {
                "name": "dw",
                "type": "depthwise_conv2d",
                "kernel_size": 3,
                "padding": "same",
                "from": "half.right",
            },
            {"type": "concat", "from": ["half.left", "dw"]},
            {"name": "mixed", "type": "channel_shuffle", "groups": 2},
            {"type": "mean", "axis": [1, 2]},
            {"name": "se1", "type": "dense", "units": 3, "activation": "relu"},
            {"name": "se2", "type": "dense", "units": 8, "activation": "sigmoid"},
            {"name": "gate", "type": "reshape", "shape": [8, 1, 1]},
            {"name": "excited", "type": "multiply", "from": ["gate", "mixed"]},
            {"type": "pixel_shuffle", "factor": 2},
            {"name": "fine", "type": "conv2d", "filters": 3, "kernel_size": 2, "strides": 2},
            {"type": "upsample2d", "scale": 2, "mode": "bilinear", "from": "excited"},
            {"name": "coarse", "type": "conv2d", "filters": 3, "kernel_size": 2, "strides": 2},
            {"type": "upsample2d", "scale": [1, 2]},
            {"name": "wide", "type": "slice", "axis": -1, "stop": 6},
            {"type": "subtract", "from": ["fine", "wide"]},
            {"type": "slice", "axis": 1, "start": 1, "step": 2},
            {"type": "max", "axis": 1},
            {"type": "permute", "axes": [1, 0]},
            {"name": "mix", "type": "dense", "units": 5, "activation": "tanh"},
            {"type": "select", "index": -1},
            {"name": "out", "type": "dense", "units": 4},
        ],
    },
}


def torch_convnext(torch: Any) -> Any:
    """Return PyTorch's module of ``convnext``, channels first but around dense layers."""
    nn = torch.nn

    class ConvNext(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem, self.norm = nn.Conv2d(3, 8, 2, 2), nn.LayerNorm(8)
            self.dw, self.ln = nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.LayerNorm(8)
            self.fc1, self.fc2 = nn.Linear(8, 20), nn.Linear(20, 8)
            self.mlp = nn.ModuleDict(
                {"gate": nn.Linear(8, 5), "up": nn.Linear(8, 5), "down": nn.Linear(5, 8)}
            )
            self.down, self.out = nn.Conv2d(8, 6, 2), nn.Linear(6 * 5 * 4, 4)

        def forward(self, x: Any) -> Any:
            x = self.norm(self.stem(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
            y = self.ln(self.dw(x).permute(0, 2, 3, 1))
            x = x + self.fc2(nn.functional.gelu(self.fc1(y))).permute(0, 3, 1, 2)
            y = x.permute(0, 2, 3, 1)
            y = self.mlp["down"](nn.functional.silu(self.mlp["gate"](y)) * self.mlp["up"](y))
            return self.out(self.down(y.permute(0, 3, 1, 2)).flatten(1))

    return ConvNext()


def torch_parts(torch: Any) -> Any:
    """Return PyTorch's module of ``parts``."""
    nn = torch.nn

    class Parts(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem, self.dw = nn.Conv2d(4, 8, 3, padding=1), nn.Conv2d(6, 6, 3, padding=1, groups=6)
            self.se1, self.se2 = nn.Linear(8, 3), nn.Linear(3, 8)
            self.fine, self.coarse = nn.Conv2d(2, 3, 2, 2), nn.Conv2d(8, 3, 2, 2)
            self.mix, self.out = nn.Linear(3, 5), nn.Linear(5, 4)

        def forward(self, x: Any) -> Any:
            left, right = self.stem(x).relu().split([2, 6], 1)
            mixed = nn.functional.channel_shuffle(torch.cat([left, self.dw(right)], 1), 2)
            gate = self.se2(self.se1(mixed.mean((2, 3))).relu()).sigmoid()
            excited = gate[:, :, None, None] * mixed
            fine = self.fine(nn.functional.pixel_shuffle(excited, 2))
            coarse = self.coarse(nn.functional.interpolate(excited, scale_factor=2, mode="bilinear"))
            wide = nn.functional.interpolate(coarse, scale_factor=(1, 2))[..., :6]
            x = (fine - wide)[:, :, 1::2].amax(2).transpose(1, 2)
            return self.out(self.mix(x).tanh()[:, -1])

    return Parts()


def keras_convnext(keras: Any) -> Any:
    """Return Keras's model of ``convnext``."""
    layers, epsilon = keras.layers, {"epsilon": 1e-5}
    inputs = keras.Input((12, 10, 3))
    x = layers.LayerNormalization(name="norm", **epsilon)(layers.Conv2D(8, 2, 2, name="stem")(inputs))
    y = layers.DepthwiseConv2D(3, padding="same", name="dw")(x)
    y = layers.LayerNormalization(name="ln", **epsilon)(y)
    y = layers.Dense(8, name="fc2")(layers.Dense(20, activation="gelu", name="fc1")(y))
    x = layers.Add()([y, x])
    gate, up = layers.Dense(5, activation="silu", name="mlp.gate")(x), layers.Dense(5, name="mlp.up")(x)
    x = layers.Dense(8, name="mlp.down")(layers.Multiply()([gate, up]))
    x = layers.Flatten()(layers.Conv2D(6, 2, name="down")(x))
    return keras.Model(inputs, layers.Dense(4, name="out")(x))


def keras_parts(keras: Any) -> Any:
    """Return Keras's model of ``parts``, with its operations where it has no layer."""
    layers, ops = keras.layers, keras.ops
    inputs = keras.Input((6, 6, 4))
    x = layers.Conv2D(8, 3, padding="same", activation="relu", name="stem")(inputs)
    left, right = ops.split(x, [2], axis=-1)
    x = layers.Concatenate()([left, layers.DepthwiseConv2D(3, padding="same", name="dw")(right)])
    mixed = ops.reshape(ops.transpose(ops.reshape(x, (-1, 6, 6, 2, 4)), (0, 1, 2, 4, 3)), (-1, 6, 6, 8))
    gate = layers.Dense(3, activation="relu", name="se1")(ops.mean(mixed, axis=(1, 2)))
    gate = layers.Reshape((1, 1, 8))(layers.Dense(8, activation="sigmoid", name="se2")(gate))
    excited = layers.Multiply()([gate, mixed])
    fine = ops.transpose(ops.reshape(excited, (-1, 6, 6, 2, 2, 2)), (0, 1, 4, 2, 5, 3))
    fine = layers.Conv2D(3, 2, 2, name="fine")(ops.reshape(fine, (-1, 12, 12, 2)))
    coarse = layers.UpSampling2D(2, interpolation="bilinear")(excited)
    wide = layers.UpSampling2D((1, 2))(layers.Conv2D(3, 2, 2, name="coarse")(coarse))
    x = layers.Subtract()([fine, wide[:, :, :6]])
    x = layers.Dense(5, activation="tanh", name="mix")(ops.max(x[:, 1::2], axis=1))
    return keras.Model(inputs, layers.Dense(4, name="out")(x[:, -1]))


MODULES = {"convnext": torch_convnext, "parts": torch_parts}
MODELS = {"convnext": keras_convnext, "parts": keras_parts}
