"""The schemes: how the spread of a parameter's first values follows from its fans.

Most are one formula, variance = scale / fan, with rows of data::

    std   = sqrt(scale / fan)           of a normal or truncated normal
    limit = sqrt(3 * scale / fan)       half the width of a uniform

where fan is ``fan_in``, ``fan_out`` or their mean ``fan_avg``, and scale is the square of the gain.
Slides that write Var(W) = sqrt(2 / fan_in) and the like give the *standard deviation*: the papers'
variances are the ones in this table.
"""

from __future__ import annotations

from typing import Any, NamedTuple

MODES = ("fan_in", "fan_out", "fan_avg")
DISTRIBUTIONS = ("normal", "uniform", "truncated_normal")
FAN_WORDS = ("gain", "gain_rule", "mode", "distribution", "bounds", "correct")


class Scheme(NamedTuple):
    """One row: what a spec can call it, what it may be told, and where it comes from.

    ``scale``, ``mode`` and ``distribution`` are the row's part of the one formula: a ``mode`` means
    that the scheme follows the fans, an empty ``distribution`` that the spec's default holds.
    ``words`` are the keys that a mapping with this scheme may have, ``needs`` those it must have, and
    ``defaults`` the values of others that are left out. ``builder`` is the function that turns the
    scheme into a distribution, by its module among the builders of ``planning`` and its name.
    """

    name: str
    formula: str
    source: str
    scale: float = 0.0
    mode: str = ""
    distribution: str = ""
    words: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    defaults: dict[str, Any] = {}  # noqa: RUF012 - rows are constants
    builder: str = "fans.by_fans"


class Init(NamedTuple):
    """A scheme as a spec asks for it: its name, and the words it was given (None where not)."""

    scheme: str
    mean: float | None = None
    std: float | None = None
    low: float | None = None
    high: float | None = None
    bounds: float | tuple[float, float] | None = None
    correct: bool | None = None
    value: float | None = None
    scale: float | None = None
    mode: str | None = None
    distribution: str | None = None
    gain: float | str | None = None
    gain_rule: str | None = None
    nonzeros: int | None = None
    direction: str | None = None
    upscale: int | None = None
    base: str | None = None
    p: float | None = None
    t_max: float | None = None
    w0: float | None = None
    first: bool | None = None
    layers: int | None = None
    encoder_layers: int | None = None
    decoder_layers: int | None = None
    stack: str | None = None
    blocks: int | None = None
    depth: int | None = None
    width: int | None = None
    base_width: int | None = None
    part: str | None = None


AUTO = Init("auto")

_FAMILIES = (
    ("lecun", 1.0, "fan_in", "1 / fan_in", "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp"),
    ("xavier", 1.0, "fan_avg", "2 / (fan_in + fan_out)", "Glorot & Bengio 2010, eqs. 12 and 16"),
    ("he", 2.0, "fan_in", "2 / fan_in", "He, Zhang, Ren & Sun 2015, eq. 10"),
)


def _family_rows() -> list[Scheme]:
    """Return each family's row without an ending, then one row for each distribution."""
    rows = []
    for name, scale, mode, variance, source in _FAMILIES:
        formula = f"variance {variance}"
        rows.append(Scheme(name, f"{formula}, the default distribution", source, scale, mode, "", FAN_WORDS))
        rows += [
            Scheme(
                f"{name}_{distribution}",
                f"{formula}, {distribution.replace('_', ' ')}",
                source,
                scale,
                mode,
                distribution,
                ("gain", "gain_rule", "mode", "bounds", "correct")
                if distribution == "truncated_normal"
                else ("gain", "gain_rule", "mode"),
            )
            for distribution in DISTRIBUTIONS
        ]
    return rows


FAMILY_NAMES = tuple(row.name for row in _family_rows())
"""LeCun, Xavier and He, without an ending and with each."""

