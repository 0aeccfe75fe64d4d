"""Schemes that know how deep or how wide the whole model is."""

from __future__ import annotations

from winitgen.catalog.schemes.scheme import Scheme

_SPREAD_WORDS = ("distribution", "bounds", "correct")
DEPTH = (
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
