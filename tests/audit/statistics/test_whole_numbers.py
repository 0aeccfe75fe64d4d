"""Random whole numbers: good files of winitgen and NumPy agree, and every planted fault is found."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

import winitgen

ENDS: dict[str, tuple[str, int, int]] = {
    "packed": ("int32", -(2**31), 2**31),
    "bytes": ("int8", -128, 128),
    "mask": ("bool", 0, 2),
    "wide": ("uint64", 0, 2**53),
    "widest": ("int64", 1 - 2**53, 2**53),
    "some": ("int16", -300, 1000),
    "ternary": ("float16", -1, 2),
    "few": ("uint32", 7, 17),
}
SPEC = {
    "layers": [
        {
            "name": name,
            "type": "param",
            "shape": [300, 40],
            "dtype": dtype,
            "init": {"scheme": "integers", "low": low, "high": high},
        }
        for name, (dtype, low, high) in ENDS.items()
    ]
}


def verdict(values: dict[str, Any], folder: Path) -> dict[str, list[str]]:
    """Return what is wrong with each tensor of a file with these values."""
    safetensors.numpy.save_file(values, folder / "w.safetensors")
    report = winitgen.verify(folder / "w.safetensors", SPEC, statistics=True)
    return {row["name"]: row["why"] for row in report["tensors"] if row["why"]}


@cache
def by_numpy(seed: int) -> dict[str, Any]:
    """Return values as NumPy's generator draws them."""
    random = np.random.default_rng(seed)
    return {
        name: random.integers(low, high, (300, 40)).astype(dtype) for name, (dtype, low, high) in ENDS.items()
    }


@pytest.mark.parametrize("seed", range(8))
def test_good_files(seed: int, tmp_path: Path) -> None:
    """What winitgen draws agrees, and what NumPy draws, from whatever seed."""
    assert {} == verdict(winitgen.generate(SPEC, seed=seed), tmp_path)
    assert {} == verdict(by_numpy(seed), tmp_path)


def planted(name: str, change: Callable[[Any, np.random.Generator], Any]) -> tuple[str, Any]:
    """Return a tensor with a fault."""
    return name, change


FAULTS = {
    "by way of float32, without the last digits": planted(
        "packed", lambda w, _: (w // 256 * 256).astype(np.int32)
    ),
    "even numbers alone": planted("wide", lambda w, _: w // np.uint64(2) * np.uint64(2)),
    "a number is missing": planted("bytes", lambda w, _: np.where(w == 7, 8, w)),
    "the largest is missing": planted("few", lambda w, r: r.integers(7, 16, w.shape)),
    "the end is drawn": planted("few", lambda w, r: r.integers(7, 18, w.shape)),
    "the smallest is missing": planted("bytes", lambda w, r: r.integers(-127, 128, w.shape)),
    "too many of true": planted("mask", lambda w, r: r.random(w.shape) < 0.55),
    "half the range": planted("some", lambda w, r: r.integers(-300, 350, w.shape)),
    "a remainder of a remainder": planted(  # the bias of r % n for too few bits
        "some", lambda w, r: r.integers(0, 2**11, w.shape) % 1300 - 300
    ),
    "fractions": planted("ternary", lambda w, r: r.uniform(-1, 1, w.shape)),
    "one fraction": planted("ternary", lambda w, _: np.where(np.arange(w.size).reshape(w.shape), w, 0.5)),
    "rounded from a uniform": planted("few", lambda w, r: np.rint(r.uniform(7, 16, w.shape))),
    "a normal, rounded": planted("some", lambda w, r: np.clip(r.normal(349.5, 375, w.shape), -300, 999)),
    "sorted": planted("few", lambda w, _: np.sort(w.ravel()).reshape(w.shape)),
    "rows twice": planted("packed", lambda w, _: np.concatenate([w[:150], w[:150]])),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults(fault: str, tmp_path: Path) -> None:
    """Each fault is found, in its own tensor alone."""
    name, change = FAULTS[fault]
    good = by_numpy(99)
    bad = np.ascontiguousarray(change(good[name], np.random.default_rng(5)).astype(good[name].dtype))

    assert {name} == set(verdict({**good, name: bad}, tmp_path)), fault


LINES = {
    "by way of float32, without the last digits": (
        "remainders modulo 256 do not come equally often: G = 1.331e+05, planned 255 (p < 1e-300)"
    ),
    "the end is drawn": "1,116 of 12,000 values lie outside 7 to 16, as far as 17",
    "one fraction": "1 of 12,000 values are not whole numbers",
    "the largest is missing": "mean is 11, planned 11.5 (z = -19.4)",
    "a number is missing": "7 comes 0 times, planned 46.88 (p < 4e-18)",
}


@pytest.mark.parametrize("fault", LINES)
def test_words(fault: str, tmp_path: Path) -> None:
    """The line says what is wrong, in words of whole numbers."""
    name, change = FAULTS[fault]
    good = by_numpy(99)
    bad = np.ascontiguousarray(change(good[name], np.random.default_rng(5)).astype(good[name].dtype))

    assert LINES[fault] == verdict({**good, name: bad}, tmp_path)[name][0]
