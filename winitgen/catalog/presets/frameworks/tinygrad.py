"""tinygrad: PyTorch's heuristic, by the channels of all groups together."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS
from winitgen.catalog.presets.fans import all_channels, all_transposed, by, rows_and_columns, state
from winitgen.catalog.presets.preset import Preset, PresetRow
from winitgen.catalog.presets.rows import GLOROT, HEURISTIC, KERNELS_AND_ATTENTION, TABLES, norms, prelu

PRESET = Preset(
    "tinygrad",
    "tinygrad 0.14.0",
    "the layers of tinygrad.nn",
    (
        PresetRow(
            KERNELS_AND_ATTENTION,
            ("kernel", "bias"),
            HEURISTIC,
            "nn.Linear, Conv2d, ConvTranspose2d: uniform",
        ),
        PresetRow(TABLES, ("embeddings",), GLOROT, "nn.Embedding: glorot_uniform(vocab_size, embed_size)"),
        PresetRow(
            ("recurrent",),
            ("kernel", "recurrent_kernel"),
            HEURISTIC,
            "nn.LSTMCell: hidden_size is the fan of both",
        ),
        PresetRow(("recurrent",), ("bias", "recurrent_bias"), ZEROS, "nn.LSTMCell: bias_ih, bias_hh"),
        *norms("nn.BatchNorm, LayerNorm, GroupNorm, InstanceNorm, RMSNorm"),
        prelu(0.25, "none of its own: He et al. 2015"),
    ),
    by(
        {
            **dict.fromkeys(("convolution", "depthwise"), all_channels),
            "transposed": all_transposed,
            **dict.fromkeys(TABLES, rows_and_columns),
            "recurrent": state,
        }
    ),
)
