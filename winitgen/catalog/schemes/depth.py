"""Schemes for deep residual networks and transformers: spreads that shrink with the number of layers."""

from __future__ import annotations

import math

from winitgen.catalog.schemes.constants import number
from winitgen.catalog.schemes.fans import SPREAD_OPTIONS, by_fans
from winitgen.catalog.schemes.options import COUNT, MODE, NOT_NEGATIVE, Choice
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest, Unfit
from winitgen.catalog.schemes.spread import drawn
from winitgen.numeric.digits import digits


def scaled_residual(request: SchemeRequest) -> DrawSpec:
    """Return std / sqrt(2 L): each of L layers adds twice to the residual stream (Radford et al. 2019)."""
    layers, base = request.option("layers", int), request.option("std", float)
    std = base / math.sqrt(2.0 * layers)
    return drawn("scaled_residual", f"std = {base:g}/sqrt(2*{layers}) = {std:.4g}", std)


def small_init(request: SchemeRequest) -> DrawSpec:
    """Return sqrt(2 / (5 d)): Xavier's for the widest matrix of a transformer, d by 4 d."""
    width = request.option("width", int)
    std = math.sqrt(2.0 / (5.0 * width))
    return drawn("small_init", f"std = sqrt(2/(5*{width})) = {std:.4g}", std)


def wang_init(request: SchemeRequest) -> DrawSpec:
    """Return 2 / (L sqrt d), for the matrices that write into the residual stream."""
    layers, width = request.option("layers", int), request.option("width", int)
    std = 2.0 / (layers * math.sqrt(width))
    return drawn("wang_init", f"std = 2/({layers}*sqrt({width})) = {std:.4g}", std)


def deepnorm(request: SchemeRequest) -> DrawSpec:
    """Return Xavier with the gain beta, for the value, output and feed-forward matrices."""
    _alpha, beta = _deepnorm(request)
    return _scaled(request, beta)


def deepnorm_alpha(request: SchemeRequest) -> DrawSpec:
    """Return alpha, by which the residual stream is multiplied before each sum."""
    alpha, _beta = _deepnorm(request)
    return number("deepnorm_alpha", f"{alpha:.4g}", alpha)


def _deepnorm(request: SchemeRequest) -> tuple[float, float]:
    """Return alpha and beta for N encoder and M decoder layers (Wang et al. 2022, figure 2)."""
    encoder, decoder = _layers(request)
    stack = request.init.get("stack", str)
    layers = decoder if encoder is None else encoder
    if layers is None:
        raise Unfit(f"the scheme {request.row.name} needs encoder_layers, decoder_layers, or both")
    if encoder is None or decoder is None:
        if stack is not None:
            raise Unfit("stack needs both encoder_layers and decoder_layers; leave it out")
        return _root(2 * layers, 4), 1.0 / _root(8 * layers, 4)
    if stack is None:
        raise Unfit("with both encoder_layers and decoder_layers, add 'stack: encoder' or 'stack: decoder'")
    if stack == "encoder":
        depth = _root(encoder**4 * decoder, 16)
        return 0.81 * depth, 0.87 / depth
    return _root(3 * decoder, 4), 1.0 / _root(12 * decoder, 4)


def t_fixup(request: SchemeRequest) -> DrawSpec:
    """Return Xavier times 0.67 N^(-1/4) in an encoder, (9 N)^(-1/4) in a decoder (Huang et al. 2020).

    Embeddings are normal with std d^(-1/2) before the factor.
    """
    encoder, decoder = _layers(request)
    if encoder is not None and decoder is None:
        factor = 0.67 / _root(encoder, 4)
    elif decoder is not None and encoder is None:
        factor = 1.0 / _root(9 * decoder, 4)
    else:
        raise Unfit("the scheme t_fixup needs either encoder_layers or decoder_layers, not both")
    if request.weight.role != "embeddings":
        return _scaled(request, factor)
    width = request.weight.shape[-1]
    std = factor / math.sqrt(width)
    return drawn("t_fixup", f"std = {factor:.4g}/sqrt({width}) = {std:.4g}", std)


