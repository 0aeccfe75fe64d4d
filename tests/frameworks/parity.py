"""Specs, each with PyTorch's model of it, with which the models of other frameworks must agree.

Biases, scales and shifts are drawn too, if the layer has any, so that a test notices if one is
left out or exchanged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.frameworks import flow_parity

DEFAULTS = {"bias_init": {"scheme": "normal", "std": 0.1}}
NORM = {"init": {"scheme": "normal", "mean": 1.0, "std": 0.1}, "bias_init": {"scheme": "normal", "std": 0.1}}
SLOPES = {"scheme": "uniform", "low": 0.1, "high": 0.4}

POSITIONS = 7
"""Length of every sequence."""
TOKENS = 11
"""Size of the vocabulary of every embedding."""

SPECS: dict[str, dict[str, Any]] = {
    "mlp": {
        "input": 12,
        "defaults": DEFAULTS,
        "layers": [
            {"name": "fc1", "type": "dense", "units": 20, "activation": "relu"},
            {"name": "hidden.fc2", "type": "dense", "units": 9, "activation": "tanh"},
            {"name": "out", "type": "dense", "units": 4},
        ],
    },
    "lenet": {
        "input": [1, 32, 28],
        "defaults": DEFAULTS,
        "layers": [
            {"name": "conv1", "type": "conv2d", "filters": 6, "kernel_size": 5, "activation": "tanh"},
            {"type": "avg_pool2d", "pool_size": 2},
            {"name": "conv2", "type": "conv2d", "filters": 16, "kernel_size": 5, "activation": "tanh"},
            {"type": "avg_pool2d", "pool_size": 2},
            {"type": "flatten"},
            {"name": "fc1", "type": "dense", "units": 30, "activation": "tanh"},
            {"name": "fc2", "type": "dense", "units": 10},
        ],
    },
    "convolutions": {
        "input": [4, 13, 9],
        "defaults": DEFAULTS,
        "layers": [
            {
                "name": "grouped",
                "type": "conv2d",
                "filters": 6,
                "kernel_size": [3, 2],
                "strides": 2,
                "groups": 2,
                "use_bias": False,
            },
            {"name": "bn", "type": "batch_norm", "activation": "relu", **NORM},
            {"name": "same", "type": "conv2d", "filters": 8, "kernel_size": 3, "padding": "same"},
            {"name": "gn", "type": "group_norm", "groups": 4, "activation": "relu", **NORM},
            {"type": "flatten"},
            {"type": "dropout"},
            {"name": "fc", "type": "dense", "units": 5},
        ],
    },
    "decoder": {
        "input": 10,
        "defaults": DEFAULTS,
        "layers": [
            {"name": "fc", "type": "dense", "units": 60, "activation": "relu"},
            {"type": "reshape", "shape": [5, 4, 3]},
            {
                "name": "up1",
                "type": "conv2d_transpose",
                "filters": 6,
                "kernel_size": [4, 3],
                "strides": 2,
            },
            {"name": "norm", "type": "instance_norm", "affine": True, **NORM},
            {"name": "slopes", "type": "prelu", "per_channel": True, "init": SLOPES},
            {
                "name": "up2",
                "type": "conv2d_transpose",
                "filters": 4,
                "kernel_size": 3,
                "strides": 2,
                "padding": "same",
            },
            {
                "name": "deep",
                "type": "depthwise_conv2d",
                "kernel_size": [3, 5],
                "depth_multiplier": 2,
                "padding": "same",
            },
            {"name": "slope", "type": "prelu"},
            {
                "name": "apart",
                "type": "separable_conv2d",
                "filters": 3,
                "kernel_size": 3,
                "strides": 2,
            },
            {"name": "flat", "type": "flatten"},
            {"name": "both", "type": "concat", "from": ["flat", "fc"]},
            {"name": "bn", "type": "batch_norm", **NORM},
            {"name": "out", "type": "dense", "units": 4},
        ],
    },
    "recurrent": {
        "input": {"tokens": POSITIONS},
        "defaults": DEFAULTS,
        "rules": [{"match": "*/recurrent_bias", "init": "zeros"}],  # Flax's GRU has none
        "layers": [
            {"name": "words", "type": "embedding", "count": TOKENS, "dim": 6},
            {
                "name": "lstm",
                "type": "lstm",
                "units": 5,
                "num_layers": 2,
                "bidirectional": True,
                "return_sequences": True,
            },
            {"name": "gru", "type": "gru", "units": 4, "num_layers": 2, "return_sequences": True},
            {"name": "rnn", "type": "rnn", "units": 3, "return_sequences": True},
            {"name": "out", "type": "dense", "units": 2},
        ],
    },
    "transformer": {
        "input": {"tokens": POSITIONS},
        "defaults": DEFAULTS,
        "layers": [
            {"name": "words", "type": "embedding", "count": TOKENS, "dim": 12},
            {"name": "places", "type": "param", "shape": [POSITIONS, 12], "init": "normal"},
            {
                "type": "residual",
                "layers": [
                    {"name": "ln1", "type": "layer_norm", **NORM},
                    {"name": "att", "type": "multi_head_attention", "heads": 3, "head_dim": 5},
                ],
            },
            {
                "type": "residual",
                "layers": [
                    {"name": "ln2", "type": "layer_norm", **NORM},
                    {"name": "fc1", "type": "dense", "units": 24, "activation": "gelu"},
                    {"name": "fc2", "type": "dense", "units": 12},
                ],
            },
            {"name": "rms", "type": "rms_norm", "init": NORM["init"]},
            {"name": "mlp", "type": "gated_mlp", "units": 16},
        ],
    },
    **flow_parity.SPECS,
}


def mlp(torch: Any) -> Any:
    """Return the module of the spec of this name."""
    nn = torch.nn

    class Mlp(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc1, self.out = nn.Linear(12, 20), nn.Linear(9, 4)
            self.hidden = nn.ModuleDict({"fc2": nn.Linear(20, 9)})

        def forward(self, x: Any) -> Any:
            return self.out(self.hidden["fc2"](self.fc1(x).relu()).tanh())

    return Mlp()


def lenet(torch: Any) -> Any:
    """Return the module of the spec of this name."""
    nn = torch.nn

    class LeNet(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv1, self.conv2 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
            self.fc1, self.fc2 = nn.Linear(16 * 5 * 4, 30), nn.Linear(30, 10)

        def forward(self, x: Any) -> Any:
            x = nn.functional.avg_pool2d(self.conv1(x).tanh(), 2)
            x = nn.functional.avg_pool2d(self.conv2(x).tanh(), 2)
            return self.fc2(self.fc1(x.flatten(1)).tanh())

    return LeNet()


def convolutions(torch: Any) -> Any:
    """Return the module of the spec of this name."""
    nn = torch.nn

    class Convolutions(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.grouped = nn.Conv2d(4, 6, (3, 2), stride=2, groups=2, bias=False)
            self.bn = nn.BatchNorm2d(6)
            self.same = nn.Conv2d(6, 8, 3, padding="same")
            self.gn = nn.GroupNorm(4, 8)
            self.fc = nn.Linear(8 * 6 * 4, 5)

        def forward(self, x: Any) -> Any:
            x = self.bn(self.grouped(x)).relu()
            return self.fc(self.gn(self.same(x)).relu().flatten(1))

    return Convolutions()


def decoder(torch: Any) -> Any:
    """Return the module of the spec of this name; ``same`` removes the surplus at the end."""
    nn = torch.nn

    class Decoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(10, 60)
            self.up1 = nn.ConvTranspose2d(5, 6, (4, 3), stride=2)
            self.norm = nn.InstanceNorm2d(6, affine=True)
            self.slopes = nn.PReLU(6)
            self.up2 = nn.ConvTranspose2d(6, 4, 3, stride=2)
            self.deep = nn.Conv2d(4, 8, (3, 5), padding="same", groups=4)
            self.slope = nn.PReLU()
            self.apart = nn.ModuleDict(
                {
                    "depthwise": nn.Conv2d(8, 8, 3, stride=2, groups=8, bias=False),
                    "pointwise": nn.Conv2d(8, 3, 1),
                }
            )
            self.bn = nn.BatchNorm1d(222)
            self.out = nn.Linear(222, 4)

        def forward(self, x: Any) -> Any:
            code = self.fc(x).relu()
            x = self.slopes(self.norm(self.up1(code.reshape(-1, 5, 4, 3))))
            x = self.slope(self.deep(self.up2(x)[..., :20, :14]))
            x = self.apart["pointwise"](self.apart["depthwise"](x))
            return self.out(self.bn(torch.cat([x.flatten(1), code], 1)))

    return Decoder()


def recurrent(torch: Any) -> Any:
    """Return the module of the spec of this name."""
    nn = torch.nn

    class Recurrent(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.words = nn.Embedding(TOKENS, 6)
            self.lstm = nn.LSTM(6, 5, num_layers=2, bidirectional=True, batch_first=True)
            self.gru = nn.GRU(10, 4, num_layers=2, batch_first=True)
            self.rnn = nn.RNN(4, 3, batch_first=True)
            self.out = nn.Linear(3, 2)

        def forward(self, x: Any) -> Any:
            for layer in (self.lstm, self.gru, self.rnn):
                x = layer(self.words(x) if layer is self.lstm else x)[0]
            return self.out(x)

    return Recurrent()


def transformer(torch: Any) -> Any:
    """Return the module of the spec of this name."""
    nn = torch.nn

    class Attention(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.query, self.key, self.value = (nn.Linear(12, 15) for _ in range(3))
            self.output = nn.Linear(15, 12)

        def forward(self, x: Any) -> Any:
            heads = [
                part(x).unflatten(-1, (3, 5)).transpose(1, 2) for part in (self.query, self.key, self.value)
            ]
            seen = nn.functional.scaled_dot_product_attention(*heads)
            return self.output(seen.transpose(1, 2).flatten(2))

    class Transformer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.words = nn.Embedding(TOKENS, 12)
            self.places = nn.Parameter(torch.zeros(POSITIONS, 12))
            self.ln1, self.ln2 = nn.LayerNorm(12), nn.LayerNorm(12)
            self.att = Attention()
            self.fc1, self.fc2 = nn.Linear(12, 24), nn.Linear(24, 12)
            self.rms = nn.RMSNorm(12, eps=1e-5)
            self.mlp = nn.ModuleDict(
                {"gate": nn.Linear(12, 16), "up": nn.Linear(12, 16), "down": nn.Linear(16, 12)}
            )

        def forward(self, x: Any) -> Any:
            x = self.words(x) + self.places
            x = x + self.att(self.ln1(x))
            x = x + self.fc2(nn.functional.gelu(self.fc1(self.ln2(x))))
            x = self.rms(x)
            return self.mlp["down"](nn.functional.silu(self.mlp["gate"](x)) * self.mlp["up"](x))

    return Transformer()


MODULES: dict[str, Callable[[Any], Any]] = {
    "mlp": mlp,
    "lenet": lenet,
    "convolutions": convolutions,
    "decoder": decoder,
    "recurrent": recurrent,
    "transformer": transformer,
    **flow_parity.MODULES,
}
"""For each spec, a function that makes PyTorch's module of it, given PyTorch."""


def batch_of(spec: dict[str, Any], torch: Any) -> Any:
    """Return eight samples for a spec: Gaussian values, or tokens."""
    generator = torch.Generator().manual_seed(0)
    shape = spec["input"]
    if isinstance(shape, dict):
        return torch.randint(TOKENS, (8, shape["tokens"]), generator=generator)
    return torch.randn(8, *([shape] if isinstance(shape, int) else shape), generator=generator)


def assert_same(found: Any, wanted: Any) -> None:
    """Fail unless outputs agree within 1e-5 of each, or 1e-6 of the largest: processors add float32 in other orders."""
    largest = max(1.0, float(np.abs(np.asarray(wanted)).max()))
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6 * largest)
