"""The C kernels draw the bits that NumPy's calls draw, for every distribution that they know."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.kernel_paths import drawn_by
from winitgen.drawing import keystream, truncation
from winitgen.drawing.distributions.distribution import Distribution, Precision
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.distributions.truncated_normal import TruncatedNormal
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.numeric.arrays import Array
from winitgen.numeric.scratch import Workspace

DISTRIBUTIONS = {
    "normal": Normal(0.037),
    "normal about a mean": Normal(0.5, -3.0),
    "tiny normal": Normal(1e-42, 1e-43),
    "huge normal": Normal(1e37, 2.0),
    "cut at 2": TruncatedNormal(0.02, 2.0, *truncation.tails(2.0)),
    "cut at 0.3, about a mean": TruncatedNormal(7.0, 0.3, *truncation.tails(0.3), 0.1),
    "cut at 6.3": TruncatedNormal(1.0, 6.3, *truncation.tails(6.3)),
    "uniform": Uniform(-0.043, 0.043),
    "one-sided uniform": Uniform(1e-3, 0.1),
    "uniform far from zero": Uniform(1e6, 1e6 + 1),
}
COUNTS = (1, 15, 511, 512, 513, 4099, 1 << 17)


def drawn(path: str, distribution: Distribution, dtype: Precision, size: int) -> list[bytes]:
    """Return the bytes of several ranges of a parameter, most of which begin inside a block of the cipher."""
    key = keystream.key(5, "fc/kernel")
    with drawn_by(path), np.errstate(all="ignore"):
        sampler = distribution.sampler(dtype, size)
        return [sampler(key, 3 * count + 1, count, Workspace()).tobytes() for count in COUNTS]


@pytest.mark.parametrize("size", [1000, 1 << 20], ids=["small", "large"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_same_bits(name: str, dtype: Precision, size: int) -> None:
    """Both paths give the same bits, in blocks of any size."""
    distribution = DISTRIBUTIONS[name]

    assert drawn("numpy", distribution, dtype, size) == drawn("c", distribution, dtype, size)


def with_words(path: str, distribution: Distribution, words: Array, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Return the values of given words."""
    dtype: Precision = "float32" if words.dtype.itemsize == 4 else "float64"
    content = words.astype(words.dtype.newbyteorder("<")).tobytes()

    def read(key: bytes, start: int, out: Array) -> None:
        memoryview(out).cast("B")[:] = content

    monkeypatch.setattr(keystream, "words", read)
    with drawn_by(path), np.errstate(all="ignore"):
        return distribution.sampler(dtype, 1 << 20)(b"", 0, words.size, Workspace()).tobytes()


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_words_at_the_ends(name: str, bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words at the ends of their range, at 0, and at each power of two and beside it give the same bits."""
    powers = [
        sign * (1 << power) + near for power in range(bits - 1) for near in (-1, 0, 1) for sign in (-1, 1)
    ]
    words = np.array([*powers, -(1 << bits - 1), (1 << bits - 1) - 1], f"i{bits // 8}")
    distribution = DISTRIBUTIONS[name]

    by_numpy = with_words("numpy", distribution, words, monkeypatch)

    assert by_numpy == with_words("c", distribution, words, monkeypatch)


def test_a_value_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The word 2^30 is the upper quartile, 0.6744898, and -2^30 the lower one."""
    words = np.array([1 << 30, -(1 << 30)], np.int32)

    found = np.frombuffer(with_words("c", Normal(2.0, 1.0), words, monkeypatch), np.float32)

    quartile = 0.6744897501960817  # scipy.stats.norm.ppf(0.75)
    assert math.isclose(found[0], 1 + 2 * quartile, rel_tol=1e-5)
    assert math.isclose(found[1], 1 - 2 * quartile, rel_tol=1e-5)