def fixup(request: SchemeRequest) -> DrawSpec:
    """Return He times L^(-1 / (2 m - 2)), for all but the last of m layers in each of L residual branches."""
    blocks, depth = request.option("blocks", int), request.option("depth", int)
    if depth < 2:
        raise Unfit("the only layer of a branch is its last, which starts at zero; write fixup_zero")
    return _scaled(request, 1.0 / _root(blocks, 2 * depth - 2))


def _scaled(request: SchemeRequest, factor: float) -> DrawSpec:
    """Return the row's own formula, with the standard deviation multiplied by ``factor``."""
    return by_fans(request, factor)._replace(scheme=request.row.name)


def _layers(request: SchemeRequest) -> tuple[int | None, int | None]:
    return request.init.get("encoder_layers", int), request.init.get("decoder_layers", int)


def _root(number: int, degree: int) -> float:
    """Return the root of a whole number, rounded once from 50 digits."""
    with digits(50) as mp:
        return float(mp.root(number, degree))


_LAYERS = {
    "encoder_layers": COUNT.means("Layers of the encoder; if absent, there is none"),
    "decoder_layers": COUNT.means("Layers of the decoder; if absent, there is none"),
}
_STACKS = {
    **_LAYERS,
    "stack": Choice("encoder", "decoder").means(
        "Which of the two the layer belongs to; needed if there are both"
    ),
}
_DEPTH = COUNT.means("Layers of the network")
_WIDTH = COUNT.means("Features of the residual stream")

DEPTH = (
    Scheme(
        "scaled_residual",
        "std / sqrt(2 layers)",
        "Radford et al. 2019 (GPT-2)",
        scaled_residual,
        {"layers": _DEPTH, "std": NOT_NEGATIVE.means("Standard deviation before the division")},
        needs=("layers",),
        defaults={"std": 0.02},
    ),
    Scheme(
        "deepnorm",
        "xavier times beta, (8 L)^(-1/4) for encoders or decoders only",
        "Wang et al. 2022, figure 2",
        deepnorm,
        {**_STACKS, **SPREAD_OPTIONS},
        needs_one_of=tuple(_LAYERS),
        scale=1.0,
        mode="fan_avg",
    ),
    Scheme(
        "deepnorm_alpha",
        "alpha, (2 L)^(1/4) for encoders or decoders only",
        "Wang et al. 2022, figure 2",
        deepnorm_alpha,
        _STACKS,
        needs_one_of=tuple(_LAYERS),
    ),
    Scheme(
        "t_fixup",
        "xavier times 0.67 N^(-1/4) in an encoder, (9 N)^(-1/4) in a decoder",
        "Huang et al. 2020",
        t_fixup,
        {**_LAYERS, **SPREAD_OPTIONS},
        needs_one_of=tuple(_LAYERS),
        scale=1.0,
        mode="fan_avg",
    ),
    Scheme(
        "fixup",
        "he times blocks^(-1 / (2 depth - 2)), for all but a branch's last layer",
        "Zhang, Dauphin & Ma 2019",
        fixup,
        {
            "blocks": COUNT.means("Residual branches of the network"),
            "depth": COUNT.means("Layers of a branch, at least 2"),
            "mode": MODE,
            **SPREAD_OPTIONS,
        },
        needs=("blocks", "depth"),
        scale=2.0,
        mode="fan_in",
    ),
    Scheme(
        "small_init",
        "std = sqrt(2 / (5 width))",
        "Nguyen & Salazar 2019",
        small_init,
        {"width": _WIDTH},
        needs=("width",),
    ),
    Scheme(
        "wang_init",
        "std = 2 / (layers sqrt(width))",
        "Wang & Komatsuzaki 2021 (GPT-J)",
        wang_init,
        {"layers": _DEPTH, "width": _WIDTH},
        needs=("layers", "width"),
    ),
)
