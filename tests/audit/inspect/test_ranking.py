"""Quantiles and norms of a tensor, against those of NumPy over all values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from winitgen.audit import blocks
from winitgen.audit.inspect.ranking import SHARES

RNG = np.random.default_rng(7)
NORMAL = RNG.normal(0.1, 2, 5003)
ARRAYS: dict[str, Any] = {
    "float64": NORMAL,
    "float32": np.concatenate([NORMAL.astype(np.float32), np.float32([np.nan, np.inf, -np.inf, -0.0, 0.0])]),
    "float16": NORMAL.astype(np.float16),
    "bfloat16": NORMAL.astype(ml_dtypes.bfloat16),
    "float8": NORMAL.astype(ml_dtypes.float8_e4m3fn),
    "int8": RNG.integers(-128, 128, 301).astype(np.int8),
    "int64": RNG.integers(-(2**63), 2**63 - 1, 401),
    "uint16": RNG.integers(0, 2**16, 77).astype(np.uint16),
    "bool": RNG.integers(0, 2, 33).astype(bool),
    "few": np.array([3.0, -5.0]),
    "one": np.array([-2.5], np.float32),
    "close": 1 + np.arange(300) * 2.0**-52,
    "complex64": (NORMAL[:700] + 1j * NORMAL[700:1400]).astype(np.complex64),
}


def detail(path: Path, name: str = "w") -> dict[str, Any]:
    """Return the entry of one tensor."""
    (entry,) = winitgen.inspect(path, tensor=name)["tensors"]
    return entry


@pytest.mark.parametrize("kind", ARRAYS)
def test_they_are_those_of_numpy(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values that are not finite do not count; of complex values the moduli are taken."""
    monkeypatch.setattr(blocks, "_RUN", 97)
    array = ARRAYS[kind]
    save_file({"w": array}, tmp_path / "w.safetensors")
    values = np.abs(array.astype(complex)) if array.dtype.kind == "c" else array.astype(np.float64)
    values = values[np.isfinite(values)]
    entry = detail(tmp_path / "w.safetensors")

    assert pytest.approx(np.quantile(values, SHARES), rel=1e-12, abs=1e-300) == [*entry["quantiles"].values()]
    assert [*map(str, SHARES)] == [*entry["quantiles"]]
    assert pytest.approx(np.abs(values).sum(), rel=1e-6) == entry["l1"]
    assert pytest.approx(np.sqrt(np.square(values).sum()), rel=1e-6) == entry["l2"]


def test_ends_of_float64(tmp_path: Path) -> None:
    """Squares beyond float64 have a root; a sum beyond it is text; tiny squares do not vanish."""
    save_file({"w": np.array([1e308, -1e308, 1e308])}, tmp_path / "w.safetensors")
    huge = detail(tmp_path / "w.safetensors")
    save_file({"w": np.array([3e-300, 4e-300])}, tmp_path / "w.safetensors")
    tiny = detail(tmp_path / "w.safetensors")

    assert ("inf", 1.732051e308) == (huge["l1"], huge["l2"])
    assert pytest.approx(-9.6e307, rel=1e-9) == huge["quantiles"]["0.01"]
    assert (7e-300, 5e-300) == (tiny["l1"], tiny["l2"])


def test_no_value_is_finite(tmp_path: Path) -> None:
    """There is no quantile, and the norms are zero."""
    save_file({"w": np.array([np.nan, np.inf]), "e": np.zeros((0, 3))}, tmp_path / "w.safetensors")

    for name in "we":
        entry = detail(tmp_path / "w.safetensors", name)
        assert (None, 0.0, 0.0) == (entry["quantiles"], entry["l1"], entry["l2"])


def test_one_value_for_all(tmp_path: Path) -> None:
    """A dataset of HDF5 that was never written has its fill value a million million times, and is not read."""
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file.create_dataset("w", (10**6, 10**6), "f4", fillvalue=-0.5, chunks=(100, 100))
    entry = detail(tmp_path / "w.h5")

    assert (5e11, 5e5) == (entry["l1"], entry["l2"])
    assert {-0.5} == set(entry["quantiles"].values())
