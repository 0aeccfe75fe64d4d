"""Which activation a layer's output meets first: what ``init: auto`` goes by."""

from __future__ import annotations

from typing import NamedTuple

from winitgen.catalog.activations import LINEAR, Applied
from winitgen.planning.flow import Step


class NextActivation(NamedTuple):
    """The activation met, the path of the step that applies it, and whether a norm stands between."""

    activation: Applied
    at: str = ""
    after_norm: bool = False


class _Ahead(NamedTuple):
    """What a signal that enters a step comes to: the activation, and how many steps away it is."""

    distance: int
    met: NextActivation


def activations_of(steps: list[Step]) -> list[NextActivation]:
    """Return, for each step, the activation that its output meets.

    It is the step's own, else the nearest one reached through norms, dropout, pooling, moved axes,
    sums and concatenations before the next layer with a kernel; linear where there is none. Of two
    equally near the one behind the earlier consumer counts. One pass from the last step to the
    first: consumers stand behind what they consume.
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
    """Return what a signal that enters ``step`` comes to, None where the search ends without one."""
    if step.layer.kernel:
        return None
    distance = 0
    if step.layer.applied is None:
        if nearest is None or not step.layer.transparent:
            return None
        distance = nearest.distance + 1
    return _Ahead(distance, met._replace(after_norm=met.after_norm or step.layer.norm))
