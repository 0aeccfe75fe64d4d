"""Damaged members and directories of PyTorch's zips: what ``torch.load`` reads is read, and what it refuses is refused in true words.

PyTorch compares no checksums, and reads a few members beside the storages.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.files.formats.torch_files import storage, tensor, zipped
from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights

VALUES = np.arange(6, dtype=np.float32)
MEMBERS = {".format_version": b"1", ".storage_alignment": b"64", ".data/serialization_id": b"0123456789"}


def file(compression: int = zipfile.ZIP_STORED) -> bytes:
    """Return a file of one tensor, with all members that PyTorch writes."""
    one = {"w": tensor(storage("0", 6), (2, 3), (3, 1))}
    return zipped(one, {"0": VALUES.tobytes()}, compression=compression, **MEMBERS)


def entry(content: bytes, name: str) -> int:
    """Return where the directory has the entry of a member."""
    position = zipfile.ZipFile(io.BytesIO(content)).start_dir
    while not content[position + 46 :].startswith(f"archive/{name}".encode()):
        position += 46 + sum(struct.unpack_from("<3H", content, position + 28))
    return position


def put(content: bytes, position: int, new: bytes) -> bytes:
    """Return a file with other bytes at a position."""
    return content[:position] + new + content[position + len(new) :]


def wrong_sum(name: str, compression: int = zipfile.ZIP_STORED) -> bytes:
    """Return a file in which a member has another checksum, in its header and in the directory."""
    content = file(compression)
    place = entry(content, name)
    (offset,) = struct.unpack_from("<L", content, place + 42)
    return put(put(content, place + 16, b"\1\2\3\4"), offset + 14, b"\1\2\3\4")


def answer(content: bytes, folder: Path) -> tuple[list[str], list[str]] | str:
    """Return what differs and what is noted of a file whose values are right, or why it is refused."""
    path = folder / "w.pt"
    path.write_bytes(content)
    try:
        with open_weights(path) as weights:
            assert [("w", (2, 3))] == [(one.name, one.shape) for one in weights.tensors]
            assert VALUES.tolist() == weights.tensors[0].read(0, 6).tolist()
            told = [*weights.others, *weights.late(True)]
    except UnreadableError as error:
        return str(error).removeprefix(str(path))
    return [one.text for one in told if one.misread], [one.text for one in told if not one.misread]


def loads(content: bytes) -> bool:
    """Tell whether PyTorch loads a file; its values are then the right ones."""
    torch = pytest.importorskip("torch")
    try:
        found = torch.load(io.BytesIO(content), weights_only=True)
    except Exception:  # whatever PyTorch raises
        return False
    assert VALUES.reshape(2, 3).tolist() == found["w"].tolist()
    return True


READ = ["data.pkl", "byteorder", "version", ".storage_alignment", ".data/serialization_id"]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("name", [*READ, ".format_version", "data/0"])
def test_checksums(name: str, compression: int, tmp_path: Path) -> None:
    """A wrong checksum hides nothing, as PyTorch compares none; of members that are read whole it is a note."""
    content = wrong_sum(name, compression)
    note = f"its member 'archive/{name}' does not have the checksum that the archive says, which PyTorch does not compare"
    found = answer(content, tmp_path)
    if compression:
        assert "is packed by deflate" in found[1][-1]
        found[1].pop()  # type: ignore[union-attr]  # it was not refused

    assert ([], [note] if name in READ else []) == found
    assert loads(content)


@pytest.mark.parametrize(
    ("version", "known"),
    [(b"3*", True), (b" +03\n", True), (b"10", True), (b"11", False), (b"0", False), (b"-3", False), (b"x", False)],
)  # fmt: skip
def test_versions(version: bytes, known: bool, tmp_path: Path) -> None:
    """The version is a number as C reads it: what stands behind its digits does not count."""
    content = zipped({"w": tensor(storage("0", 6), (2, 3), (3, 1))}, {"0": VALUES.tobytes()}, version=version)
    told = [] if known else ["its member 'version' is not a version that PyTorch reads"]

    assert (told, []) == answer(content, tmp_path)
    assert known == loads(content)


def moved(name: str, change: Callable[[int], int]) -> bytes:
    """Return a file whose directory has a member at another place."""
    content = file()
    position = entry(content, name) + 42
    return put(content, position, struct.pack("<L", change(struct.unpack_from("<L", content, position)[0])))


def renamed(name: str, other: str) -> bytes:
    """Return a file in which a member has another name, in its header and in the directory."""
    return file().replace(f"archive/{name}".encode(), f"archive/{other}".encode())


ELSEWHERE = ": its member 'archive/{}': it is damaged: it is not where the directory of the archive says"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (moved("data.pkl", lambda offset: offset ^ 1), ELSEWHERE.format("data.pkl")),
        (moved("data.pkl", lambda offset: offset ^ 1 << 30), ELSEWHERE.format("data.pkl")),
        (moved("version", lambda offset: offset ^ 1 << 30), ELSEWHERE.format("version")),
        (renamed("data.pkl", "data.pkm"), " is a damaged PyTorch file: it has no member 'data.pkl'"),
        (file() + file(), " is several zips in a row, as the files of a distributed checkpoint are; name the folder of that"),
    ],
)  # fmt: skip
def test_directories(content: bytes, told: str, tmp_path: Path) -> None:
    """A damaged entry of the directory is not taken for a row of zips."""
    assert told == answer(content, tmp_path)


def test_a_damaged_member_that_is_not_read(tmp_path: Path) -> None:
    """A member that PyTorch does not read hides nothing, and differs."""
    content = moved(".format_version", lambda offset: offset ^ 1 << 30)
    found = answer(content, tmp_path)

    assert (
        "its member 'archive/.format_version', which PyTorch does not read: it is damaged: it is not where the directory of the archive says"
        in found[0]
    )
