"""Small tensors that follow one another in a file are read together: a file may have hundreds of thousands of them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from winitgen.errors import UnreadableError
from winitgen.files import descriptors
from winitgen.files.input import raw_values
from winitgen.files.input.raw_values import RawValues, neighbours

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there, nothing reads at an offset")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the list of the bytes that each read of values asks for."""
    seen: list[int] = []
    read = descriptors.read_into

    def counted(fd: int, buffer: memoryview, offset: int) -> int:
        seen.append(len(buffer))
        return read(fd, buffer, offset)

    monkeypatch.setattr(raw_values, "read_into", counted)
    return seen


def values_of(path: Path, places: list[int], count: int) -> list[list[int]]:
    """Return so many bytes at each place of a file, read by `RawValues`."""
    with path.open("rb") as file, neighbours():
        return [RawValues(file, str(path), np.dtype("u1"), place)(0, count).tolist() for place in places]


def test_a_file_of_small_tensors(tmp_path: Path, reads: list[int]) -> None:
    """5,000 tensors of 16 bytes take a dozen reads, and have their own values."""
    path = tmp_path / "w.safetensors"
    save_file({f"w{index:04}": np.full((2, 2), index, np.float32) for index in range(5_000)}, path)

    found = winitgen.inspect(path)["tensors"]

    assert [float(index) for index in range(5_000)] == [row["statistics"]["min"] for row in found]
    assert len(reads) < 12


def test_two_files_side_by_side(tmp_path: Path, reads: list[int]) -> None:
    """A comparison reads both files in turn, and each of them together."""
    for name in ("a", "b"):
        save_file(
            {f"w{index:04}": np.full((2, 2), index, np.float32) for index in range(2_000)},
            tmp_path / f"{name}.safetensors",
        )

    found = winitgen.diff(tmp_path / "a.safetensors", tmp_path / "b.safetensors")

    assert found["equal"]
    assert len(reads) < 12


@pytest.mark.parametrize(
    ("places", "asked"),
    [
        ([0, 8, 16, 24], [8, 1 << 16]),
        ([0, 8, 16 + 600, 24], [8, 1 << 16]),
        ([0, 2_000, 4_000, 6_000], [8, 8, 8, 8]),  # what lies between them is not read
        ([24, 16, 8, 0], [8, 8, 8, 8]),  # nor anything that goes backwards
        ([0, 8, 70_000, 70_008], [8, 1 << 16, 8, 1 << 16]),
        ([65_530, 65_538], [8, 1 << 16]),
        ([79_984, 79_992], [8, 1 << 16]),  # the end of the file
    ],
)
def test_what_is_read(tmp_path: Path, reads: list[int], places: list[int], asked: list[int]) -> None:
    """Runs behind one another are read with what follows; others alone; all have the bytes of the file."""
    content = np.random.default_rng(1).integers(0, 256, 80_000).astype(np.uint8)
    (tmp_path / "w").write_bytes(content.tobytes())

    found = values_of(tmp_path / "w", places, 8)

    assert [content[place : place + 8].tolist() for place in places] == found
    assert asked == reads


def test_large_runs_are_read_as_they_are(tmp_path: Path, reads: list[int]) -> None:
    """A run of more than 4,096 bytes is not copied through the window."""
    (tmp_path / "w").write_bytes(bytes(20_000))

    values_of(tmp_path / "w", [0, 5_000, 10_000], 5_000)

    assert [5_000] * 3 == reads


def test_a_file_that_ends_too_early(tmp_path: Path) -> None:
    """It is told as without the window, also where a part is still there."""
    (tmp_path / "w").write_bytes(bytes(20))

    with pytest.raises(UnreadableError) as error:
        values_of(tmp_path / "w", [0, 8, 16], 8)

    assert f"{tmp_path / 'w'} ended while it was being read" == str(error.value)


def test_nothing_stays_behind(tmp_path: Path) -> None:
    """The next block reads anew, as another file may stand there by then."""
    path = tmp_path / "w"
    path.write_bytes(bytes(32))
    fd = os.open(path, os.O_RDWR)
    try:
        before = values_of(path, [0, 8, 16], 8)
        os.pwrite(fd, b"\1" * 32, 0)
        after = values_of(path, [0, 8, 16], 8)
    finally:
        os.close(fd)

    assert [[0] * 8] * 3 == before
    assert [[1] * 8] * 3 == after
