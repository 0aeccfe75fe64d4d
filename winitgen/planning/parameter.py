"""One array of a model, with everything decided about its values: a process that has only this can draw them."""

from __future__ import annotations

import math
from typing import NamedTuple

from winitgen.drawing.distributions.distribution import Distribution


class Parameter(NamedTuple):
    """One logical array of the model.

    ``id`` is ``<path>/<role>`` and, with the seed, determines the values; ``role`` is empty for a ``param``
    and for other tensors whose id is their path.
    ``path`` ends in ``part`` if the layer has several parts. ``mean`` and ``std`` are those of the values to
    be drawn. ``why`` says what chose the scheme. ``zeroed`` is a range of elements (first, end) that is
    always zero.
    """

    id: str
    path: str
    role: str
    type: str
    shape: tuple[int, ...]
    dtype: str
    fan_in: float | None
    fan_out: float | None
    scheme: str
    formula: str
    distribution: Distribution
    mean: float
    std: float
    why: str
    key: bytes
    zeroed: tuple[int, int] | None = None
    part: str = ""

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)
