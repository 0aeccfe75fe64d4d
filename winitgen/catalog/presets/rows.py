"""Families of layers, schemes and rows that several presets share."""

from __future__ import annotations

from winitgen.catalog.init import ONES, ZEROS, Init
from winitgen.catalog.presets.preset import PresetRow

HEURISTIC = Init("lecun_uniform", scale=1 / 3)
"""U(-1/sqrt(fan_in), 1/sqrt(fan_in)): the heuristic that Glorot & Bengio 2010 call common, eq. 1."""
GLOROT = Init("xavier_uniform")
LECUN = Init("lecun_truncated_normal")
ORTHOGONAL = Init("orthogonal")
HE_FAN_OUT = Init("he_normal", mode="fan_out")
TWO_HUNDREDTHS = Init("normal", std=0.02)
"""Written as a normal cut at -2 and 2, which is 100 standard deviations away: not cut."""

CONVOLUTIONS = ("convolution", "depthwise", "transposed")
KERNELS = ("dense", *CONVOLUTIONS)
KERNELS_AND_ATTENTION = (*KERNELS, "attention")
TABLES = ("table", "position_bias")
CELLS = ("kernel", "recurrent_kernel", "projection_kernel", "bias", "recurrent_bias")
"""The roles of the parameters of a recurrent layer."""


def norms(source: str) -> tuple[PresetRow, PresetRow]:
    """Return the rows of a scale of 1 and a shift of 0."""
    return PresetRow(("norm",), ("gamma",), ONES, source), PresetRow(("norm",), ("beta",), ZEROS, source)


def prelu(value: float, source: str) -> PresetRow:
    """Return the row of a slope."""
    return PresetRow(("prelu",), ("alpha",), Init("constant", value=value), source)
