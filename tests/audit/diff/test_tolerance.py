"""`winitgen.diff` with a tolerance: the answers of `numpy.isclose`, and what the report counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from winitgen.audit.diff.report import equal
from winitgen.audit.diff.tolerance import Tolerance

NAN, INF = float("nan"), float("inf")


def compared(tmp_path: Path, a: np.ndarray, b: np.ndarray, atol: float, rtol: float) -> dict[str, Any]:
    """Return the row of two arrays under one name; the short way says the same as the report."""
    paths = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    for path, values in zip(paths, (a, b), strict=True):
        save_file({"w": values}, path)
    report = winitgen.diff(*paths, atol=atol, rtol=rtol)
    (row,) = report["tensors"]
    assert (row["status"] in ("equal", "close")) == report["equal"]
    assert report["equal"] == equal(*paths, tolerance=Tolerance(atol, rtol))
    return row


@pytest.mark.parametrize(("atol", "rtol"), [(0.25, 0.0), (0.0, 0.1), (0.01, 0.02), (0.0, 0.0), (1e300, 1e10)])
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "complex64"])
def test_pairs_beyond_are_those_of_numpy(tmp_path: Path, atol: float, rtol: float, dtype: str) -> None:
    """All pairs of values with signs, zeros, infinities and NaN; of equal bits none differs."""
    some = np.array([0.0, -0.0, 1.0, 1.25, 1.5, -1.0, 60000.0, 60010.0, INF, -INF, NAN]).astype(dtype)
    a, b = (part.ravel() for part in np.meshgrid(some, some))
    row = compared(tmp_path, a, b, atol, rtol)
    wide = [part.astype(np.result_type(part.dtype, np.float64)) for part in (a, b)]
    with np.errstate(all="ignore"):
        beyond = ~np.isclose(*wide, rtol=rtol, atol=atol, equal_nan=True)

    assert int(beyond.sum()) == row["beyond"] > 0
    assert [int(np.flatnonzero(beyond)[0])] == row["first"]["index"]
    assert "values" == row["status"]


def test_a_close_tensor_says_how_close(tmp_path: Path) -> None:
    """Two of three numbers differ by 1/8 and 1/4: within 1/4, and beyond 1/8 only the second."""
    a, b = np.array([1.0, 2.0, 3.0]), np.array([1.125, 2.0, 3.25])

    row = compared(tmp_path, a, b, 0.25, 0.0)
    assert ("close", 2, 0, 0.25, 0.125, None) == tuple(
        row[key] for key in ("status", "differing", "beyond", "max_difference", "mean_difference", "first")
    )
    row = compared(tmp_path, a, b, 0.125, 0.0)
    assert ("values", 2, 1, {"index": [2], "a": 3.0, "b": 3.25}) == tuple(
        row[key] for key in ("status", "differing", "beyond", "first")
    )


def test_the_relative_part_is_of_b(tmp_path: Path) -> None:
    """|10 - 11| is within 0.095 of 11, and not of 10."""
    assert "close" == compared(tmp_path, np.array([10.0]), np.array([11.0]), 0.0, 0.095)["status"]
    assert "values" == compared(tmp_path, np.array([11.0]), np.array([10.0]), 0.0, 0.095)["status"]


def test_another_number_format_may_be_close(tmp_path: Path) -> None:
    """bfloat16 has 8 bits: rounding moves a number by at most 1/256 of it."""
    a = np.linspace(1, 2, 77, dtype=np.float32)
    b = a.astype(ml_dtypes.bfloat16)

    assert "close" == compared(tmp_path, a, b, 0.0, 2**-8)["status"]
    row = compared(tmp_path, a, b, 0.0, 2**-12)
    assert "values" == row["status"]
    assert 0 < row["beyond"] < row["differing"]
    assert "close" == compared(tmp_path, b.astype(np.float32), b, 0.0, 0.0)["status"]
    assert "shape" == compared(tmp_path, a, b[:7], 1.0, 1.0)["status"]


def test_long_integers_are_subtracted_exactly(tmp_path: Path) -> None:
    """2^62 and one more are one float64, but 1 apart."""
    a, b = np.array([2**62, 5]), np.array([2**62 + 1, 5])

    assert "values" == compared(tmp_path, a, b, 0.5, 0.0)["status"]
    assert "close" == compared(tmp_path, a, b, 1.0, 0.0)["status"]


def test_the_totals_and_the_order(tmp_path: Path) -> None:
    """Equal, close and different tensors are counted apart; by name, 9 comes before 10."""
    paths = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    save_file({f"h.{n}.w": np.full(3, n, float) for n in (10, 9, 1, 100)} | {"h": np.ones(1)}, paths[0])
    save_file({f"h.{n}.w": np.full(3, n + n / 100) for n in (10, 9, 1)} | {"h": np.ones(1)}, paths[1])
    report = winitgen.diff(*paths, rtol=0.0, atol=0.095, sort="name")

    assert ["h", "h.1.w", "h.9.w", "h.10.w", "h.100.w"] == [row["name"] for row in report["tensors"]]
    totals = {"equal": 1, "close": 2, "differ": 1, "only_in_a": 1, "only_in_b": 0, "unread": 0}
    assert totals == report["totals"]
    assert {"atol": 0.095, "rtol": 0.0} == report["tolerance"]
    in_file = [row["name"] for row in winitgen.diff(*paths)["tensors"]]
    assert ["h", "h.1.w", "h.10.w", "h.100.w", "h.9.w"] == in_file
