"""Memory that is read into again: lent in turn within a block, by the thread that asks for it, and fresh outside."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

import winitgen
from winitgen.files.input import reused as module
from winitgen.files.input.reused import LEAST, buffer, reused


def shared(one: memoryview, other: memoryview) -> bool:
    """Tell whether two buffers are the same memory."""
    return np.shares_memory(np.frombuffer(one, np.uint8), np.frombuffer(other, np.uint8))


def test_buffers_are_lent_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The third of two is the first one, which grows if it is too small; what is lent has the size that is asked for."""
    monkeypatch.setattr(module, "_kept", module._Kept())  # other tests have left larger ones
    with reused(4):
        [buffer(LEAST) for _ in range(4)]
    with reused(2):
        one, two = buffer(LEAST), buffer(LEAST + 4)
        again, larger = buffer(LEAST), buffer(LEAST + 8)

    assert shared(one, again)
    assert not shared(one, two)
    assert not shared(two, larger)
    assert [LEAST, LEAST + 4, LEAST, LEAST + 8] == [len(each) for each in (one, two, again, larger)]


def test_small_runs_and_other_places_have_fresh_memory() -> None:
    """A small run, one outside the block, and one of another thread."""
    found: list[memoryview] = []
    with reused(1):
        assert isinstance(buffer(LEAST - 1).obj, bytearray)
        thread = threading.Thread(target=lambda: found.append(buffer(LEAST)))
        thread.start()
        thread.join()

    assert isinstance(found[0].obj, bytearray)
    assert isinstance(buffer(LEAST).obj, bytearray)


def test_a_difference_far_into_large_tensors(tmp_path: Path) -> None:
    """Tensors of many blocks, each read into the memory of the one before: what differs, where, and by how much."""
    one = {name: np.arange(3_000_000, dtype=np.float32) for name in ("a", "b")}
    other = {name: values.copy() for name, values in one.items()}
    other["a"][2_999_999] += 1
    other["b"][1_700_000] += 8
    np.savez(tmp_path / "one.npz", **one)  # type: ignore[arg-type]
    np.savez(tmp_path / "other.npz", **other)  # type: ignore[arg-type]
    found = winitgen.diff(tmp_path / "one.npz", tmp_path / "other.npz", threads=2)

    assert [("a", 1, 2_999_999, 1.0), ("b", 1, 1_700_000, 8.0)] == [
        (row["name"], row["differing"], row["first"]["index"][0], row["max_difference"])
        for row in found["tensors"]
    ]
