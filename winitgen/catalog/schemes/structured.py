"""Schemes of a whole array: each value depends on its place."""

from __future__ import annotations

from winitgen.catalog.schemes.scheme import Scheme

STRUCTURED = (
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
