"""The schemes that draw a whole tensor, or a block of one, each with its module."""

from __future__ import annotations

from winitgen.catalog.schemes.scheme import Scheme
from winitgen.on_demand import OnDemand

_SPREADS = ("", "_normal", "_uniform", "_truncated_normal")

_NAMES: dict[str, tuple[str, ...]] = {
    "families:BY_FANS": (
        "auto",
        *(f"{family}{spread}" for family in ("lecun", "xavier", "he") for spread in _SPREADS),
        "variance_scaling",
    ),
    "stated:STATED": ("normal", "uniform", "truncated_normal", "trunc_normal"),
    "constants:CONSTANTS": ("zeros", "ones", "constant"),
    "integers:INTEGERS": ("integers",),
    "counting:COUNTING": ("arange", "relative_position_index"),
    "written_out:WRITTEN_OUT": ("listed", "causal_mask"),
    "frequencies:FREQUENCIES": ("frequencies",),
    "sinusoidal:SINUSOIDAL": ("sinusoidal",),
    "structured:STRUCTURED": ("orthogonal", "delta_orthogonal", "dirac", "identity", "sparse", "bilinear"),
    "icnr:ICNR": ("icnr",),
    "depth:DEPTH": (
        *("scaled_residual", "deepnorm", "deepnorm_alpha", "t_fixup", "fixup"),
        *("small_init", "wang_init"),
    ),
    "mup:MUP": ("mup",),
    "constants:BRANCHES": ("rezero", "skip_init", "zero_gamma", "fixup_zero", "layer_scale"),
    "siren:SIREN": ("siren",),
    "biases:BIASES": ("prior_bias", "forget_bias", "chrono"),
    "mamba:MAMBA": ("mamba_a_log", "mamba2_a_log", "mamba_d", "mamba_dt_bias"),
}
"""The names of the rows that are in an attribute of a module of this package."""


def row_of(found: Scheme | tuple[Scheme, ...], name: str) -> Scheme:
    """Return the row of a scheme, which is alone in its module or one of several there."""
    return found if isinstance(found, Scheme) else next(row for row in found if row.name == name)


OF_TENSORS: OnDemand[Scheme] = OnDemand(
    lambda: {name: f"{__package__}.{home}" for home, names in _NAMES.items() for name in names},
    row_of,
)
