"""The activation that a layer's output meets first, which determines ``init: auto``."""

from __future__ import annotations

from typing import NamedTuple

from winitgen.catalog.activations import LINEAR, Applied
from winitgen.planning.flow import Step


class NextActivation(NamedTuple):
    """The activation, the path of the step that applies it, and whether a norm lies between."""

    activation: Applied
    at: str = ""
    after_norm: bool = False


class _Ahead(NamedTuple):
    """What a signal that enters a step meets: the activation, and the number of steps to it."""

    distance: int
    met: NextActivation


def activations_of(steps: list[Step]) -> list[NextActivation]:
    """Return, for each step, the activation that its output meets.

    It is the step's own, else the nearest one reached through norms, dropout, pooling, reshaping, parts, sums and
    concatenations before the next layer with a kernel; linear if there is none. Of two that are equally
    near, that of the earlier consumer counts. One pass from the last step to the first suffices: consumers
    come after what they consume.
    """
    ahead: list[_Ahead | None] = [None] * len(steps)
    met = [NextActivation(LINEAR)] * len(steps)
    for index in range(len(steps) - 1, -1, -1):
        step = steps[index]
        own = step.layer.applied
        near = [way for way in (ahead[consumer] for consumer in step.consumers) if way is not None]
        nearest = min(near, key=lambda way: way.distance, default=None)
        if own is not None:
            met[index] = NextActivation(own, step.path)
        elif nearest is not None:
            met[index] = nearest.met
        ahead[index] = _entered(step, met[index], nearest)
    return met


def _entered(step: Step, met: NextActivation, nearest: _Ahead | None) -> _Ahead | None:
    """Return what a signal that enters ``step`` meets, None if the search ends without an activation."""
    if step.layer.kernel:
        return None
    distance = 0
    if step.layer.applied is None:
        if nearest is None or not step.layer.transparent:
            return None
        distance = nearest.distance + 1
    return _Ahead(distance, met._replace(after_norm=met.after_norm or step.layer.norm))
