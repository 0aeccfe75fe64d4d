"""Containers in which several tensors may have the same bytes: together they declare no more than is explained by what is stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.files.formats.dcp_folders import Box, about, index, place, saved
from tests.files.formats.gguf_files import Listed, gguf
from winitgen.files.input import expansion, open_weights

VALUES = np.arange(1, 11, dtype="<f4")
COUNT = 130


def dcp(folder: Path) -> int:
    """Write a checkpoint whose tensors have one chunk; return the bytes of what is no index."""
    content = saved(VALUES)
    (folder / "a.distcp").write_bytes(content)
    places = [
        place(f"t{number}", (0,), relative_path="a.distcp", offset=0, length=len(content))
        for number in range(COUNT)
    ]
    tensors = {f"t{number}": about((10,), [Box((0,), VALUES)]) for number in range(COUNT)}
    (folder / ".metadata").write_bytes(index(tensors, places))
    return len(content)


def npy_dir(folder: Path) -> int:
    """Write a folder whose tensors have one file; return the bytes of its values."""
    np.save(folder / "x.npy", VALUES)
    np.save(folder / "y.npy", VALUES)
    entries = {f"t{number}": {"file": "x.npy"} for number in range(COUNT)}
    (folder / "index.json").write_text(json.dumps({"tensors": {"first": {"file": "y.npy"}, **entries}}))
    return 2 * VALUES.nbytes


def gguf_file(folder: Path) -> int:
    """Write a file whose tensors begin at one place; return its bytes."""
    first, *others = (Listed(f"t{number}", (10,), 0, b"", 0) for number in range(COUNT))
    content = gguf([first._replace(content=VALUES.tobytes()), *others])
    (folder / "w.gguf").write_bytes(content)
    return len(content)


@pytest.mark.parametrize("write", [dcp, npy_dir, gguf_file])
@pytest.mark.parametrize("always", [0, 2000, 5200])
def test_what_tensors_declare_together(
    write: Callable[[Path], int], always: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tensors are read up to a bound, and those behind it are named with the reason."""
    monkeypatch.setattr(expansion, "_ALWAYS_SHARED", always)
    monkeypatch.setattr(expansion, "MOST_SHARED", 1)
    stored = write(tmp_path)
    path = tmp_path / "w.gguf" if write is gguf_file else tmp_path
    most = max(always, stored)
    with open_weights(path) as weights:
        for number, tensor in enumerate(weights.tensors, 1):
            told = f"with those before it, {40 * number:,} bytes are declared but {stored:,} are stored"
            assert (tensor.unread, tensor.readable) == (("", True) if 40 * number <= most else (told, False))
            if tensor.readable:
                assert VALUES.tolist() == tensor.read(0, 10).tolist()


def test_blocks_are_counted_by_their_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of quantized blocks the computed values count, which are many more bytes."""
    monkeypatch.setattr(expansion, "_ALWAYS_SHARED", 200)
    monkeypatch.setattr(expansion, "MOST_SHARED", 1)
    (tmp_path / "w").write_bytes(gguf([Listed("a", (32,), 8, bytes(34)), Listed("b", (32,), 8, b"", 0)]))
    stored = (tmp_path / "w").stat().st_size
    with open_weights(tmp_path / "w") as weights:
        told = f"with those before it, 256 bytes are declared but {stored} are stored"
        assert told == weights.tensors[1].unread


def test_each_byte_a_hundred_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the bytes that are always read, a hundred tensors may have the same values."""
    monkeypatch.setattr(expansion, "_ALWAYS_SHARED", 0)
    npy_dir(tmp_path)
    with open_weights(tmp_path) as weights:
        assert [True] * (COUNT + 1) == [one.readable for one in weights.tensors]
    (tmp_path / "index.json").write_text(
        json.dumps({"tensors": {f"t{number}": {"file": "x.npy"} for number in range(101)}})
    )
    with open_weights(tmp_path) as weights:
        assert [True] * 100 + [False] == [one.readable for one in weights.tensors]


@pytest.mark.parametrize(("write", "values", "files"), [(npy_dir, 80, 3), (dcp, 40 * COUNT, 2)])
def test_the_bytes_of_files(write: Callable[[Path], int], values: int, files: int, tmp_path: Path) -> None:
    """A file that is several tensors is counted once, and a header has no fewer bytes than none."""
    write(tmp_path)
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    with open_weights(tmp_path) as weights:
        assert {"file_bytes": size, "header_bytes": max(0, size - values), "files": files} == weights.facts
