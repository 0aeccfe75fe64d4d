"""Extreme values of every number format in ``inspect`` and ``diff``: no exception, one line at most, strict JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from tests.cli.in_process import run_here
from winitgen.numeric.arrays import Array

LONG = np.finfo(np.longdouble)
VALUES = {
    "f8": (1.7e308, -1.7e308, 5e-324, -5e-324, 0.0, -0.0, np.inf, -np.inf, np.nan, 1e290, 2.2e-308, 1e16),
    "f4": (3.4e38, -3.4e38, 1e-45, -1e-45, 0, -0.0, np.inf, -np.inf, np.nan),
    "f2": (65504, -65504, 6e-8, 0, np.inf, np.nan),
    "i8": (2**63 - 1, -(2**63), 0, 1, -1),
    "u8": (2**64 - 1, 0, 1),
    "u1": (255, 0),
    "?": (True, False),
    "c8": (complex(3e38, -3e38), complex(np.nan, np.inf), 0),
    "c16": (complex(1.7e308, 1.7e308), complex(-1.7e308, np.inf), 0),
    "g": (LONG.max, -LONG.max, LONG.tiny, 0, np.nan, 1.5),
}
"""Values at the ends, by NumPy's codes."""


def arrays() -> Iterator[Array]:
    """Yield arrays of two values at the ends, of many, of none, and scalars."""
    for code, values in VALUES.items():
        yield from (np.array(pair, code) for pair in product(values, values))
        yield from (np.array(values * 3, code), np.zeros((0, 3), code), np.array(values[0], code))


def families() -> dict[tuple[int, ...], list[Array]]:
    """Return the arrays by their shape."""
    found: dict[tuple[int, ...], list[Array]] = {}
    for array in arrays():
        found.setdefault(array.shape, []).append(array)
    return found


def strict(text: str) -> None:
    """Raise `AssertionError` for a token that is not JSON."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    json.loads(text, parse_constant=refuse)


@pytest.mark.parametrize("shape", families(), ids=str)
def test_extreme_values(tmp_path: Path, shape: tuple[int, ...]) -> None:
    """Each pair of ends is looked at, and compared with another and with its negative."""
    items = families()[shape]
    np.savez(tmp_path / "a.npz", **{str(at): one for at, one in enumerate(items)})  # type: ignore[arg-type]
    np.savez(tmp_path / "b.npz", **{str(at): items[(7 * at + 3) % len(items)] for at in range(len(items))})  # type: ignore[arg-type]
    negative = {str(at): ~one if one.dtype == bool else -one for at, one in enumerate(items)}
    np.savez(tmp_path / "c.npz", **negative)  # type: ignore[arg-type]

    for command in (
        ["inspect", "a.npz"],
        *(["diff", "a.npz", other] for other in ("a.npz", "b.npz", "c.npz")),
    ):
        assert "" == run_here(*command, cwd=tmp_path).err
        run = run_here(*command, "--json", cwd=tmp_path)
        assert run.code in (0, 1), run.err
        strict(run.out)
    for at in range(0, len(items), 5):
        run = run_here("inspect", "a.npz", "--tensor", str(at), cwd=tmp_path)
        assert (0, "") == (run.code, run.err)
        assert run.out.isprintable() or "\n" in run.out


def test_the_ends_of_float64_are_further_apart_than_it_reaches(tmp_path: Path) -> None:
    """The table says that the distance is over the largest number; the mean of many is known."""
    np.savez(tmp_path / "a.npz", w=np.array([1.7e308, 1]))
    np.savez(tmp_path / "b.npz", w=np.array([-1.7e308, 1]))

    run = run_here("diff", "a.npz", "b.npz", cwd=tmp_path)

    assert "over 1.798e+308    1.7e+308  [0]: 1.7e+308 and -1.7e+308" in run.out


@pytest.mark.skipif(LONG.max == np.finfo(np.float64).max, reason="long double is no wider here")
def test_a_long_double_beyond_float64_is_text(tmp_path: Path) -> None:
    """JSON has no number for it."""
    np.savez(tmp_path / "a.npz", w=np.array([np.longdouble("1e4000"), 1]))
    np.savez(tmp_path / "b.npz", w=np.array([np.longdouble(2), 1]))

    run = run_here("diff", "a.npz", "b.npz", "--json", cwd=tmp_path)

    assert {"index": [0], "a": "1e+4000", "b": 2.0} == json.loads(run.out)["tensors"][0]["first"]
