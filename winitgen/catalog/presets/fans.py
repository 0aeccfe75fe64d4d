"""The fans by which the layers of frameworks without named ``quirks`` draw their kernels.

No framework considers strides, and each has a habit of its own for groups and transposed convolutions. rf is
the receptive field size, g the groups, C and F the channels and the filters of all groups together:

=================  ==============  =================  ================
fan_in of          convolution     depthwise          transposed
=================  ==============  =================  ================
haiku, equinox     C/g * rf        rf                 C/g * rf
mlx                C/g * rf        rf                 C * rf
tinygrad           C * rf          C * rf             C * rf
paddle             C * rf          C * rf             F/g * rf
=================  ==============  =================  ================

A bias has the fans of its kernel.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from winitgen.catalog.fan_quirks import Fans, Rule, as_stated, by_shape
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.recurrent import Recurrent
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.presets.preset import Seen


def all_channels(layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Fans:
    """Return the fans of a convolution as if its groups were one: (C * rf, F * rf)."""
    filters, channels, *taps = weight.shape
    return channels * max(weight.groups, 1) * math.prod(taps), filters * math.prod(taps)


def one_group(layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Fans:
    """Return the fans of each group of a convolution by itself: (C/g * rf, F/g * rf)."""
    filters, channels, *taps = weight.shape
    return channels * math.prod(taps), filters // max(weight.groups, 1) * math.prod(taps)


def transposed_group(layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Fans:
    """Return the fans of each group of a transposed convolution: (C/g * rf, F/g * rf)."""
    channels, filters, *taps = weight.shape
    return channels // max(weight.groups, 1) * math.prod(taps), filters * math.prod(taps)


def all_transposed(layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Fans:
    """Return the fans of a transposed convolution's array, (C, F/g, ...): (C * rf, F/g * rf)."""
    channels, filters, *taps = weight.shape
    return channels * math.prod(taps), filters * math.prod(taps)


def state(layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Fans:
    """Return the units of a recurrent layer as the fan_in of its kernels and its biases."""
    assert isinstance(layer, Recurrent)
    return layer.units, weight.fan_out


def first_input(layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Fans:
    """Return the features of a form's first input as the fan_in of its kernel (units, first, second) and its bias."""
    return weight.shape[1], weight.fan_out


def rows_and_columns(layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Fans:
    """Return the fans of a table as a matrix: (count, dim)."""
    return weight.shape[0], weight.shape[1]


OWN_GROUPS: dict[str, Rule] = {
    **dict.fromkeys(("convolution", "depthwise"), by_shape),
    "transposed": transposed_group,
}
"""The rules of a framework that considers groups, for each family of layers."""


def by(rules: Mapping[str, Rule]) -> Seen:
    """Return what sees kernels and tables by these rules, and biases as their kernels.

    Those of a family without a rule have the fans that the layer states.
    """

    def seen(layer: Layer, weights: list[Weight]) -> list[Weight]:
        kernels = {
            (weight.part, weight.role): rules.get(layer.family, as_stated)(layer, weight, weights)
            for weight in weights
            if weight.fan_in is not None and "bias" not in weight.role
        }
        return [_with_fans(weight, kernels) for weight in weights]

    return seen


def _with_fans(weight: Weight, kernels: dict[tuple[str, str], Fans]) -> Weight:
    """Return a weight with the fans of the kernel of its part; one without fans stays as it is."""
    if weight.fan_in is None:
        return weight
    fan_in, fan_out = kernels[weight.part, weight.role.replace("bias", "kernel")]
    return weight._replace(fan_in=fan_in, fan_out=fan_out)
