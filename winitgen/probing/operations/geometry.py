"""The words of a layer as numbers: where its windows stand over an image of known size."""

from __future__ import annotations

from typing import Any

from winitgen.catalog.layers.layer import Flow, Layer, per_axis
from winitgen.probing.operations.columns import Sizes, Slide


def flowing(layer: Layer, sample: Sizes) -> Sizes:
    """Return the shape that flows out of a layer where ``sample`` flows in, channels first."""
    flow = layer.flow(Flow(sample))
    assert flow is not None
    assert flow.shape is not None
    return tuple(size for size in flow.shape if size is not None)


def slide_of(layer: Any, places: Sizes, positions: Sizes) -> Slide:
    """Return the windows of a layer over an image of ``places`` that stand at ``positions``.

    A transposed convolution has its windows over the larger image, which flows out. Where the padding is
    ``same``, half of what the windows reach beyond the image lies before its first place, and the rest,
    which may be one more, behind its last, as in TensorFlow, Keras and Flax.
    """
    rank = len(places)
    size = per_axis(layer, "", getattr(layer, "kernel_size", None) or layer.pool_size, rank)
    strides = per_axis(layer, "", size if layer.strides is None else layer.strides, rank)
    dilation = per_axis(layer, "", getattr(layer, "dilation", 1), rank)
    if layer.padding == "same":
        before = tuple(
            max((count - 1) * step + (taps - 1) * gap + 1 - length, 0) // 2
            for length, count, taps, step, gap in zip(places, positions, size, strides, dilation, strict=True)
        )
    else:
        before = per_axis(layer, "", 0 if layer.padding == "valid" else layer.padding, rank)
    return Slide(size, strides, dilation, before, positions)
