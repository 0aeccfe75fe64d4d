"""Base class of deterministic whole arrays."""

from __future__ import annotations

from dataclasses import dataclass

from winitgen.drawing.distributions.distribution import Span
from winitgen.drawing.whole.whole_array import WholeArray


@dataclass(frozen=True)
class Pattern(WholeArray):
    """Non-negative values that do not depend on the seed."""

    def span(self) -> Span:
        """Return zero and the largest value."""
        return 0.0, self.extent.reach
