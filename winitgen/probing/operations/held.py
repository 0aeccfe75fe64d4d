"""How many values an operation holds beside its inputs, its output and its weights."""

from __future__ import annotations

import math
from typing import NamedTuple

from winitgen.catalog.layers.flow import Flow
from winitgen.planning.plan import PlannedLayer


class Batched(NamedTuple):
    """The number of samples, and of threads that share them; and whether a gradient will be sent back, and to the parameters too."""

    samples: int
    threads: int
    backward: bool = True
    learns: bool = False


class Held(NamedTuple):
    """Values of a whole batch: those kept for the backward pass, and those that exist at once during either pass.

    What is kept exists during both passes; ``forward`` and ``backward`` are beside it.
    """

    kept: int = 0
    forward: int = 0
    backward: int = 0


def values_of(flow: Flow | None) -> int:
    """Return the number of values of one sample."""
    return math.prod(size or 1 for size in (flow and flow.shape) or ())


def positions_of(flow: Flow | None) -> int:
    """Return the number of positions of one sample, whose last axis is the features."""
    return math.prod(size or 1 for size in ((flow and flow.shape) or ())[:-1])


def inner_values(planned: PlannedLayer) -> int:
    """Return the values inside a layer of several kernels, such as queries and keys: those of each kernel's output."""
    kernels = [one for one in planned.parameters if one.role == "kernel"]
    if len(kernels) < 2 or (planned.outgoing and planned.outgoing.image):
        return 0
    return positions_of(planned.outgoing) * sum(kernel.shape[0] for kernel in kernels)
