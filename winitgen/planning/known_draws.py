"""How weights are drawn: decided once for those of layers that are the same, as those of repeated layers."""

from __future__ import annotations

import msgspec

from winitgen.catalog.activations import Applied
from winitgen.catalog.init import Init
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.schemes import SCHEMES
from winitgen.catalog.schemes.scheme import DrawSpec, Unfit
from winitgen.numeric.dtypes import DType
from winitgen.planning.choose import choose

_MOST_KEPT = 4096
"""The most decisions that are kept; what is kept of so many is a few megabytes."""

MOST_COMPUTED = 500_000
"""The most numbers of all different tables of a model that are computed with many digits: seconds."""


class TooMuchComputed(Unfit):
    """The tables of the whole model are too much; nothing more is planned."""


class _Decision(msgspec.Struct, frozen=True):
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
        self._computed = 0

    def of(self, init: Init, weight: Weight, activation: Applied, dtype: DType) -> DrawSpec:
        """Return how a weight is drawn; raise `Unfit` as `choose` does."""
        key = id(init), id(weight), id(activation), dtype.name
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._count(init, weight)
            draw_spec = choose(init, weight, activation, self.default, dtype)
            known = self._known[key] = _Decision(draw_spec, init, weight, activation)
        return known.draw_spec

    def _count(self, init: Init, weight: Weight) -> None:
        """Count what is computed for a weight, or for a block of it; raise `Unfit` if it is too much."""
        computed = SCHEMES[init.scheme].computed
        if computed is not None:
            self._computed += min(computed(weight), MOST_COMPUTED)  # a longer one is refused by itself
            if self._computed > MOST_COMPUTED:
                raise TooMuchComputed(
                    f"tables such as sinusoids and frequencies have more than {MOST_COMPUTED:,} different numbers, each computed "
                    "with many digits; let layers share their options"
                )
        for part in init.get("init", tuple) or ():
            self._count(part, weight)
