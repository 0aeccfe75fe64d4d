"""The figures of complex numbers are those of the numbers and of their moduli, never of their parts in one heap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import winitgen
from winitgen.audit import blocks
from winitgen.report.inspect_foot import foot
from winitgen.report.inspect_table import COMPLEX, detail, table

RNG = np.random.default_rng(8)


def statistics(path: Path, values: Any) -> Any:
    """Return the figures of one array."""
    np.savez(path / "w.npz", w=values)
    return winitgen.inspect(path / "w.npz")["tensors"][0]["statistics"]


@pytest.mark.parametrize("kind", [np.complex64, np.complex128, np.clongdouble])
def test_against_the_definitions(kind: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mean of z, root of the mean of \\|z - mean\\|², extremes of \\|z\\|; in one block, in many, and far from zero."""
    values = (RNG.standard_normal(70_001) + 1j * RNG.uniform(-3, 1, 70_001) + 1000).astype(kind)
    wide, moduli = values.astype(complex), np.abs(values.astype(complex))
    found = statistics(tmp_path, values)
    monkeypatch.setattr(blocks, "BLOCK", 5_000)

    assert found == statistics(tmp_path, values)
    assert pytest.approx([wide.mean().real, wide.mean().imag], rel=1e-6) == found["mean"]
    assert pytest.approx(np.sqrt((np.abs(wide - wide.mean()) ** 2).mean()), rel=1e-6) == found["std"]
    assert ("modulus", 70_001, 0) == (found["of"], found["finite"], found["zeros"])
    assert (moduli.min(), moduli.max()) == (found["min"], found["max"])
    assert 70_001 == sum(found["histogram"]["counts"])


def test_what_counts_as_zero_and_as_finite(tmp_path: Path) -> None:
    """Zero are numbers of which both parts are, NaN those with a NaN, infinite the others with an infinite part."""
    inf, nan = np.inf, np.nan
    parts = [(0, 0), (-0.0, 0), (1, 0), (0, 1), (nan, 1), (1, nan), (inf, nan), (inf, 1), (1, -inf), (3, 4)]
    found = statistics(tmp_path, np.array([complex(*part) for part in parts]))

    assert (5, 2, 3, 2) == tuple(found[key] for key in ("finite", "zeros", "nan", "infinite"))
    assert ([0.8, 1.0], 0.0, 5.0) == (found["mean"], found["min"], found["max"])


def test_the_ends_of_float64(tmp_path: Path) -> None:
    """A modulus beyond float64 is its largest number, and the smallest numbers are not zero."""
    most, least = np.finfo(float).max, 5e-324
    found = statistics(tmp_path, np.array([complex(most, -most), complex(0, least)]))

    assert (2, 0, least, most) == tuple(found[key] for key in ("finite", "zeros", "min", "max"))


def test_no_values_and_one(tmp_path: Path) -> None:
    """Without a finite number there is no mean; a dataset of its fill value alone has that of the value."""
    none = statistics(tmp_path, np.zeros((0, 3), np.complex64))
    bad = statistics(tmp_path, np.array([complex("nan")]))
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file.create_dataset("w", (7,), np.complex128, chunks=(7,), fillvalue=3 - 4j)
    (fill,) = winitgen.inspect(tmp_path / "w.h5")["tensors"]

    assert [("modulus", 0, None), ("modulus", 0, None)] == [
        (one["of"], one["finite"], one["mean"]) for one in (none, bad)
    ]
    found = fill["statistics"]
    assert (7, [3.0, -4.0], 0.0, 5.0, 5.0) == tuple(
        found[key] for key in ("finite", "mean", "std", "min", "max")
    )


def test_what_is_shown(tmp_path: Path) -> None:
    """The mean is a complex number, and a line says what the other columns mean; not for real tensors alone."""
    np.savez(tmp_path / "w.npz", c=np.array([1 + 0j, 1, 1], np.complex64), d=np.array([2 - 3j, 4 - 3j]))
    report = winitgen.inspect(tmp_path / "w.npz")
    head, packed = table(report, bars=" .:")
    rows = list(packed)
    one = winitgen.inspect(tmp_path / "w.npz", tensor="d")["tensors"][0]
    np.savez(tmp_path / "real.npz", c=np.ones(3))

    at = [head.index(title) for title in ("mean", "std", "min", "max")]
    assert ["1+0i", "0", "1", "1"] == [rows[0][index] for index in at]
    assert ["3-3i", "1", "3.606", "5"] == [rows[1][index] for index in at]
    assert "zeros" not in head
    assert "complex numbers z: std is that of |z - mean|; min, max and histogram are those of |z|" == COMPLEX
    assert COMPLEX == list(foot(report, unread=[], some_complex=True))[1]
    assert [COMPLEX, "mean 3-3i, std 1, min 3.606, max 5"] == list(detail(one, bars=" .:"))[2:4]
    assert COMPLEX not in list(foot(winitgen.inspect(tmp_path / "real.npz"), unread=[], some_complex=False))
