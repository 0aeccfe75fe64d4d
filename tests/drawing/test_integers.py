"""Random whole numbers against Python's own integers: the numbers, their ends, and that any of them can be drawn alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.drawing import keystream
from winitgen.drawing.distributions.integers import Integers, _upper_product
from winitgen.numeric.dtypes import DTYPES, FLOAT_DTYPES
from winitgen.numeric.scratch import Workspace

KEY = keystream.key(3, "p")
COUNTS = (2, 3, 10, 2**31, 2**32 - 1, 2**32, 2**32 + 1, 3 * 2**40 + 77, 2**53, 2**54)
EDGES = (0, 1, 2**31, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 2**32, 2**64 - 1)


def drawn(law: Integers, start: int, count: int) -> list[int]:
    """Return some numbers of a law."""
    return [int(value) for value in law.sampler("float64", 1)(KEY, start, count, Workspace())]


def words(start: int, count: int) -> list[int]:
    """Return words of 64 bits of the key stream, by Python's own reading of the bytes."""
    content = bytearray(8 * (start + count))
    keystream.words(KEY, 0, content)
    return [int.from_bytes(content[8 * at : 8 * at + 8], "little") for at in range(start, start + count)]


@pytest.mark.parametrize("count", COUNTS)
def test_formula(count: int) -> None:
    """Each number is low + floor(w n / 2^64) for its own word w."""
    low = 1 - count // 2

    assert [low + (word * count >> 64) for word in words(5, 999)] == drawn(Integers(low, low + count), 5, 999)


@pytest.mark.parametrize("count", [1, *COUNTS])
def test_product_of_extreme_words(count: int) -> None:
    """The upper bits of a product are right where its parts are largest."""
    out = np.empty(len(EDGES), np.uint64)
    _upper_product(np.array(EDGES, "<u8"), count, out, Workspace())

    assert [word * count >> 64 for word in EDGES] == out.tolist()


@pytest.mark.parametrize("law", [Integers(-3, 5), Integers(-(2**40), 2**45)])
def test_any_slice(law: Integers) -> None:
    """A slice has the numbers of the whole."""
    whole = drawn(law, 0, 3000)

    assert [whole[at : at + 7] for at in (0, 1, 511, 2993)] == [drawn(law, at, 7) for at in (0, 1, 511, 2993)]


def generated(dtype: str, **init: Any) -> Any:
    """Return the values of a param of a number format."""
    row = {"name": "p", "type": "param", "shape": [70, 61], "dtype": dtype}
    return winitgen.generate({"layers": [row | {"init": {"scheme": "integers", **init}}]})["p"]


@pytest.mark.parametrize("dtype", [*DTYPES])
def test_numbers_do_not_depend_on_the_format(dtype: str) -> None:
    """Each format, a float too, has the same numbers, of all from ``low`` to before ``high``."""
    high = 2 if dtype == "bool" else 8
    values = generated(dtype, high=high)

    assert (dtype, set(range(high))) == (values.dtype.name, set(values.astype(int).ravel().tolist()))
    assert np.array_equal(generated("int64", high=high), values.astype(int))


@pytest.mark.parametrize("dtype", [name for name in DTYPES if name not in FLOAT_DTYPES])
def test_all_of_a_format(dtype: str) -> None:
    """The whole range of a format can be drawn, and both of its halves come."""
    row = DTYPES[dtype]
    assert row.lowest is not None
    values = generated(dtype, low=int(row.lowest), high=int(row.largest) + 1)
    width = int(row.largest) - int(row.lowest) + 1

    below = int((values.astype(object) < int(row.lowest) + width // 2).sum())
    assert abs(below - values.size / 2) < 6 * np.sqrt(values.size) / 2


def test_one_number_is_a_constant() -> None:
    """Where low is the only number, nothing is random."""
    assert [7] == np.unique(generated("int32", low=7, high=8)).tolist()


def test_share_of_each_number_of_few() -> None:
    """Of 2^64 words each of n numbers has floor(2^64 / n) or one more, by counting the first word of each."""
    for count in (3, 7, 1000):
        firsts = [-(-(number << 64) // count) for number in range(count + 1)]

        assert {firsts[at + 1] - firsts[at] for at in range(count)} <= {2**64 // count, 2**64 // count + 1}
        out = np.empty(2 * count - 1, np.uint64)
        edges = [word for first in firsts[1:-1] for word in (first - 1, first)] + [2**64 - 1]
        _upper_product(np.array(edges, "<u8"), count, out, Workspace())
        assert [at // 2 for at in range(1, 2 * count - 1)] + [count - 1] == [int(v) for v in out]
