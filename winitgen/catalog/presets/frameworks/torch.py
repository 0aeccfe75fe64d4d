"""PyTorch: what its layers draw in ``reset_parameters``."""

from __future__ import annotations

import msgspec

from winitgen.catalog import fan_quirks
from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.layers.attention import MultiHeadAttention
from winitgen.catalog.layers.bilinear import BilinearForm
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.recurrent import Recurrent
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.presets.cells import by_state, two_biases
from winitgen.catalog.presets.fans import one_group
from winitgen.catalog.presets.preset import Preset, PresetRow
from winitgen.catalog.presets.rows import CELLS, GLOROT, HEURISTIC, KERNELS, TABLES, norms, prelu


def seen(layer: Layer, weights: list[Weight]) -> list[Weight]:
    """Return the weights with PyTorch's fans: attention as one map of query, key and value, cells by their units, forms by their first input."""
    if isinstance(layer, MultiHeadAttention):
        layer = msgspec.structs.replace(layer, fused=True)  # as nn.MultiheadAttention always is
    found = fan_quirks.applied("torch", layer, weights)
    if isinstance(layer, BilinearForm):  # nn.Bilinear.reset_parameters: in1_features
        return [weight._replace(fan_in=weights[0].shape[1]) for weight in found]
    return by_state(layer, found) if isinstance(layer, Recurrent) else found


def seen_by_group(layer: Layer, weights: list[Weight]) -> list[Weight]:
    """Return the weights with PyTorch's fans, and the fan_out of convolutions as code that divides it by the groups."""
    found = seen(layer, weights)
    if layer.family not in ("convolution", "depthwise"):
        return found
    return [
        weight if weight.role == "bias" else weight._replace(fan_out=one_group(layer, weight, found)[1])
        for weight in found
    ]


PRESET = Preset(
    "torch",
    "torch 2.13.0",
    "the layers of torch.nn",
    (
        PresetRow(
            KERNELS, ("kernel", "bias"), HEURISTIC, "nn.Linear, nn.modules.conv._ConvNd: reset_parameters"
        ),
        PresetRow(TABLES, ("embeddings",), Init("normal", std=1.0), "nn.Embedding.reset_parameters"),
        PresetRow(
            ("recurrent",),
            CELLS,
            HEURISTIC,
            "nn.RNNBase.reset_parameters: hidden_size is the fan of all of them",
        ),
        PresetRow(
            ("bilinear",),
            ("kernel", "bias"),
            HEURISTIC,
            "nn.Bilinear.reset_parameters: in1_features is the fan of both",
        ),
        PresetRow(
            ("attention",), ("kernel",), GLOROT, "nn.MultiheadAttention: in_proj_weight, (3E, E) as one map"
        ),
        PresetRow(("attention.output",), ("kernel",), HEURISTIC, "nn.MultiheadAttention: out_proj"),
        PresetRow(("attention",), ("bias",), ZEROS, "nn.MultiheadAttention._reset_parameters"),
        PresetRow(
            ("attention.bias_k", "attention.bias_v"),
            ("",),
            Init("xavier_normal"),
            "nn.MultiheadAttention: bias_k, bias_v",
        ),
        *norms("nn.BatchNorm2d, LayerNorm, GroupNorm, InstanceNorm2d, RMSNorm: reset_parameters"),
        prelu(0.25, "nn.PReLU: init=0.25"),
    ),
    seen,
    two_biases,
)
