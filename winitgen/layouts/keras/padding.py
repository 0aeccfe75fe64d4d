"""The layers by which Keras pads and crops, around windows whose padding is a number."""

from __future__ import annotations

from winitgen.catalog.layers.conv_transpose import ConvTranspose
from winitgen.catalog.layers.windows import Windowed
from winitgen.layouts.keras.numbering import KerasLayer
from winitgen.planning.plan import PlannedLayer

Around = tuple[list[KerasLayer], list[KerasLayer]]
"""The layers before and after a layer."""


def padding(layer: PlannedLayer) -> Around:
    """Return the layers before and after a convolution or a pooling, if there are any.

    With strides of 1 and an odd reach r, a padding of (r - 1) / 2 on each side is Keras's ``same``. A
    transposed convolution crops r - s positions in total with ``same``.
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
