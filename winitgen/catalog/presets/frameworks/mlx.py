"""MLX: PyTorch's heuristic for kernels, and zeros for the biases of convolutions."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.presets.cells import bias_of_the_last_gate
from winitgen.catalog.presets.fans import OWN_GROUPS, all_transposed, by, first_input, state
from winitgen.catalog.presets.preset import Preset, PresetRow
from winitgen.catalog.presets.rows import CELLS, CONVOLUTIONS, HEURISTIC, TABLES, norms, prelu

PRESET = Preset(
    "mlx",
    "mlx 0.32.4",
    "the layers of mlx.nn",
    (
        PresetRow(("dense", "attention"), ("kernel", "bias"), HEURISTIC, "nn.Linear, MultiHeadAttention"),
        PresetRow(CONVOLUTIONS, ("kernel",), HEURISTIC, "nn.Conv2d, ConvTranspose2d"),
        PresetRow(CONVOLUTIONS, ("bias",), ZEROS, "nn.Conv2d, ConvTranspose2d"),
        PresetRow(
            TABLES,
            ("embeddings",),
            Init("variance_scaling", mode="fan_out", distribution="normal"),
            "nn.Embedding: scale, the root of 1 / dims",
        ),
        PresetRow(
            ("recurrent",), CELLS, HEURISTIC, "nn.RNN, LSTM, GRU: hidden_size is the fan of all of them"
        ),
        PresetRow(
            ("bilinear",), ("kernel", "bias"), HEURISTIC, "nn.Bilinear: input1_dims is the fan of both"
        ),
        *norms("nn.BatchNorm, LayerNorm, GroupNorm, InstanceNorm, RMSNorm"),
        prelu(0.25, "nn.PReLU: init=0.25"),
    ),
    by({**OWN_GROUPS, "transposed": all_transposed, "recurrent": state, "bilinear": first_input}),
    bias_of_the_last_gate,
)
