"""Arrays filled by all threads, block by block; each thread has its own scratch."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from winitgen.drawing.draw import BLOCK
from winitgen.numeric.arrays import Array
from winitgen.numeric.scratch import Workspace
from winitgen.numeric.stopping import go_on
from winitgen.numeric.workers import Workers

Draw = Callable[[int, int, Workspace], Array]
"""A function from the start and count of a range to its flat values."""


def filled(shape: tuple[int, ...], dtype: Any, draw: Draw, workers: Workers) -> Array:
    """Return a new array of the values that ``draw`` returns for each range, in C order."""
    values = np.empty(math.prod(shape), dtype)
    local = threading.local()

    def fill(run: slice) -> None:
        if not hasattr(local, "workspace"):
            local.workspace = Workspace()
        for start in range(run.start, run.stop, BLOCK):
            go_on()
            count = min(BLOCK, run.stop - start)
            values[start : start + count] = draw(start, count, local.workspace)

    workers.each(fill, workers.runs(values.size))
    return values.reshape(shape)
