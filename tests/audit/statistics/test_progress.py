"""The caller is told how far the test of a file's statistics is."""

from __future__ import annotations

from pathlib import Path

import pytest

import winitgen

SPEC = {
    "input": 7,
    "layers": [{"name": "a", "type": "dense", "units": 5}, {"name": "b", "type": "dense", "units": 3}],
}


def test_progress_after_each_tensor(tmp_path: Path) -> None:
    """After each tensor come its bytes, of all: 7 * 5, 5, 5 * 3 and 3 values of 4 bytes."""
    path, told = tmp_path / "w.safetensors", []
    winitgen.write(SPEC, path)

    winitgen.verify(path, SPEC, statistics=True, progress=lambda *numbers: told.append(numbers))

    assert [(140, 232), (160, 232), (220, 232), (232, 232)] == told


def test_what_progress_raises_is_raised(tmp_path: Path) -> None:
    """A caller that wants no more is heard."""
    path = tmp_path / "w.safetensors"
    winitgen.write(SPEC, path)

    def stop(done: int, total: int) -> None:
        raise ZeroDivisionError(f"{done} of {total}")

    with pytest.raises(ZeroDivisionError, match=r"^140 of 232$"):
        winitgen.verify(path, SPEC, statistics=True, progress=stop)
