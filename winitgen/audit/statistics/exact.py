"""Deterministic values: constants and patterns, compared number by number."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from winitgen.audit.statistics.lattice import epsilon_of
from winitgen.drawing.distributions.arange import Arange
from winitgen.drawing.distributions.causal_mask import CausalMask
from winitgen.drawing.distributions.constant import Constant
from winitgen.drawing.distributions.constant_gates import ConstantGates
from winitgen.drawing.distributions.listed import Listed, Powers
from winitgen.drawing.distributions.relative_position_index import RelativePositionIndex
from winitgen.drawing.distributions.sinusoidal import Sinusoidal
from winitgen.drawing.distributions.sinusoidal_grid import SinusoidalGrid
from winitgen.drawing.whole.pattern import Pattern
from winitgen.numeric.arrays import Array

FIXED = (
    Constant,
    ConstantGates,
    Pattern,
    Arange,
    RelativePositionIndex,
    Listed,
    CausalMask,
    Sinusoidal,
    SinusoidalGrid,
)
"""The distributions whose values the plan states."""

_SMALL = 2.0**-64
"""What numbers near the largest of float64 are multiplied by before they are summed."""

_STEPS = 2.0
"""Tolerance of a non-integer, in steps of the format: frameworks compute it in other ways."""


class Room(NamedTuple):
    """How far a value may be off: by a number, and by steps of its format."""

    absolute: float = 0.0
    steps: float = _STEPS


NARROWEST = Room()
"""The room of values that all frameworks compute alike."""


def room_of(distribution: object) -> Room:
    """Return how far a value may be off.

    Frameworks compute sinusoids from angles in float32, whose error grows with the position, and powers from exponents
    in float32, whose error grows with the logarithm of the smallest.
    """
    if isinstance(distribution, Powers):
        return Room(steps=_STEPS + math.log(distribution.values[0] / distribution.values[-1]))
    if isinstance(distribution, Sinusoidal | SinusoidalGrid):
        return Room(distribution.largest_angle * 2.0**-22)
    return NARROWEST


def widest(distributions: Iterable[object]) -> Room:
    """Return a room that holds those of several distributions."""
    rooms = [room_of(distribution) for distribution in distributions]
    return Room(max(room.absolute for room in rooms), max(room.steps for room in rooms))


class Comparison:
    """Counts the values that differ from the plan by more than ``room``."""

    def __init__(self, room: Room = NARROWEST) -> None:
        self.room = room
        self.count = self.wrong = self.nans = 0
        self.low, self.high = math.inf, -math.inf
        self.planned_low, self.planned_high = math.inf, -math.inf
        self._total = self._smaller = 0.0

    def see(self, values: Array, planned: Array | float) -> None:
        """Add a block, with the planned value of each element or of all."""
        wide, wanted = values.astype(np.float64), np.asarray(planned, np.float64)
        rounded = _as_stored(wanted, values.dtype)
        room = np.where(
            wanted == np.rint(wanted), 0.0, self.room.steps * _step(values.dtype) * np.abs(rounded)
        )
        with np.errstate(invalid="ignore", over="ignore"):
            self.wrong += int((~(np.abs(wide - rounded) <= room + self.room.absolute)).sum())
        finite = wide[np.isfinite(wide)]
        self.nans += wide.size - finite.size
        self.count += wide.size
        if finite.size:
            self.low, self.high = min(self.low, float(finite.min())), max(self.high, float(finite.max()))
            with np.errstate(over="ignore"):  # then the mean is that of the smaller numbers
                self._total += float(finite.sum())
            self._smaller += float((finite * _SMALL).sum())
        if wanted.size:
            self.planned_low = min(self.planned_low, float(wanted.min()))
            self.planned_high = max(self.planned_high, float(wanted.max()))

    @property
    def mean(self) -> float:
        """The mean of the finite values, NaN if there are none but others."""
        finite = self.count - self.nans
        if self.nans and not finite:
            return math.nan
        count = max(finite, 1)
        return self._total / count if math.isfinite(self._total) else self._smaller / count / _SMALL

    def why(self) -> list[str]:
        """Return what is wrong, as at most one line."""
        if not self.wrong:
            return []
        each = f"{self.planned_low:.4g}"
        planned = each if self.planned_low == self.planned_high else "those of the pattern"
        if self.nans:
            return [f"{self.nans:,} of {self.count:,} values are not finite"]
        found = (
            f"they are {self.low:.4g}"
            if self.low == self.high
            else f"they run from {self.low:.4g} to {self.high:.4g}"
        )
        return [f"{self.wrong:,} of {self.count:,} values are not {planned}: {found}"]


def _as_stored(values: Array, dtype: np.dtype[Any]) -> Array:
    """Return values rounded to the format of the file."""
    return values if dtype.kind in "biu" else values.astype(dtype).astype(np.float64)


def _step(dtype: np.dtype[Any]) -> float:
    return 0.0 if dtype.kind in "biu" else epsilon_of(dtype)
