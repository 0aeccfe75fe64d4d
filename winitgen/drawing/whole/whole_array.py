"""Base class of distributions over whole arrays: computed once, returned block by block."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winitgen.drawing.distributions.distribution import Distribution, Extent, Precision, Sampler, Span
from winitgen.drawing.exactly import Exactly
from winitgen.numeric.stopping import go_on
from winitgen.numeric.threads import allowed_threads, threads_for

if TYPE_CHECKING:
    from winitgen.drawing.density import Density
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace

MOST_HELD = 2
"""Arrays that are cached: the one being written, and one that another thread may still be reading."""

_BLOCK = 1 << 17

_held: OrderedDict[Hashable, Array] = OrderedDict()
_lock = threading.RLock()  # one array may be computed from another


def _start_anew() -> None:
    """Take another lock in a forked child: a thread that it does not have may hold this one."""
    global _lock  # noqa: PLW0603  # the name stands for whatever lock this process has
    _lock = threading.RLock()
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)


@dataclass(frozen=True)
class WholeArray:
    """A distribution over whole arrays."""

    @property
    def extent(self) -> Extent:
        """The largest magnitude that may be drawn, and the width."""
        raise NotImplementedError

    def density(self) -> Density | None:
        """Return None; a subclass whose values have a density returns it."""
        return None

    def span(self) -> Span:
        """Return the ends between which all or nearly all values lie."""
        reach = self.extent.reach
        return -reach, reach

    def varies(self, smallest: float) -> bool:
        """Tell whether the values certainly are not all equal, in a format whose smallest number above 0 is given.

        True of what is costly to compute, so that an array of one value is told from it without.
        """
        return False

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return a new array of all elements in C order, of any shape, in the drawing precision."""
        raise NotImplementedError

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler; the distribution already knows ``count``."""

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
            values = workspace.array("values", count, dtype)
            values[:] = _array(self, key, dtype)[start : start + count]
            return values

        return sample


def _array(distribution: WholeArray, key: bytes, dtype: Precision) -> Array:
    """Return the flat array of one parameter: one thread computes it, the others wait for it."""
    wanted = Exactly(distribution), key, dtype
    with _lock:
        go_on()  # it may have waited for long
        if wanted in _held:
            _held.move_to_end(wanted)
        else:
            while len(_held) >= MOST_HELD:
                _held.popitem(last=False)
            _held[wanted] = distribution.array(key, dtype).reshape(-1)
        return _held[wanted]


def forget(distribution: WholeArray, key: bytes) -> None:
    """Free the array of one parameter, of which a caller has a copy."""
    with _lock:
        for precision in ("float32", "float64"):
            _held.pop((Exactly(distribution), key, precision), None)


def drawn(distribution: Distribution, key: bytes, dtype: Precision, count: int) -> Array:
    """Return elements 0 to ``count`` of a distribution that is drawn element by element, by all threads."""
    import numpy as np

    from winitgen.numeric.scratch import Workspace
    from winitgen.numeric.workers import Workers

    sample = distribution.sampler(dtype, count)
    values = np.empty(count, dtype)

    def draw(run: slice) -> None:
        workspace = Workspace()
        for start in range(run.start, run.stop, _BLOCK):
            go_on()
            block = values[start : min(start + _BLOCK, run.stop)]
            block[:] = sample(key, start, block.size, workspace)

    with Workers(threads_for(values.nbytes, allowed_threads())) as workers:
        workers.each(draw, workers.runs(count))
    return values
