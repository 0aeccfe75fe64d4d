"""PaddlePaddle: Glorot's uniform, but He's normal for convolutions, by the channels of all groups together."""

from __future__ import annotations

from winitgen.catalog.fan_quirks import by_shape
from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.presets.cells import two_biases
from winitgen.catalog.presets.fans import all_channels, by, rows_and_columns, state
from winitgen.catalog.presets.preset import Preset, PresetRow
from winitgen.catalog.presets.rows import (
    CELLS,
    GLOROT,
    HEURISTIC,
    KERNELS_AND_ATTENTION,
    TABLES,
    norms,
    prelu,
)

PRESET = Preset(
    "paddle",
    "paddlepaddle 3.3.1",
    "the layers of paddle.nn",
    (
        PresetRow(
            ("dense", "attention", "transposed"),
            ("kernel",),
            GLOROT,
            "nn.Linear, Conv2DTranspose, MultiHeadAttention: XavierUniform()",
        ),
        PresetRow(
            ("convolution", "depthwise"),
            ("kernel",),
            Init("he_normal"),
            "nn.layer.conv._ConvNd: _get_default_param_initializer",
        ),
        PresetRow(KERNELS_AND_ATTENTION, ("bias",), ZEROS, "nn: bias_attr"),
        PresetRow(TABLES, ("embeddings",), GLOROT, "nn.Embedding: XavierUniform(), over (count, dim)"),
        PresetRow(
            ("recurrent",),
            CELLS,
            HEURISTIC,
            "nn.SimpleRNN, LSTM, GRU: hidden_size is the fan of all of them",
        ),
        *norms("nn.BatchNorm2D, LayerNorm, GroupNorm, InstanceNorm2D, RMSNorm"),
        prelu(0.25, "nn.PReLU: init=0.25"),
    ),
    by(
        {
            **dict.fromkeys(("convolution", "depthwise"), all_channels),
            "transposed": by_shape,
            **dict.fromkeys(TABLES, rows_and_columns),
            "recurrent": state,
        }
    ),
    two_biases,
)
