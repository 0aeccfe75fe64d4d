"""Where Keras pads and crops by layers of their own: around windows whose padding is a number."""

from __future__ import annotations

from winitgen.catalog.layers.layer import per_axis
from winitgen.layouts.keras.numbering import KerasLayer
from winitgen.planning.plan import PlannedLayer

Around = tuple[list[KerasLayer], list[KerasLayer]]
"""The layers before and behind one."""


def padding(layer: PlannedLayer) -> Around:
    """Return what stands before and behind a convolution or a pooling, if anything does.

    With strides of 1 and an odd reach r, (r - 1) / 2 places on each side are Keras's ``same``. A
    transposed convolution crops r - s places in all where it is ``same``.
    """
    own = layer.layer
    stated, rank = getattr(own, "padding", "valid"), getattr(own, "rank", 1)
    if isinstance(stated, str):
        return [], []
    pads = per_axis(own, "padding", stated, rank)
    if not any(pads):
        return [], []
    transposed = own.type.endswith("_transpose")
    if transposed and getattr(own, "output_padding", None):
        return [], [KerasLayer("")]
    for pad, reach, step in zip(pads, _reaches(layer), _strides(layer), strict=True):
        if transposed and 2 * pad != reach - step:
            return [], [KerasLayer("")]
        if not transposed and (step != 1 or 2 * pad != reach - 1):
            return [KerasLayer("")], []
    return [], []


def _reaches(layer: PlannedLayer) -> list[int]:
    """Return over how many places the window reaches, on each axis."""
    own = layer.layer
    word = "kernel_size" if hasattr(own, "kernel_size") else "pool_size"
    rank = getattr(own, "rank", 1)
    sizes = per_axis(own, word, getattr(own, word), rank)
    gaps = per_axis(own, "dilation", getattr(own, "dilation", 1), rank)
    return [gap * (size - 1) + 1 for size, gap in zip(sizes, gaps, strict=True)]


def _strides(layer: PlannedLayer) -> tuple[int, ...]:
    """Return the strides on each axis; a pooling without them moves by its own size."""
    own = layer.layer
    stated = getattr(own, "strides", 1)
    return per_axis(
        own, "strides", getattr(own, "pool_size", 1) if stated is None else stated, getattr(own, "rank", 1)
    )
