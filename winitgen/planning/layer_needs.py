"""Which parameters a layer needs: worked out once for layers that share their options and take the same sizes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from winitgen.catalog import presets
from winitgen.catalog.layers.flow import Flow
from winitgen.catalog.layers.kernel import WithBias
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.weight import Weight
from winitgen.planning.flow import Step
from winitgen.spec.model import Defaults

_MOST_KEPT = 4096
"""The most layers of which is kept what they need; what is kept of so many is a few megabytes."""


class Needs(NamedTuple):
    """A layer with ``use_bias`` as it holds, its weights, and these with the fans of the framework whose ``quirks`` hold.

    ``number`` is that of its weights without those that only a preset's framework has.
    """

    layer: Layer
    number: int
    weights: Sequence[Weight]
    quirks: str
    seen: Sequence[Weight]


class LayerNeeds:
    """The needs of the layers of one spec, which are compared by identity: they outlive this."""

    def __init__(self, defaults: Defaults) -> None:
        self.defaults = defaults
        self._layers: dict[int, Layer] = {}
        self._known: dict[tuple[int, tuple[Flow | None, ...]], Needs] = {}

    def of(self, step: Step) -> Needs:
        """Return what the layer of a step needs; no weights if it does not fit its input."""
        if not step.fits:
            return self._worked_out(self._with_default_bias(step.layer), None)
        key = id(step.layer), step.entering
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
                self._layers.clear()
            layer = self._with_default_bias(step.layer)
            known = self._known[key] = self._worked_out(layer, step.entering)
        return known

    def _worked_out(self, layer: Layer, entering: tuple[Flow | None, ...] | None) -> Needs:
        weights = [] if entering is None else layer.weights_for(entering)
        number = len(weights)
        weights = presets.completed(self.defaults.preset, layer, weights)
        quirks = layer.quirks or self.defaults.quirks
        seen = weights
        if quirks:
            from winitgen.catalog import fan_quirks

            seen = fan_quirks.applied(quirks, layer, weights)
        return Needs(layer, number, weights, quirks, seen)

    def _with_default_bias(self, layer: Layer) -> Layer:
        """Return a layer with ``use_bias`` from the defaults if it does not set it."""
        if not isinstance(layer, WithBias) or layer.use_bias is not None:
            return layer
        known = self._layers.get(id(layer))
        if known is None:
            import msgspec

            known = msgspec.structs.replace(layer, use_bias=self.defaults.use_bias)
            self._layers[id(layer)] = known
        return known
