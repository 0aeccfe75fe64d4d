"""Headers of arrays that are long together: an archive, or an index, of little size does not have many of them parsed."""

from __future__ import annotations

import json
import struct
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

import winitgen
from tests.audit.readings import zips
from winitgen.files.formats.npy import header_budget
from winitgen.files.formats.npy.array_header import MAGIC


def _array(length: int, axes: int) -> bytes:
    """Return an array without values whose header has ``length`` bytes, with a list of so many numbers that do not count."""
    text = f"{{'shape':({'0,' * axes}),'shape':(0,),'descr':'<f4','fortran_order':False}}".ljust(length - 1)
    return MAGIC + b"\2\0" + struct.pack("<I", length) + text.encode() + b"\n"


def _unread(path: Path) -> dict[str, str | None]:
    return {row["name"]: row["unread"] for row in winitgen.inspect(path)["tensors"]}


def test_a_small_archive_of_long_headers(tmp_path: Path) -> None:
    """Ten of a hundred thousand bytes are parsed, the others listed with the reason, and one of the usual length is read."""
    long = {f"w{number:03}.npy": _array(100_000, 49_000) for number in range(200)}
    members = {"a.npy": zips.npy(np.ones(3, "f4")), **long, "z.npy": zips.npy(np.ones(3, "f4"))}
    (tmp_path / "w.npz").write_bytes(zips.archive(members, method=zipfile.ZIP_DEFLATED))
    begin = time.process_time()
    found = _unread(tmp_path / "w.npz")

    assert time.process_time() - begin < 6
    why = "its header has 100,000 bytes, and those before it 900,118: winitgen reads no more than 1,000,000 of them together"
    assert {"a": None, "z": None} == {name: found.pop(name) for name in "az"}
    assert [None] * 9 + [why] * 191 == [*found.values()]


@pytest.mark.parametrize(("more", "reads"), [(0, True), (-1, False)])
def test_an_archive_as_large_as_its_headers(
    more: int, reads: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Headers that take as many bytes of the file are all read."""
    content = zips.archive({"a.npy": _array(3000, 9), "b.npy": _array(3000, 9)})
    monkeypatch.setattr(header_budget, "ALWAYS_PARSED", 6000 + more)
    (tmp_path / "w.npz").write_bytes(content)
    assert {"a": None, "b": None} == _unread(tmp_path / "w.npz")

    packed = zips.archive({"a.npy": _array(3000, 9), "b.npy": _array(3000, 9)}, method=zipfile.ZIP_DEFLATED)
    (tmp_path / "w.npz").write_bytes(packed)
    why = "its header has 3,000 bytes, and those before it 3,000: winitgen reads no more than 5,999 of them together"
    assert {"a": None, "b": None if reads else why} == _unread(tmp_path / "w.npz")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_usual_headers_are_never_too_long(
    method: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive of scalars, which NumPy writes, has more bytes than its headers, however well they are compressed."""
    monkeypatch.setattr(header_budget, "ALWAYS_PARSED", 0)
    members = {f"{number}.npy": zips.npy(np.float32(0)) for number in range(300)}
    (tmp_path / "w.npz").write_bytes(zips.archive(members, method=method))

    assert {None} == {*_unread(tmp_path / "w.npz").values()}


def test_one_file_under_many_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A header counts each time that the index has it parsed again; other files do not."""
    monkeypatch.setattr(header_budget, "ALWAYS_PARSED", 0)
    (tmp_path / "a.npy").write_bytes(_array(9000, 9))
    (tmp_path / "b.npy").write_bytes(_array(9000, 9))
    tensors = {"a": {"file": "a.npy"}, "b": {"file": "b.npy"}, "c": {"file": "a.npy"}}
    (tmp_path / "index.json").write_text(json.dumps({"tensors": tensors}))
    size = 10 * (tmp_path / "index.json").stat().st_size
    found = _unread(tmp_path)

    why = f"its header has 9,000 bytes, and those before it 0: winitgen reads no more than {size:,} of them together"
    assert {"a": None, "b": None, "c": why} == found
