"""Tensors of very many chunks: the time that reading takes goes by their values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from winitgen.files.formats.dcp import assembled as module
from winitgen.files.formats.dcp.assembled import assembled, too_scattered
from winitgen.files.formats.dcp.checkpoint import Chunk


def test_only_the_chunks_of_a_run_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 2,000 rows, each a chunk, a run of three rows asks for four."""
    whole = np.arange(2_000 * 7, dtype=np.int64).reshape(2_000, 7)
    looked: list[Any] = []
    inner = module.values_before
    monkeypatch.setattr(module, "values_before", lambda *given: (looked.append(given), inner(*given))[1])
    chunks = [
        (
            Chunk((row, 0), (1, 7), None),
            lambda row=row: lambda start, count: whole[row, start : start + count],
        )  # type: ignore[misc, arg-type]
        for row in range(2_000)
    ]
    read = assembled("w", "", (2_000, 7), whole.dtype, chunks)

    np.testing.assert_array_equal(whole.reshape(-1)[710:731], read(710, 21))
    assert len(looked) == 2 * 4
    np.testing.assert_array_equal(whole.reshape(-1), read(0, whole.size))


@pytest.mark.parametrize(
    ("columns", "rows", "stored", "parts"),
    [
        (64, 100_000, 0, 0),  # 64 columns, each through 49 runs
        (6_000, 4_000, 5_545, 1_104_000),  # 184 runs of 131,072
        (6_000, 4_000, 96_000_000 * 5, 0),  # what is stored explains them
    ],
)
def test_thin_columns(columns: int, rows: int, stored: int, parts: int) -> None:
    """Each column has a part in every run; so many are read only of as many bytes."""
    chunks = [Chunk((0, column), (rows, 1), None) for column in range(columns)]  # type: ignore[arg-type]
    why = f"its 6,000 chunks are read in {parts:,} parts, and 5,545 bytes are stored" if parts else ""

    assert why == too_scattered((rows, columns), chunks, stored)


def test_chunks_without_values() -> None:
    """They have no part, and those of a single number have one."""
    assert not too_scattered((0, 3), [Chunk((0, 0), (0, 3), None)] * 300_000, 0)  # type: ignore[arg-type]
    assert (
        "its 300,000 chunks are read in 300,000 parts, and 7 bytes are stored"
        == too_scattered((), [Chunk((), (), None)] * 300_000, 7)  # type: ignore[arg-type]
    )
