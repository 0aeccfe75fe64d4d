"""Buffers of whole numbers: a `param` with a dtype such as int64, and the schemes for it."""

from collections.abc import Callable
from math import sqrt

import pytest

from winitgen.numeric.dtypes import DTYPES, FLOAT_DTYPES
from winitgen.planning.plan import Parameter, Plan

Planned = Callable[..., Plan]

WHOLE = [name for name in DTYPES if name not in FLOAT_DTYPES]


def param(planned: Planned, shape: str, dtype: str, init: str) -> Parameter:
    """Plan one buffer."""
    text = f"layers: [{{name: p, type: param, shape: {shape}, dtype: {dtype}, init: {init}}}]"
    return planned(text, dtype="bfloat16").parameters[0]


@pytest.mark.parametrize("dtype", WHOLE)
@pytest.mark.parametrize(
    "init",
    [
        "zeros",
        "ones",
        "{scheme: constant, value: 1}",
        "{scheme: arange, step: 0}",
        "{scheme: integers, high: 2}",
        "{scheme: listed, values: [1, 0]}",
        "causal_mask",
    ],
)
def test_every_whole_dtype(planned: Planned, dtype: str, init: str) -> None:
    """A buffer keeps its dtype, whatever the model's is, under every scheme of whole numbers."""
    assert dtype == param(planned, "[2, 3]", dtype, init).dtype


@pytest.mark.parametrize(
    ("dtype", "low", "high"),
    [
        ("bool", 0, 1),
        ("uint8", 0, 255),
        ("int8", -128, 127),
        ("int16", -(2**15), 2**15 - 1),
        ("int32", -(2**31), 2**31 - 1),
        ("uint16", 0, 2**16 - 1),
        ("uint32", 0, 2**32 - 1),
        ("uint64", 0, 2**53 - 1),
        ("int64", 1 - 2**53, 2**53 - 1),
    ],
)
def test_ends(planned: Planned, dtype: str, low: int, high: int) -> None:
    """The lowest and the highest number of each format can be written, those next to them cannot."""
    for value in (low, high):
        assert value == param(planned, "[4]", dtype, f"{{scheme: constant, value: {value}}}").mean
    for value in (low - 1, high + 1):
        with pytest.raises(Exception, match=f"p: {value} does not fit in {dtype}, which holds"):
            param(planned, "[4]", dtype, f"{{scheme: constant, value: {value}}}")


@pytest.mark.parametrize(("low", "high"), [(0, 2), (-8, 8), (5, 1005)])
def test_integers(planned: Planned, low: int, high: int) -> None:
    """The numbers low, ..., high - 1 have the mean (low + high - 1)/2 and the variance (n^2 - 1)/12."""
    found = param(planned, "[9]", "int32", f"{{scheme: integers, low: {low}, high: {high}}}")
    numbers = range(low, high)

    assert (f"{low} to {high - 1}", sum(numbers) / len(numbers)) == (found.formula, found.mean)
    assert pytest.approx(sqrt(sum((n - found.mean) ** 2 for n in numbers) / len(numbers))) == found.std


@pytest.mark.parametrize(
    ("dtype", "digits"),
    [("float32", 24), ("float16", 11), ("bfloat16", 8), ("float8_e4m3fn", 4), ("float8_e5m2", 3)],
)
def test_integers_in_floats(planned: Planned, dtype: str, digits: int) -> None:
    """A float takes whole numbers as far as it has each of them."""
    most = 2**digits
    assert [-most, most] == list(
        param(
            planned, "[9]", dtype, f"{{scheme: integers, low: {-most}, high: {most + 1}}}"
        ).distribution.span()
    )
    with pytest.raises(Exception, match=f"whole numbers up to {most + 1} are not all in {dtype}"):
        param(planned, "[9]", dtype, f"{{scheme: integers, high: {most + 2}}}")


def test_arange(planned: Planned) -> None:
    """Positions 3, 5, ..., 25 have the mean 14 and the population's standard deviation 2 sqrt((12^2 - 1) / 12)."""
    found = param(planned, "[1, 12]", "int32", "{scheme: arange, start: 3, step: 2}")

    assert ("arange", "3 to 25", 14.0) == (found.scheme, found.formula, found.mean)
    assert pytest.approx(2 * sqrt(143 / 12)) == found.std


@pytest.mark.parametrize("shape", ["[36, 36]", "[1296]"])
def test_relative_position_index(planned: Planned, shape: str) -> None:
    """A window of 4 x 9 has 36 places and 7 * 17 distances; the matrix and its flat form have the same values."""
    found = param(planned, shape, "int64", "{scheme: relative_position_index, window: [4, 9]}")

    assert ("rows 0 to 118", 59.0) == (found.formula, found.mean)
    assert pytest.approx(sqrt(17**2 * (4**2 - 1) / 6 + (9**2 - 1) / 6)) == found.std


@pytest.mark.parametrize(("each", "formula"), [(1, "1, 2, 6"), (4, "1, 2, 6, each 4 times")])
def test_listed(planned: Planned, each: int, formula: str) -> None:
    """Values 1, 2 and 6 have the mean 3 and the population's standard deviation sqrt((4 + 1 + 9) / 3)."""
    found = param(planned, "[2, 12]", "int64", f"{{scheme: listed, values: [1, 2, 6], each: {each}}}")

    assert ("listed", formula, 3.0) == (found.scheme, found.formula, found.mean)
    assert pytest.approx(sqrt(14 / 3)) == found.std


def test_a_long_list(planned: Planned) -> None:
    """Of a long list the table has the first values."""
    found = param(planned, "[5]", "float32", "{scheme: listed, values: [0.25, 2, -3, 4, 5]}")

    assert "0.25, 2, -3, ... (5 values)" == found.formula


@pytest.mark.parametrize(
    ("shape", "allowed", "of"),
    [("[1, 3, 5]", 6, 15), ("[5, 3]", 12, 15), ("[2, 4, 4]", 10, 16), ("[1, 7]", 1, 7)],
)
def test_causal_mask(planned: Planned, shape: str, allowed: int, of: int) -> None:
    """The mean and the spread are those of 5 in the lower triangle, and of 2 elsewhere."""
    found = param(planned, shape, "int8", "{scheme: causal_mask, below: 5, above: 2}")
    share = allowed / of

    assert pytest.approx(2 + 3 * share) == found.mean
    assert pytest.approx(3 * sqrt(share * (1 - share))) == found.std
    assert f"5 for {allowed} of" in found.formula


def test_a_rule(planned: Planned) -> None:
    """A rule chooses the scheme of a buffer like that of any `param`."""
    plan = planned(
        "rules: [{match: '*_ids', init: arange}]\n"
        "layers: [{name: position_ids, type: param, shape: [9], dtype: int64, init: zeros}]"
    )

    assert ("arange", "rules[0]") == (plan.parameters[0].scheme, plan.parameters[0].why)
