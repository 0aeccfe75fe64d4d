"""The report of `winitgen.diff`, with expected numbers computed by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from winitgen.audit import blocks
from winitgen.audit.diff.report import equal

KEYS = ("status", "differing", "unmeasured", "max_difference", "mean_difference")


def compared(tmp_path: Path, a: np.ndarray, b: np.ndarray) -> dict[str, Any]:
    """Return the row of two arrays under one name."""
    save_file({"w": a}, tmp_path / "a.safetensors")
    save_file({"w": b}, tmp_path / "b.safetensors")
    report = winitgen.diff(tmp_path / "a.safetensors", tmp_path / "b.safetensors")
    (row,) = report["tensors"]
    assert (row["status"] == "equal") == report["equal"]
    assert report["equal"] == equal(tmp_path / "a.safetensors", tmp_path / "b.safetensors")
    return row


def test_distances_by_hand(tmp_path: Path) -> None:
    """|0|, |0.5|, |-2|, |0|: largest 2, mean 0.625; the first at [0, 1]."""
    row = compared(tmp_path, np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 2.5], [1.0, 4.0]]))

    assert ("values", 2, 0, 2.0, 0.625) == tuple(row[key] for key in KEYS)
    assert {"index": [0, 1], "a": 2.0, "b": 2.5} == row["first"]


def test_nan_is_equal_to_the_same_bits_and_has_no_distance(tmp_path: Path) -> None:
    """Of four pairs one is NaN twice, one NaN and 1, one inf and 2, one 3 and 5: the mean is over two."""
    a, b = np.array([np.nan, np.nan, np.inf, 3.0]), np.array([np.nan, 1.0, 2.0, 5.0])
    row = compared(tmp_path, a, b)

    assert ("values", 3, 2, 2.0, 1.0) == tuple(row[key] for key in KEYS)
    assert {"index": [1], "a": "nan", "b": 1.0} == row["first"]
    assert "equal" == compared(tmp_path, a, a)["status"]


def test_bits_count_not_values(tmp_path: Path) -> None:
    """0 and -0 differ, at a distance of 0."""
    row = compared(tmp_path, np.zeros(2, np.float32), np.array([0.0, -0.0], np.float32))

    assert ("values", 1, 0, 0.0, 0.0) == tuple(row[key] for key in KEYS)


def test_whole_numbers_are_subtracted_as_such(tmp_path: Path) -> None:
    """2**62 and one more are the same float64; the ends of int64 are 2**64 - 1 apart."""
    one = compared(tmp_path, np.array([2**62]), np.array([2**62 + 1]))
    ends = compared(tmp_path, np.array([-(2**63)]), np.array([2**63 - 1]))

    assert (1.0, 2.0**64) == (one["max_difference"], ends["max_difference"])


def test_huge_distances_do_not_overflow(tmp_path: Path) -> None:
    """Values 1e308 apart, and further apart than the largest float64."""
    many = compared(tmp_path, np.full(1000, 1e308), np.zeros(1000))
    far = compared(tmp_path, np.array([1.7e308]), np.array([-1.7e308]))

    assert (1e308, 1e308) == (many["max_difference"], many["mean_difference"])
    assert 2 * ["over 1.7976931348623157e+308"] == [far["max_difference"], far["mean_difference"]]


def test_narrow_formats_and_complex_ones(tmp_path: Path) -> None:
    """bfloat16, float8, boolean and complex values have distances too."""
    for dtype in (ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn, np.float16):
        row = compared(tmp_path, np.array([1, 2], dtype), np.array([1, 3.5], dtype))
        assert ("values", 1, 0, 1.5, 0.75) == tuple(row[key] for key in KEYS)
    truth = compared(tmp_path, np.array([True, False]), np.array([True, True]))
    parts = compared(tmp_path, np.array([0j, 1 + 1j], np.complex64), np.array([3 + 4j, 1 + 1j], np.complex64))
    assert (1.0, 5.0) == (truth["max_difference"], parts["max_difference"])


def test_another_number_format_is_compared_as_numbers(tmp_path: Path) -> None:
    """float32 rounded to bfloat16: the dtype differs, and one of the three numbers."""
    a = np.array([1, 1.001, np.nan], np.float32)
    row = compared(tmp_path, a, a.astype(ml_dtypes.bfloat16))

    assert ("dtype", 1, 0) == tuple(row[key] for key in KEYS[:3])
    assert pytest.approx(0.001, rel=1e-4) == row["max_difference"]
    assert pytest.approx(0.001 / 3, rel=1e-4) == row["mean_difference"]


def test_names_and_shapes(tmp_path: Path) -> None:
    """Tensors that are in only one file, or have different shapes, have no distances."""
    save_file({"a": np.ones(2), "b": np.ones(3), "c/d": np.ones(4)}, tmp_path / "a.safetensors")
    save_file({"b": np.ones((1, 3)), "c.d": np.ones(4), "e": np.ones(0)}, tmp_path / "b.safetensors")
    report = winitgen.diff(tmp_path / "a.safetensors", tmp_path / "b.safetensors")
    rows = {row["name"]: row for row in report["tensors"]}

    assert {"a": "only_in_a", "b": "shape", "c/d": "equal", "e": "only_in_b"} == {
        name: row["status"] for name, row in rows.items()
    }
    assert {"equal": 1, "differ": 1, "only_in_a": 1, "only_in_b": 1, "unread": 0} == report["totals"]
    assert ("c.d", [3], [1, 3], None) == (
        rows["c/d"]["name_b"],
        *(rows["b"][f"shape_{s}"] for s in "ab"),
        rows["b"]["first"],
    )


def test_other_containers(tmp_path: Path) -> None:
    """The unnamed array of an npy is compared with the only tensor of a safetensors file."""
    np.save(tmp_path / "w.npy", np.asfortranarray(np.arange(6.0).reshape(2, 3)))
    save_file({"w": np.arange(6.0).reshape(2, 3)}, tmp_path / "w.safetensors")

    assert winitgen.diff(tmp_path / "w.npy", tmp_path / "w.safetensors")["equal"]


def test_the_last_of_many_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads and blocks do not change the result, and no block is left out."""
    a = np.random.default_rng(0).standard_normal((3000, 1001))
    b = a.copy()
    b[-1, -1] += 8.0
    b[700] -= 1.0
    save_file({"w": a}, tmp_path / "a.safetensors")
    save_file({"w": b}, tmp_path / "b.safetensors")
    paths = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    report = winitgen.diff(*paths, threads=1)
    monkeypatch.setattr(blocks, "BLOCK", 77_777)

    assert report == winitgen.diff(*paths, threads=5)
    (row,) = report["tensors"]
    assert (1002, [700, 0]) == (row["differing"], row["first"]["index"])
    assert pytest.approx([8.0, np.abs(a - b).mean()]) == [row["max_difference"], row["mean_difference"]]
    assert not equal(*paths)


def test_values_that_cannot_be_read_are_not_called_equal(tmp_path: Path) -> None:
    """A tensor whose values cannot be read is a row of its own, and the others are compared."""
    text = np.array(["ab", "c"])
    np.savez(tmp_path / "a.npz", t=text, w=np.arange(3.0))
    np.savez(tmp_path / "b.npz", t=text, w=np.arange(3.0) + 0.5)
    report = winitgen.diff(tmp_path / "a.npz", tmp_path / "b.npz")
    same = winitgen.diff(tmp_path / "a.npz", tmp_path / "a.npz")

    assert [
        ("t", "unread", "in A, its values are text, not numbers", None),
        ("w", "values", None, 0.5),
    ] == [(row["name"], row["status"], row["unread"], row["max_difference"]) for row in report["tensors"]]
    assert {"equal": 1, "differ": 0, "only_in_a": 0, "only_in_b": 0, "unread": 1} == same["totals"]
    assert not same["equal"]
    assert not equal(tmp_path / "a.npz", tmp_path / "a.npz")
