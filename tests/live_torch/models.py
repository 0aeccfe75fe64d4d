"""Three small models and their specs: sizes that four ranks divide, and others that they do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import nn

SPECS = Path(__file__).parents[2] / "specs"

MLP: Mapping[str, Any] = {
    "model": "mlp",
    "input": 7,
    "layers": [
        {"name": "fc1", "type": "dense", "units": 12, "activation": "relu"},
        {"name": "fc2", "type": "dense", "units": 10, "activation": "relu"},
        {"name": "fc3", "type": "dense", "units": 10, "activation": "relu"},
        {"name": "out", "type": "dense", "units": 5},
    ],
}

CONVOLUTIONS: Mapping[str, Any] = {
    "model": "convolutions",
    "input": [3, 8, 8],
    "layers": [
        {"name": "c1", "type": "conv2d", "filters": 6, "kernel_size": 3, "activation": "relu"},
        {"name": "n1", "type": "batch_norm"},
        {"name": "c2", "type": "conv2d", "filters": 8, "kernel_size": 3, "activation": "relu"},
        {"type": "flatten"},
        {"name": "out", "type": "dense", "units": 10, "init": "orthogonal"},
    ],
}


class Model(NamedTuple):
    """A spec, what builds its module, and what tensor parallelism does to it: the axis along which each tensor is cut."""

    spec: Any
    build: Callable[[], nn.Module]
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    late: tuple[str, ...]


class Net(nn.ModuleDict):  # type: ignore[misc]  # its class is not typed
    """Parts by name; fully_shard takes no module that has no forward pass."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return what the parts make of an input, one after another."""
        for part in self.values():
            x = part(x)
        return x


def perceptron() -> nn.Module:
    """Return the module of `MLP`."""
    sizes = {"fc1": (7, 12), "fc2": (12, 10), "fc3": (10, 10), "out": (10, 5)}
    return Net({name: nn.Linear(*size) for name, size in sizes.items()})


def convolutions() -> nn.Module:
    """Return the module of `CONVOLUTIONS`, whose norm has buffers, one of them a counter."""
    return Net(
        {
            "c1": nn.Conv2d(3, 6, 3),
            "n1": nn.BatchNorm2d(6),
            "c2": nn.Conv2d(6, 8, 3),
            "out": nn.Linear(128, 10),
        }
    )


def llama() -> nn.Module:
    """Return a module with the tensors of ``llama-tiny.yaml``, in bfloat16."""
    d, kv, hidden = 64, 16, 172

    def linear(inputs: int, outputs: int) -> nn.Module:
        return nn.Linear(inputs, outputs, bias=False)

    def block() -> nn.Module:
        sizes = {"q_proj": (d, d), "k_proj": (d, kv), "v_proj": (d, kv), "o_proj": (d, d)}
        gated = {"gate_proj": (d, hidden), "up_proj": (d, hidden), "down_proj": (hidden, d)}
        return nn.ModuleDict(
            {
                "input_layernorm": nn.RMSNorm(d),
                "self_attn": nn.ModuleDict({name: linear(*size) for name, size in sizes.items()}),
                "post_attention_layernorm": nn.RMSNorm(d),
                "mlp": nn.ModuleDict({name: linear(*size) for name, size in gated.items()}),
            }
        )

    inside = {
        "embed_tokens": nn.Embedding(256, d),
        "layers": nn.ModuleDict({"0": block(), "1": block()}),
        "norm": nn.RMSNorm(d),
    }
    return Net({"model": nn.ModuleDict(inside), "lm_head": linear(d, 256)}).to(torch.bfloat16)


MODELS = {
    "mlp": Model(MLP, perceptron, ("fc1", "fc3"), ("fc2",), ("fc3", "out")),
    "convolutions": Model(CONVOLUTIONS, convolutions, ("c1",), ("c2", "out"), ("c2", "out")),
    "llama": Model(
        str(SPECS / "llama-tiny.yaml"),
        llama,
        ("q_proj", "k_proj", "v_proj", "gate_proj", "up_proj", "lm_head"),
        ("o_proj", "down_proj", "embed_tokens"),
        ("model.layers.1", "model.norm", "lm_head"),
    ),
}
