"""Parameters whose values are computed as a whole: computed once, and kept for the next slice, under a bound."""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import TYPE_CHECKING

from winitgen.drawing import draw
from winitgen.drawing.distributions.file_values import FileValues
from winitgen.drawing.whole.whole_array import WholeArray, forget
from winitgen.numeric.process_lock import ProcessLock

if TYPE_CHECKING:
    from collections.abc import Callable

    from winitgen.layouts.tensor import Tensor
    from winitgen.numeric.arrays import Array
    from winitgen.planning.plan import Parameter

MOST_BYTES = 1 << 30
"""What is kept of one checkpoint, in bytes; one array is kept whatever its size."""

_ONE_AT_A_TIME = ProcessLock()
"""Each computation uses all processors, and the memory of one."""


class Held:
    """The arrays of one checkpoint that are kept; ``forward`` says that files are read in order only."""

    def __init__(self, forward: bool) -> None:
        self._forward = forward
        self._arrays: OrderedDict[tuple[str, ...], Array] = OrderedDict()

    def is_whole(self, parameter: Parameter) -> bool:
        """Tell whether the values of a parameter are computed or read as a whole."""
        values = parameter.distribution
        if isinstance(values, FileValues):
            return self._forward
        parts = getattr(values, "parts", ())
        return isinstance(values, WholeArray) or any(isinstance(part, WholeArray) for part in parts)

    def parameter(self, parameter: Parameter) -> Array:
        """Return all values of a parameter, flat."""
        return self._kept(("parameter", parameter.id), lambda: _computed(parameter))

    def tensor(self, tensor: Tensor) -> Array:
        """Return all values of a tensor that has no tiles, flat."""

        def compute() -> Array:
            whole = (draw.whole(parameter) for parameter in tensor.parameters)
            return tensor.arranged(*whole)

        return self._kept(("tensor", tensor.name), compute)

    def clear(self) -> None:
        """Free all arrays."""
        with _ONE_AT_A_TIME:
            self._arrays.clear()

    def _kept(self, name: tuple[str, ...], compute: Callable[[], Array]) -> Array:
        """Return a kept array, or compute and keep it; the least recently used ones beyond the bound are freed."""
        with _ONE_AT_A_TIME:
            if name not in self._arrays:
                self._arrays[name] = compute()
            self._arrays.move_to_end(name)
            while len(self._arrays) > 1 and sum(kept.nbytes for kept in self._arrays.values()) > MOST_BYTES:
                self._arrays.popitem(last=False)
            return self._arrays[name]


def _computed(parameter: Parameter) -> Array:
    """Return all values of a parameter, of which nothing else is kept."""
    values = parameter.distribution
    if isinstance(values, FileValues):
        return values.copied(0, math.prod(parameter.shape))
    whole = draw.whole(parameter).reshape(-1)
    if isinstance(values, WholeArray):
        forget(values, parameter.key)
    return whole