_STRUCTURED = (
    Scheme(
        "orthogonal",
        "rows or columns, whichever are fewer, orthogonal, of norm gain",
        "Saxe, McClelland & Ganguli 2013; Stewart 1980 and Mezzadri 2007 for the draw",
        words=("gain", "gain_rule"),
        builder="structured.orthogonal",
    ),
    Scheme(
        "delta_orthogonal",
        "orthogonal at the centre of a convolution's kernel, 0 elsewhere",
        "Xiao et al. 2018",
        words=("gain", "gain_rule"),
        builder="structured.delta_orthogonal",
    ),
    Scheme(
        "dirac",
        "1 from channel d to channel d of each group at the kernel's centre",
        "Zagoruyko & Komodakis 2017",
        builder="structured.dirac",
    ),
    Scheme(
        "identity",
        "gain on the diagonal, 0 elsewhere",
        "Le, Jaitly & Hinton 2015",
        words=("gain", "gain_rule"),
        builder="structured.identity",
    ),
    Scheme(
        "sparse",
        "N(0, std^2) for exactly nonzeros of each output's inputs, or each input's outputs",
        "Martens 2010",
        words=("nonzeros", "direction", "std"),
        needs=("nonzeros", "direction"),
        defaults={"std": 1.0},
        builder="structured.sparse",
    ),
    Scheme(
        "bilinear",
        "linear interpolation of each channel, for a transposed convolution",
        "Long, Shelhamer & Darrell 2015",
        builder="structured.bilinear",
    ),
    Scheme(
        "icnr",
        "the base scheme for every channel, repeated for its upscale^2 pixels",
        "Aitken et al. 2017",
        words=("upscale", "base", "gain", "gain_rule"),
        needs=("upscale",),
        defaults={"base": "he"},
        builder="icnr.icnr",
    ),
)

_SPREAD_WORDS = ("distribution", "bounds", "correct")
_DEPTH = (
    Scheme(
        "scaled_residual",
        "std / sqrt(2 layers)",
        "Radford et al. 2019 (GPT-2)",
        words=("layers", "std"),
        needs=("layers",),
        defaults={"std": 0.02},
        builder="depth.scaled_residual",
    ),
    Scheme(
        "deepnorm",
        "xavier times beta, (8 L)^(-1/4) for encoders or decoders alone",
        "Wang et al. 2022, figure 2",
        1.0,
        "fan_avg",
        words=("encoder_layers", "decoder_layers", "stack", *_SPREAD_WORDS),
        builder="depth.deepnorm",
    ),
    Scheme(
        "deepnorm_alpha",
        "alpha, (2 L)^(1/4) for encoders or decoders alone",
        "Wang et al. 2022, figure 2",
        words=("encoder_layers", "decoder_layers", "stack"),
        builder="depth.deepnorm_alpha",
    ),
    Scheme(
        "t_fixup",
        "xavier times 0.67 N^(-1/4) in an encoder, (9 N)^(-1/4) in a decoder",
        "Huang et al. 2020",
        1.0,
        "fan_avg",
        words=("encoder_layers", "decoder_layers", *_SPREAD_WORDS),
        builder="depth.t_fixup",
    ),
    Scheme(
        "fixup",
        "he times blocks^(-1 / (2 depth - 2)), for all but a branch's last layer",
        "Zhang, Dauphin & Ma 2019",
        2.0,
        "fan_in",
        words=("blocks", "depth", "mode", *_SPREAD_WORDS),
        needs=("blocks", "depth"),
        builder="depth.fixup",
    ),
    Scheme(
        "small_init",
        "std = sqrt(2 / (5 width))",
        "Nguyen & Salazar 2019",
        words=("width",),
        needs=("width",),
        builder="depth.small_init",
    ),
    Scheme(
        "wang_init",
        "std = 2 / (layers sqrt(width))",
        "Wang & Komatsuzaki 2021 (GPT-J)",
        words=("layers", "width"),
        needs=("layers", "width"),
        builder="depth.wang_init",
    ),
    Scheme(
        "mup",
        "std at the base width; hidden variance 1 / fan_in, output 1 / fan_in^2",
        "Yang & Hu 2021; Yang et al. 2022, table 3",
        words=("part", "base_width", "std"),
        needs=("part", "base_width"),
        builder="mup.mup",
    ),
    *(
        Scheme(name, "0", source, defaults={"value": 0.0}, builder="constants.fixed")
        for name, source in (
            ("rezero", "Bachlechner et al. 2020: the factor of a residual branch"),
            ("skip_init", "De & Smith 2020: the factor of a residual branch"),
            ("zero_gamma", "Goyal et al. 2017: the last norm's gamma of a residual branch"),
            ("fixup_zero", "Zhang, Dauphin & Ma 2019: a branch's last layer, the classifier"),
        )
    ),
    Scheme(
        "layer_scale",
        "value, for each channel of a residual branch",
        "Touvron et al. 2021 (CaiT)",
        words=("value",),
        defaults={"value": 1e-5},
        builder="constants.constant",
    ),
)

