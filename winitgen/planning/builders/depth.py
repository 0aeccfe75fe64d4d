"""Schemes for deep residual networks and transformers: spreads that shrink with the number of layers."""

from __future__ import annotations

import math

from winitgen.catalog.schemes import SCHEMES
from winitgen.drawing.distributions import Constant
from winitgen.planning.builders.fans import by_fans
from winitgen.planning.builders.spread import drawn
from winitgen.planning.choice import DrawSpec, SchemeRequest, Unfit


def scaled_residual(request: SchemeRequest) -> DrawSpec:
    """Return std / sqrt(2 L): each of L layers adds twice to the residual stream (Radford et al. 2019)."""
    layers = request.word("layers")
    std = request.word("std") / math.sqrt(2.0 * layers)
    return drawn("scaled_residual", f"std = {request.word('std'):g}/sqrt(2*{layers}) = {std:.4g}", std)


def small_init(request: SchemeRequest) -> DrawSpec:
    """Return sqrt(2 / (5 d)): Xavier's for the widest map of a transformer, d by 4 d."""
    width = request.word("width")
    std = math.sqrt(2.0 / (5.0 * width))
    return drawn("small_init", f"std = sqrt(2/(5*{width})) = {std:.4g}", std)


def wang_init(request: SchemeRequest) -> DrawSpec:
    """Return 2 / (L sqrt d), for the maps that write into the residual stream."""
    layers, width = request.word("layers"), request.word("width")
    std = 2.0 / (layers * math.sqrt(width))
    return drawn("wang_init", f"std = 2/({layers}*sqrt({width})) = {std:.4g}", std)


def deepnorm(request: SchemeRequest) -> DrawSpec:
    """Return Xavier with the gain beta; for the value, output and feed-forward maps."""
    _alpha, beta = _deepnorm(request)
    return _scaled(request, beta)


def deepnorm_alpha(request: SchemeRequest) -> DrawSpec:
    """Return alpha, by which the residual stream is multiplied before each sum."""
    alpha, _beta = _deepnorm(request)
    return DrawSpec("deepnorm_alpha", f"{alpha:.4g}", Constant(alpha), alpha, 0.0)


def _deepnorm(request: SchemeRequest) -> tuple[float, float]:
    """Return alpha and beta for N encoder and M decoder layers (Wang et al. 2022, figure 2)."""
    encoder, decoder, stack = (request.word(word) for word in ("encoder_layers", "decoder_layers", "stack"))
    if encoder is None and decoder is None:
        raise Unfit(f"the scheme {request.init.scheme} needs encoder_layers, decoder_layers, or both")
    if encoder is None or decoder is None:
        if stack is not None:
            raise Unfit("stack goes with both encoder_layers and decoder_layers; leave it out")
        layers = encoder if decoder is None else decoder
        return _root(2 * layers, 4), 1.0 / _root(8 * layers, 4)
    if stack is None:
        raise Unfit(
            "with encoder_layers and decoder_layers, 'stack: encoder' or 'stack: decoder' says which one"
        )
    if stack == "encoder":
        depth = _root(encoder**4 * decoder, 16)
        return 0.81 * depth, 0.87 / depth
    return _root(3 * decoder, 4), 1.0 / _root(12 * decoder, 4)


def t_fixup(request: SchemeRequest) -> DrawSpec:
    """Return Xavier times 0.67 N^(-1/4) in an encoder, (9 N)^(-1/4) in a decoder (Huang et al. 2020).

    Embeddings are normal with std d^(-1/2) before the factor.
    """
    encoder, decoder = request.word("encoder_layers"), request.word("decoder_layers")
    if (encoder is None) == (decoder is None):
        raise Unfit("the scheme t_fixup needs either encoder_layers or decoder_layers")
    factor = 0.67 / _root(encoder, 4) if decoder is None else 1.0 / _root(9 * decoder, 4)
    if request.weight.role != "embeddings":
        return _scaled(request, factor)
    width = request.weight.shape[-1]
    std = factor / math.sqrt(width)
    return drawn("t_fixup", f"std = {factor:.4g}/sqrt({width}) = {std:.4g}", std)


def fixup(request: SchemeRequest) -> DrawSpec:
    """Return He times L^(-1 / (2 m - 2)), for all but the last of m layers in each of L residual branches."""
    blocks, depth = request.word("blocks"), request.word("depth")
    if depth < 2:
        raise Unfit("a branch of one layer has only a last one, which starts at zero; write fixup_zero")
    return _scaled(request, 1.0 / _root(blocks, 2 * depth - 2))


def _scaled(request: SchemeRequest, factor: float) -> DrawSpec:
    """Return the choice of the row's own formula, its standard deviation times ``factor``."""
    init = request.init
    scale = SCHEMES[init.scheme].scale * factor * factor
    return by_fans(request._replace(init=init.replace(scale=scale)))._replace(scheme=init.scheme)


def _root(number: int, degree: int) -> float:
    """Return the root of a whole number, rounded once from 50 digits."""
    import mpmath

    with mpmath.workdps(50):
        return float(mpmath.root(number, degree))
