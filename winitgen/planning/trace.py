"""Which activation a layer's output meets first: what ``init: auto`` goes by."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from winitgen.activations import LINEAR, Applied
from winitgen.planning.flow import Step


class Met(NamedTuple):
    """The activation met, the path of the step that applies it, and whether a norm stands between."""

    activation: Applied
    at: str = ""
    behind_norm: bool = False


def activation_of(steps: list[Step], index: int) -> Met:
    """Return the activation that the output of step ``index`` meets.

    It is the step's own, else the nearest one reached through norms, dropout, pooling, moved axes,
    sums and concatenations before the next layer with a kernel; linear where there is none.
    """
    own = steps[index].layer.applied
    if own is not None:
        return Met(own, steps[index].path)
    seen = {index}
    waiting = deque((consumer, False) for consumer in steps[index].consumers)
    while waiting:
        at, normed = waiting.popleft()
        step = steps[at]
        if at in seen or step.layer.kernel:
            continue
        seen.add(at)
        normed = normed or step.layer.norm
        if step.layer.applied is not None:
            return Met(step.layer.applied, step.path, normed)
        if step.layer.transparent:
            waiting.extend((consumer, normed) for consumer in step.consumers)
    return Met(LINEAR)
