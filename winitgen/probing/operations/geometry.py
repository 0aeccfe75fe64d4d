"""The windows of a layer over an image of known size."""

from __future__ import annotations

from winitgen.catalog.layers.flow import Flow
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.windows import Windowed
from winitgen.probing.spans import Sizes, Slide


def flowing(layer: Layer, sample: Sizes) -> Sizes:
    """Return the output shape of a layer for the input shape ``sample``, channels first."""
    flow = layer.flow(Flow(sample))
    assert flow is not None
    assert flow.shape is not None
    return tuple(size for size in flow.shape if size is not None)


def slide_of(layer: Windowed, sample: Sizes, positions: Sizes) -> Slide:
    """Return the windows of a layer for the input shape ``sample``, with ``positions`` windows per axis.

    Those of a transposed convolution slide over its output, the larger image.
    """
    window = layer.window(Flow(sample))
    return Slide(window.size, window.strides, window.dilation, window.before, positions)
