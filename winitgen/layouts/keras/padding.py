"""Where Keras pads and crops by layers of their own: around windows whose padding is a number."""

from __future__ import annotations

from winitgen.catalog.layers.conv_transpose import ConvTranspose
from winitgen.catalog.layers.windows import Windowed
from winitgen.layouts.keras.numbering import KerasLayer
from winitgen.planning.plan import PlannedLayer

Around = tuple[list[KerasLayer], list[KerasLayer]]
"""The layers before and after one."""


def padding(layer: PlannedLayer) -> Around:
    """Return what is before and after a convolution or a pooling, if anything is.

    With strides of 1 and an odd reach r, (r - 1) / 2 places on each side are Keras's ``same``. A
    transposed convolution crops r - s places in all where it is ``same``.
    """
    own = layer.layer
    if not isinstance(own, Windowed) or isinstance(own.padding, str):
        return [], []
    window = own.window(layer.incoming)
    if not any(window.before):
        return [], []
    transposed = isinstance(own, ConvTranspose)
    if isinstance(own, ConvTranspose) and own.output_padding:
        return [], [KerasLayer("")]
    for pad, reach, step in zip(window.before, window.reach, window.strides, strict=True):
        if transposed and 2 * pad != reach - step:
            return [], [KerasLayer("")]
        if not transposed and (step != 1 or 2 * pad != reach - 1):
            return [KerasLayer("")], []
    return [], []
