"""How often whole numbers come: each of a few, or the remainders of many, which are equally frequent in all their range."""

from __future__ import annotations

import numpy as np

from winitgen.audit.statistics import bounds
from winitgen.audit.statistics.laws import Law
from winitgen.numeric.arrays import Array

MOST = 256
"""Most cells in which numbers are counted."""

EACH = 4
"""Expected values in a cell, at least: in more cells, hardly anything would be found."""


class Remainders:
    """Counts the values of a law of whole numbers by the remainder of their distance to the smallest one.

    ``modulus`` is the number of the numbers if they are few, and every value has a cell; else a power of two, and cells
    of the last binary digits, which a law computed in a narrow format leaves 0. ``fractions`` are the values that are
    not whole.
    """

    def __init__(self, law: Law, size: int) -> None:
        self._low, self._numbers = law.low, law.high - law.low + 1
        most = min(self._numbers, MOST, max(size // EACH, 2))
        self.modulus = int(most) if most == self._numbers else 1 << int(most).bit_length() - 1
        self.fractions = 0
        self._counts = np.zeros(self.modulus, np.int64)

    def see(self, values: Array) -> None:
        """Add values in float64."""
        whole = np.rint(values)
        self.fractions += int((whole != values).sum())
        # The distance to the smallest number may be beyond 2^53, and its remainder is taken of two exact ones.
        places = np.mod(np.mod(whole, self.modulus) - self._low % self.modulus, self.modulus).astype(np.int64)
        self._counts += np.bincount(places, minlength=self.modulus)

    @property
    def shares(self) -> Array:
        """The chance of each remainder."""
        smaller, rest = divmod(self._numbers, self.modulus)
        return np.asarray((smaller + (np.arange(self.modulus) < rest)) / self._numbers)

    @property
    def g(self) -> float:
        """The statistic 2 n KL of the frequencies, about chi-square with one degree of freedom less than cells."""
        seen = np.flatnonzero(self._counts)
        counts = self._counts[seen].astype(np.float64)
        return max(0.0, 2 * float((counts * np.log(counts / (counts.sum() * self.shares[seen]))).sum()))

    @property
    def chance_of_all(self) -> float:
        """A bound on the chance of frequencies that are as far off together."""
        return bounds.relative_entropy(self.g / 2, self.modulus)

    @property
    def chance_of_one(self) -> float:
        """A bound on the chance that any one frequency is as far off as the farthest."""
        return min(1.0, self.modulus * float(self._chances.min()))

    @property
    def _chances(self) -> Array:
        return bounds.frequency(self._counts, self.shares, int(self._counts.sum()))

    @property
    def line(self) -> str:
        """What is the least likely about the frequencies, in words."""
        few = self.modulus == self._numbers
        if self.chance_of_all <= self.chance_of_one:
            what = "the numbers" if few else f"remainders modulo {self.modulus}"
            return f"{what} do not come equally often: G = {self.g:.4g}, planned {self.modulus - 1}"
        place = int(self._chances.argmin())
        what = f"{self._low + place:.0f}" if few else f"a remainder modulo {self.modulus}"
        planned = self._counts.sum() * self.shares[place]
        return f"{what} comes {self._counts[place]:,} times, planned {planned:.4g}"
