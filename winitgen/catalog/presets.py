"""The presets: what a framework draws by default, by family of layers and role.

Each row was taken from the framework's own source, at the version given with its name. If a framework
has no layer of a family, its row is that of the layers it would be built from. Fans are the framework's
own, where they differ from those that the layer states.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from winitgen.catalog import fan_quirks
from winitgen.catalog.init import ONES, ZEROS, Init
from winitgen.catalog.layers.attention import MultiHeadAttention
from winitgen.catalog.layers.composite import Composite
from winitgen.catalog.layers.layer import Layer, Weight
from winitgen.catalog.layers.recurrent import Recurrent

HEURISTIC = Init("lecun_uniform", scale=1 / 3)
"""U(-1/sqrt(fan_in), 1/sqrt(fan_in)): the heuristic that Glorot & Bengio 2010 call common, eq. 1."""
GLOROT = Init("xavier_uniform")
LECUN = Init("lecun_truncated_normal")
ORTHOGONAL = Init("orthogonal")

KERNELS = ("dense", "convolution", "depthwise", "transposed")
KERNELS_AND_ATTENTION = (*KERNELS, "attention")
TABLES = ("table", "position_bias")


class PresetRow(NamedTuple):
    """What is drawn for these roles of these families of layers, and where its source says so.

    ``layers`` names families, families with a part, as in ``attention.output``, and single layer types. Of
    several rows that match, that of a part has precedence, then that of a type.
    """

    layers: tuple[str, ...]
    roles: tuple[str, ...]
    init: Init
    source: str


class Preset(NamedTuple):
    """The rows of a framework, with the version that they were taken from."""

    name: str
    version: str
    rows: tuple[PresetRow, ...]

    def row(self, layer: Layer, weight: Weight) -> PresetRow | None:
        """Return the row of a weight, or None if the framework has none."""
        part = layer.part_named(weight.part) if isinstance(layer, Composite) else weight.part
        for kind in (f"{layer.family}.{part}", layer.type, layer.family):
            for row in self.rows:
                if kind in row.layers and weight.role in row.roles:
                    return row
        return None


class PresetDraw(NamedTuple):
    """How a framework draws a weight, and the weight as the framework sees it: its fans, its gates."""

    init: Init
    weight: Weight


def _norms(source: str) -> tuple[PresetRow, PresetRow]:
    return PresetRow(("norm",), ("gamma",), ONES, source), PresetRow(("norm",), ("beta",), ZEROS, source)


TORCH = Preset(
    "torch",
    "2.13.0",
    (
        PresetRow(
            KERNELS, ("kernel", "bias"), HEURISTIC, "nn.Linear, nn.modules.conv._ConvNd: reset_parameters"
        ),
        PresetRow(TABLES, ("embeddings",), Init("normal", std=1.0), "nn.Embedding.reset_parameters"),
        PresetRow(
            ("recurrent",),
            ("kernel", "recurrent_kernel", "bias", "recurrent_bias"),
            HEURISTIC,
            "nn.RNNBase.reset_parameters: hidden_size is the fan of all of them",
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
        *_norms("nn.BatchNorm2d, LayerNorm, GroupNorm, InstanceNorm2d, RMSNorm: reset_parameters"),
        PresetRow(("prelu",), ("alpha",), Init("constant", value=0.25), "nn.PReLU: init=0.25"),
    ),
)

KERAS = Preset(
    "keras",
    "3.15.1",
    (
        PresetRow(KERNELS_AND_ATTENTION, ("kernel",), GLOROT, "kernel_initializer, depthwise_initializer"),
        PresetRow(KERNELS_AND_ATTENTION, ("bias",), ZEROS, "bias_initializer"),
        PresetRow(TABLES, ("embeddings",), Init("uniform", low=-0.05, high=0.05), "Embedding: RandomUniform"),
        PresetRow(("recurrent",), ("kernel",), GLOROT, "kernel_initializer, over (inputs, gates * H)"),
        PresetRow(
            ("recurrent",), ("recurrent_kernel",), ORTHOGONAL, "recurrent_initializer, over (H, gates * H)"
        ),
        PresetRow(("lstm",), ("bias",), Init("forget_bias"), "LSTM: unit_forget_bias=True"),
        PresetRow(("recurrent",), ("bias", "recurrent_bias"), ZEROS, "SimpleRNN, GRU: bias_initializer"),
        *_norms("gamma_initializer, beta_initializer; RMSNormalization: scale"),
        PresetRow(("prelu",), ("alpha",), ZEROS, "PReLU: alpha_initializer"),
    ),
)

FLAX = Preset(
    "flax",
    "0.12.8",
    (
        PresetRow(
            (*KERNELS_AND_ATTENTION, "recurrent"), ("kernel",), LECUN, "linen.linear.default_kernel_init"
        ),
        PresetRow(KERNELS_AND_ATTENTION, ("bias",), ZEROS, "linen: bias_init"),
        PresetRow(
            TABLES,
            ("embeddings",),
            Init("variance_scaling", mode="fan_out", distribution="normal"),
            "linen.linear.default_embed_init: 'fan_in' with out_axis=0 divides by the features",
        ),
        PresetRow(
            ("recurrent",),
            ("recurrent_kernel",),
            ORTHOGONAL,
            "linen.recurrent: recurrent_kernel_init, each gate",
        ),
        PresetRow(("recurrent",), ("bias", "recurrent_bias"), ZEROS, "linen.recurrent: bias_init"),
        *_norms("linen.normalization: scale_init, bias_init"),
        PresetRow(("prelu",), ("alpha",), Init("constant", value=0.01), "linen.PReLU: negative_slope_init"),
    ),
)

PRESETS = {preset.name: preset for preset in (TORCH, KERAS, FLAX)}
"""Every preset by its name."""


def completed(name: str, layer: Layer, weights: list[Weight]) -> list[Weight]:
    """Return a layer's weights together with those that only the framework has.

    PyTorch's plain cells and LSTMs have a second bias, drawn like the first and added to it.
    """
    if name != "torch" or not isinstance(layer, Recurrent) or layer.two_biases:
        return weights
    complete = []
    for weight in weights:
        complete.append(weight)
        if weight.role == "bias":
            complete.append(weight._replace(role="recurrent_bias", fan_in=layer.units, auto=ZEROS))
    return complete


def drawn(name: str, layer: Layer, weights: Sequence[Weight]) -> list[PresetDraw | None]:
    """Return how the framework draws each of a layer's weights; None if it has no row for one.

    An empty ``name`` means no preset: None for every weight.
    """
    if not name:
        return [None] * len(weights)
    rows = [PRESETS[name].row(layer, weight) for weight in weights]
    seen = _seen(name, layer, weights)
    return [
        None if row is None else PresetDraw(row.init, weight) for row, weight in zip(rows, seen, strict=True)
    ]


def _seen(name: str, layer: Layer, weights: Sequence[Weight]) -> list[Weight]:
    """Return the weights with the fans that the framework's own module of this type computes."""
    if name == "torch" and isinstance(layer, MultiHeadAttention):
        layer = msgspec.structs.replace(layer, fused=True)  # as nn.MultiheadAttention always is
    seen = fan_quirks.applied(name, layer, weights)
    if not isinstance(layer, Recurrent):
        return seen
    if name == "torch":
        return [weight._replace(fan_in=layer.units) for weight in seen]
    return [_as_one_matrix(weight) for weight in seen] if name == "keras" else seen


def _as_one_matrix(weight: Weight) -> Weight:
    """Return a recurrent kernel of several gates as Keras draws it: one matrix, (gates * H, H)."""
    if weight.role != "recurrent_kernel":
        return weight
    gates, units, inputs = weight.shape
    return weight._replace(shape=(gates * units, inputs), gates=1)
