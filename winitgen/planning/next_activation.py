"""The activation that a layer's output meets first, which determines ``init: auto``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from winitgen.catalog.activations import LINEAR, Applied
from winitgen.planning.flow import Step

SCHEME_ORDER = ("he", "lecun", "xavier")
"""Of two activations equally near, that of the earlier scheme counts.

A kernel drawn for an activation that halves the signal is at most too large for a bounded one, which holds
the signal; one drawn for a bounded activation is too small for the other, and nothing restores the signal.
"""


class NextActivation(NamedTuple):
    """The activation, the path of the step that applies it, and whether a norm lies between.

    ``other`` is another activation that the output meets, and the path of the step that applies it.
    """

    activation: Applied
    at: str = ""
    after_norm: bool = False
    other: tuple[Applied, str] | None = None


class _Ahead(NamedTuple):
    """What a signal that enters a step meets: the activation, and the number of steps to it."""

    distance: int
    met: NextActivation


def activations_of(steps: list[Step]) -> list[NextActivation]:
    """Return, for each step, the activation that its output meets.

    It is the step's own, else the nearest one reached through norms, dropout, pooling, reshaping, parts, sums and
    concatenations before the next layer with a kernel; linear if there is none. Of several that are equally
    near, `_order` decides, never the order of the consumers. One pass from the last step to the first
    suffices: consumers come after what they consume.
    """
    ahead: list[_Ahead | None] = [None] * len(steps)
    met = [NextActivation(LINEAR)] * len(steps)
    for index in range(len(steps) - 1, -1, -1):
        step = steps[index]
        own = step.layer.applied
        nearest = _nearest([way for way in (ahead[consumer] for consumer in step.consumers) if way])
        if own is not None:
            met[index] = NextActivation(own, step.path)
        elif nearest is not None:
            met[index] = nearest.met
        ahead[index] = _entered(step, met[index], nearest)
    return met


def _nearest(ways: Sequence[_Ahead]) -> _Ahead | None:
    """Return the way that counts, with the first activation that differs as its ``other``; None for no way."""
    if len(ways) < 2:
        return ways[0] if ways else None
    first, *rest = sorted(ways, key=_order)
    for way in rest:
        if way.met.activation != first.met.activation:
            other = way.met.activation, way.met.at
            return first._replace(met=first.met._replace(other=other))
    return first


def _order(way: _Ahead) -> tuple[object, ...]:
    """Return a key that sorts ways: the nearest, by `SCHEME_ORDER`, the largest gain, the name, without a norm."""
    applied = way.met.activation
    scheme = SCHEME_ORDER.index(applied.row.scheme)
    return way.distance, scheme, -applied.gain, applied.name, applied.number, way.met.after_norm


def _entered(step: Step, met: NextActivation, nearest: _Ahead | None) -> _Ahead | None:
    """Return what a signal that enters ``step`` meets, None if the search ends without an activation.

    A layer that the search does not enter hides its own activation too: a factor of a product is not what the
    product's activation is applied to, and two factors, both drawn for it, would count its gain twice.
    """
    if step.layer.kernel or not step.layer.transparent:
        return None
    distance = 0
    if step.layer.applied is None:
        if nearest is None:
            return None
        distance = nearest.distance + 1
    return _Ahead(distance, met._replace(after_norm=met.after_norm or step.layer.norm))
