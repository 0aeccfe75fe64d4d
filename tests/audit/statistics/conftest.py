"""Files in memory, drawn by generators other than winitgen's, and what the check reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.audit.statistics import check
from winitgen.files.input.open_file import OpenFile
from winitgen.files.input.stored_array import StoredArray

Arrays = dict[str, np.ndarray]


def stored(name: str, array: np.ndarray) -> StoredArray:
    """Return an array as an array of a file."""
    flat = np.ascontiguousarray(array).reshape(-1)
    return StoredArray(
        name, flat.dtype.name, array.shape, flat.nbytes, lambda start, n: flat[start : start + n]
    )


@pytest.fixture
def report() -> Callable[..., dict[str, Any]]:
    """Return a function that checks arrays against a spec."""

    def report(arrays: Arrays, spec: Any, *, ideal: bool = False, **options: Any) -> dict[str, Any]:
        found = [stored(name, array) for name, array in arrays.items()]
        return check(OpenFile("w", "test", found), winitgen.plan(spec, **options), ideal=ideal)

    return report


@pytest.fixture
def complaints(report: Callable[..., dict[str, Any]]) -> Callable[..., list[str]]:
    """Return a function that lists differences and hints, each after its tensor's name."""

    def complaints(arrays: Arrays, spec: Any, **options: Any) -> list[str]:
        found = report(arrays, spec, **options)
        lines = [f"missing {name}" for name in found["missing"]] + [
            f"extra {name}" for name in found["extra"]
        ]
        for row in found["tensors"]:
            lines += [f"{row['name']}: {line}" for line in (*row["why"], *row["hints"])]
        assert (found["verdict"] == "agrees") == (not lines)
        return lines

    return complaints
