"""What layers on the last axis of a flow share: the features, of a vector or of each position."""

from __future__ import annotations

import math

from winitgen.catalog.layers.flow import UNKNOWN, Flow, Refusal, Shape
from winitgen.catalog.layers.layer import Layer, refuse_tokens


def refuse_image(layer: Layer, incoming: Flow | None) -> None:
    """Raise `Refusal` if an image flows in: its last axis is spatial, not its channels."""
    if incoming is None or incoming.shape is None or not incoming.image:
        return
    raise Refusal(
        "",
        f"{incoming} flows into this {layer.type}; put a flatten layer before it, or "
        f"{channels_to_the_end(incoming)} to apply it to the channels of each position",
    )


def channels_to_the_end(image: Flow) -> str:
    """Return the layer, as a spec has it, that moves the channels of an image after its spatial axes."""
    axes = [*range(1, len(image.shape or ())), 0]
    return f"{{type: permute, axes: {axes}}}"


def check_sequence(layer: Layer, incoming: Flow | None, key: str = "") -> None:
    """Raise `Refusal` unless a sequence of vectors flows in: (positions, features).

    ``key`` is the option that names the layer it comes from, empty for ``from``.
    """
    refuse_tokens(layer, incoming, key)
    if incoming is None or incoming.shape is None:
        return
    if len(incoming.shape) == 1:
        advice = "set 'return_sequences: true' on a recurrent layer before it, or add a reshape layer"
    elif len(incoming.shape) > 2:
        advice = _as_sequence(incoming.shape) if incoming.image else "put a reshape layer before it"
    elif incoming.image:
        advice = "put {type: permute, axes: [1, 0]} before it"
    else:
        return
    raise Refusal(
        key,
        f"{incoming} flows into this {layer.type}, which takes a sequence: (positions, features); {advice}",
    )


def _as_sequence(shape: Shape) -> str:
    """Return the advice that makes a sequence of an image, (channels, *positions), whose sizes may be unknown."""
    sizes = [size for size in shape if size is not None]
    if len(sizes) < len(shape):
        return "put a reshape and a permute layer before it"
    flat = [sizes[0], math.prod(sizes[1:])]
    return f"put {{type: reshape, shape: {flat}}} and {{type: permute, axes: [1, 0]}} before it"


def same_shape(incoming: Flow | None, size: int | None) -> Flow:
    """Return the flow of a layer whose output has the shape of its input, with ``size`` features."""
    if incoming is None:
        return Flow((size,)) if size is not None else UNKNOWN
    return incoming
