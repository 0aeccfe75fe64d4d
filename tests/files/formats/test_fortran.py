"""Arrays in Fortran order, which are read in bands and never mapped into memory."""

from __future__ import annotations

import io
import random
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from winitgen.errors import UnreadableError
from winitgen.files.formats.npy import fortran
from winitgen.files.input import open_weights, recent_bands

DTYPES = ["<f4", ">f4", "<f2", ">f8", "|u1", "|b1", "<i8", "<c8", ">c16", "<u2"]


def small_bounds(monkeypatch: pytest.MonkeyPatch, pick: random.Random) -> None:
    """Let a band be a few values, so that small arrays go all the ways of large ones."""
    band = pick.choice([16, 40, 128, 500])
    monkeypatch.setattr(fortran, "_BAND", band)
    monkeypatch.setattr(fortran, "_LARGEST_BAND", band * pick.choice([1, 2]))
    monkeypatch.setattr(recent_bands, "_KEPT", pick.choice([0, band, 10 * band]))
    monkeypatch.setattr(fortran, "_SHORT", pick.choice([1, 8, 64]))
    monkeypatch.setattr(fortran, "_NEAR", pick.choice([0, 8, 64, 4096]))
    monkeypatch.setattr(fortran, "_CHUNK", pick.choice([1, 50, 4096]))
    monkeypatch.setattr(fortran, "_TURNED", pick.choice([1, 3, 64]))


@pytest.mark.parametrize("seed", range(240))
def test_any_array(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any run of an array of any shape, in any order of runs, is what NumPy reads."""
    kind = "npz" if seed % 4 == 0 else "npy"
    pick = random.Random(seed)  # noqa: S311
    shape = tuple(pick.choice([1, 2, 3, 5, 8, 13]) for _ in range(pick.choice([2, 2, 3, 4, 5])))
    bits = np.random.default_rng(seed).integers(0, 2, (*shape, 16), np.uint8)
    dtype = np.dtype(DTYPES[seed % len(DTYPES)])
    wanted = np.asfortranarray(bits[..., : dtype.itemsize].view(dtype)[..., 0])
    if kind == "npy":
        np.save(tmp_path / "w.npy", wanted)
    else:
        np.savez_compressed(tmp_path / "w.npz", w=wanted)
    small_bounds(monkeypatch, pick)
    with open_weights(tmp_path / f"w.{kind}") as weights:
        (stored,) = weights.tensors
        for _ in range(12):
            start = pick.randrange(wanted.size)
            count = pick.randrange(1, wanted.size - start + 1)
            found = stored.read(start, count)

            assert found.dtype == dtype.newbyteorder("=")
            assert (
                found.tobytes()
                == np.ascontiguousarray(wanted)
                .reshape(-1)[start : start + count]
                .astype(found.dtype)
                .tobytes()
            )


def test_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many threads that read two arrays through few bands get their own values."""
    for name, value in (("BAND", 4000), ("LARGEST_BAND", 4000)):
        monkeypatch.setattr(fortran, f"_{name}", value)
    monkeypatch.setattr(recent_bands, "_KEPT", 8000)
    wanted = np.asfortranarray(np.arange(90_000, dtype=np.int32).reshape(300, 300))
    for name in "ab":
        np.save(tmp_path / f"{name}.npy", wanted)
    with open_weights(tmp_path / "a.npy") as a, open_weights(tmp_path / "b.npy") as b:
        both = [a.tensors[0], b.tensors[0]]

        def read(number: int) -> Any:
            start = number * 7919 % 89_000
            return start, both[number % 2].read(start, 1000)

        with ThreadPoolExecutor(8) as pool:
            for start, found in pool.map(read, range(400)):
                assert np.array_equal(np.arange(start, start + 1000), found)


def test_bounded_memory(tmp_path: Path) -> None:
    """Many large arrays take no more memory than a few bands, and none once they are closed."""
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.zeros((2, 3), np.float32, order="F"))
    head = stream.getvalue()[:128].replace(b"(2, 3), }  ", b"(4096, 8192), }")[:127] + b"\n"
    paths = [tmp_path / f"{number}.npy" for number in range(4)]
    for path in paths:
        with open(path, "wb") as file:
            file.write(head)
            file.truncate(128 + 4096 * 8192 * 4)
    tracemalloc.start()
    try:
        for path in paths:
            with open_weights(path) as weights:
                for start in range(0, 1 << 25, 1 << 20):
                    assert not weights.tensors[0].read(start, 8).any()
        del weights
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 400 << 20
    assert after < 1 << 20


@pytest.mark.parametrize("left", [127 + 1, 1000, 100_000])
def test_file_that_is_cut_off(tmp_path: Path, left: int) -> None:
    """A file that loses its end while it is read gives one line, where a memory map would end the process."""
    path = tmp_path / "w.npy"
    np.save(path, np.zeros((300, 400), np.float32, order="F"))
    with pytest.raises(UnreadableError) as caught, open_weights(path) as weights:  # noqa: PT012
        with open(path, "r+b") as file:
            file.truncate(left)
        weights.tensors[0].read(0, 120_000)

    assert str(caught.value) == f"{path} ended while it was being read"
