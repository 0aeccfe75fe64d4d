"""Schemes of one kind of layer: biases with a meaning, sines, state spaces."""

from __future__ import annotations

from winitgen.catalog.schemes.scheme import Scheme

SPECIAL = (
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
