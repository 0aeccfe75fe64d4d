"""Values that the spec writes out: lists, and masks of sequences."""

import math
from fractions import Fraction

import ml_dtypes
import numpy as np
import pytest

import winitgen
from winitgen.drawing import draw
from winitgen.drawing.distributions.listed import Listed, as_drawn


def generated(shape: list[int], dtype: str, init: object) -> np.ndarray:
    """Generate one buffer."""
    layer = {"name": "p", "type": "param", "shape": shape, "dtype": dtype, "init": init}
    return winitgen.generate({"layers": [layer]})["p"]


@pytest.mark.parametrize("dtype", ["int64", "int32", "int8", "float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize(("each", "times"), [(1, 1), (1, 5), (4, 1), (3, 7)])
def test_listed(dtype: str, each: int, times: int) -> None:
    """The values are in C order, each `each` times, and again from the first where they end."""
    values = [5, -3, 0, 100, 7]
    wanted = np.tile(np.repeat(values, each), times)
    found = generated([wanted.size // 5, 5], dtype, {"scheme": "listed", "values": values, "each": each})

    assert dtype == found.dtype.name
    np.testing.assert_array_equal(wanted.reshape(-1, 5), found.astype(np.float64))


def test_listed_over_blocks() -> None:
    """Values go on over the ends of blocks of 131,072, of which neither they nor their repetitions are a divisor."""
    found = generated([210_007 * 3], "int32", {"scheme": "listed", "values": [1, 2, 3], "each": 210_007 // 7})

    np.testing.assert_array_equal(np.tile(np.repeat([1, 2, 3], 30_001), 7), found)


def test_listed_booleans() -> None:
    """A list of zeros and ones is a mask."""
    found = generated([6], "bool", {"scheme": "listed", "values": [1, 0, 0]})

    assert [True, False, False, True, False, False] == found.tolist()


def test_the_longest_list() -> None:
    """4,096 numbers may be listed, and one more may not."""
    values = [math.sqrt(n) for n in range(4096)]
    init = {"scheme": "listed", "values": values}

    np.testing.assert_array_equal(np.array(values), generated([4096], "float64", init))
    with pytest.raises(
        winitgen.SpecError, match=r"expected a list of 1 to 4,096 numbers, such as \[0\.5, 1, 2\], not"
    ):
        generated([4097], "float64", {"scheme": "listed", "values": [*values, 64]})


@pytest.mark.parametrize("values", ["${scales}", "${[0.5, 2, 8] if wide else [1]}"])
def test_a_list_of_variables(values: str) -> None:
    """The list may be an expression."""
    layer = {
        "name": "p",
        "type": "param",
        "shape": [3],
        "init": {"scheme": "listed", "values": values},
    }
    found = winitgen.generate({"vars": {"scales": [0.5, 2, 8], "wide": True}, "layers": [layer]})["p"]

    assert [0.5, 2.0, 8.0] == found.tolist()


TIE = 1 + 2.0**-8
"""Halfway between two neighbours of bfloat16, 1 and 1 + 2^-7, of which the former is even."""


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (TIE, 1.0),
        (TIE + 2.0**-40, 1 + 2.0**-7),
        (TIE - 2.0**-40, 1.0),
        (TIE + 2.0**-7 + 2.0**-40, 1 + 2.0**-6),
        (TIE + 2.0**-7 - 2.0**-40, 1 + 2.0**-7),
    ],
)
def test_a_value_is_rounded_once(value: float, wanted: float, sign: int) -> None:
    """A number next to a midpoint of bfloat16, which float32 cannot tell from it, becomes the nearest one."""
    listed = generated([1], "bfloat16", {"scheme": "listed", "values": [sign * value]})
    mask = generated([1, 2], "bfloat16", {"scheme": "causal_mask", "below": sign * value})

    assert [sign * wanted] == listed.astype(np.float64).tolist()
    assert [[sign * wanted, 0.0]] == mask.astype(np.float64).tolist()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"])
def test_values_are_the_nearest(dtype: str) -> None:
    """Of all numbers of a format, none is nearer to a value than the one that is stored."""
    kind = np.dtype(getattr(ml_dtypes, dtype, dtype))
    with np.errstate(invalid="ignore"):  # some bits are no number
        every = np.arange(256**kind.itemsize, dtype=f"u{kind.itemsize}").view(kind).astype(np.float64)
    every = np.unique(every[np.isfinite(every)])
    middles = (every[1:] + every[:-1]) / 2
    values = np.random.default_rng(5).choice(middles, 200, replace=False)
    values = np.concatenate([values, np.nextafter(values, -np.inf), np.nextafter(values, np.inf)])
    found = generated([600], dtype, {"scheme": "listed", "values": values.tolist()}).astype(np.float64)

    for value, stored in zip(values.tolist(), found.tolist(), strict=True):
        at = int(np.searchsorted(every, value))
        nearest = min(
            abs(Fraction(float(other)) - Fraction(value)) for other in every[max(at - 1, 0) : at + 2]
        )
        assert nearest == abs(Fraction(stored) - Fraction(value))


def test_float32_is_rounded_to_nearest() -> None:
    """Without a second rounding, the first is to nearest."""
    values = np.random.default_rng(7).normal(size=500)

    np.testing.assert_array_equal(values.astype(np.float32), as_drawn(values, "float32", narrow=False))


@pytest.mark.parametrize("shape", [[5, 5], [1, 1, 3, 7], [2, 6, 4], [1, 9], [8, 1]])
@pytest.mark.parametrize(("dtype", "below", "above"), [("bool", 1, 0), ("float32", 0, -1e4), ("int8", -7, 9)])
def test_causal_mask(shape: list[int], dtype: str, below: float, above: float) -> None:
    """The last two axes have `below` where the column is at most the row: the lower triangle of `numpy.tri`."""
    init = {"scheme": "causal_mask", "below": below, "above": above}
    wanted = np.where(np.tri(*shape[-2:], dtype=bool), below, above)

    np.testing.assert_array_equal(np.broadcast_to(wanted, shape), generated(shape, dtype, init))


def test_a_large_causal_mask() -> None:
    """Rows go on over the ends of blocks of 131,072."""
    np.testing.assert_array_equal(
        np.tri(700, 701, dtype=bool)[None], generated([1, 700, 701], "bool", "causal_mask")
    )


def test_signs_of_zeros_are_not_mixed_up() -> None:
    """What is drawn does not depend on a zero of the other sign that was drawn before it."""
    for value in (-0.0, 0.0, -0.0):
        for init in (
            {"scheme": "constant", "value": value},
            {"scheme": "listed", "values": [1, value]},
            {"scheme": "arange", "start": value, "step": -1},
            {"scheme": "causal_mask", "above": value},
        ):
            drawn = generated([2, 2], "float32", init)
            zeros = drawn[drawn == 0]

            assert zeros.tobytes() == np.full(zeros.size, value, "f4").tobytes()


def test_the_numbers_are_looked_at_once_for_all_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sampler is found by looking at all numbers, which for each block takes longer than the block."""
    looked: list[object] = []
    find = draw._sampler
    monkeypatch.setattr(draw, "_sampler", lambda *wanted: (looked.append(wanted[0].it), find(*wanted))[1])

    values = generated([3, draw.BLOCK], "float32", {"scheme": "listed", "values": [0.5, -0.0, 3]}).reshape(-1)

    assert 1 == sum(isinstance(one, Listed) for one in looked)
    assert np.array_equal(values, np.resize(np.float32([0.5, -0.0, 3]), values.size))
    assert np.signbit(values[1::3]).all()
