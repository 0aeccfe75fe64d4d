"""How weights are drawn: decided once for those of layers that are the same, as those of repeated layers."""

from __future__ import annotations

from typing import NamedTuple

from winitgen.catalog.activations import Applied
from winitgen.catalog.init import Init
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.schemes.scheme import DrawSpec
from winitgen.numeric.dtypes import DType
from winitgen.planning.choose import choose

_MOST_KEPT = 4096
"""The most decisions that are kept; what is kept of so many is a few megabytes."""


class _Decision(NamedTuple):
    """A decision, and what it was made for: while it is kept, nothing else has the identity of these."""

    draw_spec: DrawSpec
    init: Init
    weight: Weight
    activation: Applied


class KnownDraws:
    """What `choose` returns for each scheme, weight, activation and number format; ``default`` is its default distribution.

    These are compared by identity: equal ones may differ in the sign of a zero.
    """

    def __init__(self, default: str) -> None:
        self.default = default
        self._known: dict[tuple[int, int, int, str], _Decision] = {}

    def of(self, init: Init, weight: Weight, activation: Applied, dtype: DType) -> DrawSpec:
        """Return how a weight is drawn; raise `Unfit` as `choose` does."""
        key = id(init), id(weight), id(activation), dtype.name
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            draw_spec = choose(init, weight, activation, self.default, dtype)
            known = self._known[key] = _Decision(draw_spec, init, weight, activation)
        return known.draw_spec
