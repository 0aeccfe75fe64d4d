"""What looking for similar names may cost: two names of one letter take as long as a thousand of many letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

MOST_PAIRS = 400_000
"""The most pairs of equal characters in all names that one name is compared with, about a twentieth of a second."""
MOST_PAIRS_OF_ALL = 6_000_000
"""The same for all mistakes of a file together."""
PAIRS_PER_NAME = 3
"""What it takes to look at a name's length."""


class Comparisons:
    """Counts the pairs of equal characters that comparing names goes through."""

    def __init__(self, most: int = MOST_PAIRS) -> None:
        self.left = most

    def affordable(self, name: str, others: Iterable[str], most: int = MOST_PAIRS) -> Iterator[str]:
        """Yield those of ``others`` that may still be compared with ``name``, in order, up to ``most`` pairs."""
        letters = Counter(name)
        least = self.left - min(most, self.left)
        for other in others:
            self.left -= sum(letters[letter] * count for letter, count in Counter(other).items())
            if self.left < least:
                return
            yield other

    def begin(self, names: int) -> bool:
        """Return whether there may be one more search among so many names."""
        self.left -= names * PAIRS_PER_NAME
        return self.left > 0