_SPECIAL = (
    Scheme(
        "siren",
        "limit = sqrt(6 / fan_in) / w0; 1 / fan_in for the first layer",
        "Sitzmann et al. 2020, 3.2",
        words=("w0", "first"),
        defaults={"first": False},
        builder="siren.siren",
    ),
    Scheme(
        "prior_bias",
        "-log((1 - p) / p)",
        "Lin et al. 2017 (RetinaNet)",
        words=("p",),
        defaults={"p": 0.01},
        builder="constants.prior_bias",
    ),
    Scheme(
        "forget_bias",
        "value for the forget gate of an LSTM, 0 for the others",
        "Gers, Schmidhuber & Cummins 2000; Jozefowicz, Zaremba & Sutskever 2015",
        words=("value",),
        defaults={"value": 1.0},
        builder="constants.forget_bias",
    ),
    Scheme(
        "chrono",
        "log U(1, t_max - 1) for the forget gate of an LSTM, its opposite for the input gate",
        "Tallec & Ollivier 2018",
        words=("t_max",),
        needs=("t_max",),
        builder="timescales.chrono",
    ),
    Scheme(
        "mamba_a_log",
        "log 1 ... log N along the last axis",
        "Gu & Dao 2023; Gu et al. 2022 (S4D-Real)",
        builder="timescales.mamba_a_log",
    ),
    Scheme("mamba_d", "1", "Gu & Dao 2023", defaults={"value": 1.0}, builder="constants.fixed"),
    Scheme(
        "mamba_dt_bias",
        "the inverse softplus of exp U(log low, log high)",
        "Gu & Dao 2023, 3.6",
        words=("low", "high"),
        defaults={"low": 0.001, "high": 0.1},
        builder="timescales.mamba_dt_bias",
    ),
)

SCHEMES = {
    row.name: row
    for row in (
        Scheme(
            "auto",
            "by the activation: xavier, he or lecun",
            "",
            words=FAN_WORDS,
        ),
        *_family_rows(),
        Scheme(
            "variance_scaling",
            "variance scale / fan",
            "He et al. 2015, generalised",
            1.0,
            "fan_in",
            words=("scale", *FAN_WORDS),
        ),
        Scheme(
            "normal",
            "N(mean, std^2)",
            "",
            distribution="normal",
            words=("mean", "std"),
            defaults={"mean": 0.0, "std": 1.0},
            builder="spread.normal",
        ),
        Scheme(
            "uniform",
            "U(low, high)",
            "",
            distribution="uniform",
            words=("low", "high"),
            needs=("low", "high"),
            builder="spread.uniform",
        ),
        Scheme(
            "truncated_normal",
            "N(mean, .) cut at bounds (in sigma), std after the cut",
            "",
            distribution="truncated_normal",
            words=("mean", "std", "bounds", "correct"),
            defaults={"mean": 0.0, "std": 1.0, "bounds": 2.0, "correct": True},
            builder="spread.normal",
        ),
        Scheme(
            "trunc_normal",
            "N(mean, std^2) cut at low and high, std before the cut",
            "torch.nn.init.trunc_normal_, timm",
            words=("mean", "std", "low", "high", "correct"),
            defaults={"mean": 0.0, "std": 1.0, "low": -2.0, "high": 2.0, "correct": False},
            builder="spread.trunc_normal",
        ),
        Scheme("zeros", "0", "", defaults={"value": 0.0}, builder="constants.fixed"),
        Scheme("ones", "1", "", defaults={"value": 1.0}, builder="constants.fixed"),
        Scheme("constant", "value", "", words=("value",), needs=("value",), builder="constants.constant"),
        *_STRUCTURED,
        *_DEPTH,
        *_SPECIAL,
    )
}
"""Every scheme by its name, in the order in which they are listed."""

ALIASES = {
    other + ending: family + ending
    for other, family in (("glorot", "xavier"), ("kaiming", "he"))
    for ending in ("", *(f"_{distribution}" for distribution in DISTRIBUTIONS))
}
"""Other names in use, each with the name in the table."""
