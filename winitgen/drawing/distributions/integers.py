"""Random whole numbers, all equally likely."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from winitgen.drawing.distributions.distribution import Extent, Precision, Sampler, Span

if TYPE_CHECKING:
    from typing import Any

    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace

WORD = 8
"""Bytes of the key stream that each element has, whatever its number format."""


class Integers(NamedTuple):
    """The whole numbers from ``low`` to ``high``, without ``high``; ``low`` < ``high``, none beyond 2^53."""

    low: int
    high: int

    @property
    def last(self) -> int:
        """The largest number that is drawn."""
        return self.high - 1

    @property
    def numbers(self) -> int:
        """How many numbers there are."""
        return self.high - self.low

    @property
    def extent(self) -> Extent:
        """The largest magnitude that may be drawn, and the width."""
        return Extent(float(max(abs(self.low), abs(self.last))), (self.numbers - 1) / 2)

    def density(self) -> None:
        """Return None: the values have probabilities, not a density."""

    def span(self) -> Span:
        """Return the smallest and the largest number that is drawn."""
        return float(self.low), float(self.last)

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler of low + floor(w n / 2^64), for a word w of 64 bits and n numbers.

        Of the 2^64 words, each number has floor(2^64 / n) or one more, so that its probability is off by less than
        2^-64, and so is that of all numbers up to any (Lemire 2019, without the rejection, for which an element would
        need more than its own word). The sampler does not depend on ``count``, nor the numbers on ``dtype``.
        """
        import numpy as np

        from winitgen.drawing import keystream

        low, numbers = np.int64(self.low), self.numbers

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
            raw = workspace.array("words", WORD * count, np.uint8)
            keystream.words(key, WORD * start, raw)
            words = raw.view("<u8")
            places = workspace.array("places", count, np.uint64)
            _upper_product(words, numbers, places, workspace)
            whole = places.view(np.int64)
            np.add(whole, low, out=whole)
            values = workspace.array("values", count, dtype)
            np.copyto(values, whole, casting="unsafe")  # exact: no number is beyond 2^53
            return values

        return sample


def _upper_product(words: Array, factor: int, out: Array, workspace: Workspace) -> None:
    """Put the upper 64 bits of the products of 64-bit words and a factor of at most 2^54 into ``out``.

    With the words a 2^32 + b and the factor c 2^32 + d it is a c + ((a d + b c + (b d >> 32)) >> 32). Here b c is below
    2^54, and a d at most (2^32 - 1)^2: only their sum may exceed 64 bits.
    """
    import numpy as np

    half: Any = np.uint64(32)
    above, below = np.uint64(factor >> 32), np.uint64(factor & 0xFFFFFFFF)
    lower = workspace.array("lower", words.size, np.uint64)
    np.bitwise_and(words, np.uint64(0xFFFFFFFF), out=lower)
    np.right_shift(words, half, out=out)
    middle = workspace.array("middle", words.size, np.uint64)
    np.multiply(lower, below, out=middle)
    np.right_shift(middle, half, out=middle)
    if not above:
        np.multiply(out, below, out=out)
        np.add(out, middle, out=out)
        np.right_shift(out, half, out=out)
        return
    products = workspace.array("products", words.size, np.uint64)
    np.multiply(lower, above, out=products)
    np.add(middle, products, out=middle)
    np.multiply(out, below, out=products)
    _add_halves(middle, products, lower)
    np.multiply(out, above, out=out)
    np.add(out, middle, out=out)


def _add_halves(sums: Array, products: Array, scratch: Array) -> None:
    """Put the sums plus products, whose sum may exceed 64 bits, shifted right by 32 bits into ``sums``."""
    import numpy as np

    half: Any = np.uint64(32)
    np.bitwise_and(products, np.uint64(0xFFFFFFFF), out=scratch)
    np.add(sums, scratch, out=sums)  # below 2^55 + 2^32
    np.right_shift(sums, half, out=sums)
    np.right_shift(products, half, out=products)
    np.add(sums, products, out=sums)
