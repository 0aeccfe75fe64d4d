"""Equinox: PyTorch's heuristic for kernels and biases alike, by the inputs of a transposed convolution too."""

from __future__ import annotations

from winitgen.catalog.init import Init
from winitgen.catalog.presets.cells import bias_of_the_last_gate
from winitgen.catalog.presets.fans import OWN_GROUPS, by, state
from winitgen.catalog.presets.preset import Preset, PresetRow
from winitgen.catalog.presets.rows import CELLS, HEURISTIC, KERNELS_AND_ATTENTION, TABLES, norms, prelu

PRESET = Preset(
    "equinox",
    "equinox 0.13.8",
    "the modules of equinox.nn",
    (
        PresetRow(
            KERNELS_AND_ATTENTION,
            ("kernel", "bias"),
            HEURISTIC,
            "eqx.nn.Linear, Conv, ConvTranspose, MultiheadAttention: default_init",
        ),
        PresetRow(TABLES, ("embeddings",), Init("normal", std=1.0), "eqx.nn.Embedding"),
        PresetRow(
            ("recurrent",),
            CELLS,
            HEURISTIC,
            "eqx.nn.LSTMCell, GRUCell: hidden_size is the fan of all of them",
        ),
        *norms("eqx.nn.BatchNorm, LayerNorm, GroupNorm, RMSNorm"),
        prelu(0.25, "eqx.nn.PReLU: init_alpha"),
    ),
    by({**OWN_GROUPS, "recurrent": state}),
    bias_of_the_last_gate,
)
