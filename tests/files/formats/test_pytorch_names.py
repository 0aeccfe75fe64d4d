"""PyTorch compares the names of members as bytes, in which A to Z are a to z, and refuses names outside one folder."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.files.formats.torch_files import pickled, storage, tensor
from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights

VALUES = np.arange(2, dtype="<f4").tobytes()
OTHERS = np.array([8, 9], "<f4").tobytes()
AMBIGUOUS = (
    "the name of the member {} is neither ASCII nor marked as UTF-8, and readers decode it in several ways"
)


class RawInfo(zipfile.ZipInfo):
    """A member whose name is written as these bytes, marked as UTF-8 or not."""

    raw: tuple[bytes, int]

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  # the name in zipfile
        return self.raw


def written(path: Path, members: Sequence[tuple[bytes, int, bytes]]) -> Path:
    """Write a zip of members: the bytes of each name, 1 if it is marked as UTF-8, and the content."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, (name, marked, content) in enumerate(members):
            info = RawInfo(str(number))
            info.raw = name, marked << 11
            archive.writestr(info, content)
    path.write_bytes(file.getvalue())
    return path


def model(
    key: str, *members: tuple[bytes, int, bytes], pickle: bytes = b"data.pkl"
) -> list[tuple[bytes, int, bytes]]:
    """Return the members of a file whose tensor w has the storage ``key``."""
    value = {"w": tensor(storage(key, 2), (2,), (1,))}
    own = [(b"m/" + pickle, 1, pickled(value)), (b"m/version", 1, b"3\n")]
    return own + [(b"m/" + name, marked, content) for name, marked, content in members]


def read(path: Path) -> tuple[object, list[str]]:
    """Return the values of w, and all notes."""
    with open_weights(path) as weights:
        return weights.tensors[0].read(0, 2).tolist(), [other.text for other in weights.others]


@pytest.mark.parametrize(
    ("key", "members", "values", "notes"),
    [
        ("ä", [("data/ä".encode(), 1, VALUES)], [0, 1], []),
        ("Ab", [(b"DATA/aB", 0, VALUES)], [0, 1], []),
        ("ä", [("data/ä".encode(), 0, VALUES)], [0, 1], [AMBIGUOUS.format("'m/data/├ñ'")]),
        ("ä", [("data/ä".encode(), 0, VALUES), ("data/Ä".encode(), 1, OTHERS)], [0, 1],
         [AMBIGUOUS.format("'m/data/├ñ'"), "its member 'm/data/Ä' was not read"]),
        ("ö", [("data/Ö".encode(), 1, OTHERS), ("data/ö".encode(), 1, VALUES)], [0, 1], ["its member 'm/data/Ö' was not read"]),
        ("0", [(b"data/0", 0, VALUES), (b"x\x80", 0, b"")], [0, 1],
         [AMBIGUOUS.format("'m/xÇ'"),
          "the name of its member 'm/xÇ' is not UTF-8 in its first 511 bytes, for which PyTorch refuses it",
          "its member 'm/xÇ' was not read"]),
        ("0", [(b"data/0", 0, VALUES), (b"x" * 508 + "ö".encode(), 1, b"")], [0, 1],
         [f"the name of its member 'm/{'x' * 98}...' is not UTF-8 in its first 511 bytes, for which PyTorch refuses it",
          f"its member 'm/{'x' * 98}...' was not read"]),
        ("0", [(b"data/0", 0, VALUES), (b"x" * 507 + "ö".encode(), 1, b"")], [0, 1],
         [f"its member 'm/{'x' * 98}...' was not read"]),
    ],
    ids=range(8),
)  # fmt: skip
def test_names(
    key: str, members: list[tuple[bytes, int, bytes]], values: object, notes: list[str], tmp_path: Path
) -> None:
    """A storage is the member whose bytes are its key; other readings are told."""
    found, others = read(written(tmp_path / "w.pt", model(key, *members)))

    assert (values, notes) == (found, others)


@pytest.mark.parametrize(("key", "name"), [("ä", "Ä"), ("å", "\u212b"), ("k", "\u212a"), ("ä", "a\u0308")])
def test_letters_that_only_python_folds(key: str, name: str, tmp_path: Path) -> None:
    """A to Z are a to z and nothing else is the same, as for PyTorch, which finds no such storage."""
    path = written(tmp_path / "w.pt", model(key, (f"data/{name}".encode(), 1, VALUES)))

    with pytest.raises(UnreadableError) as caught:
        read(path)

    assert f"{path} is a damaged PyTorch file: it has no storage '{key}'" == str(caught.value)


def test_a_name_in_another_code_page(tmp_path: Path) -> None:
    """The byte that is the letter of the key in code page 437, as zipfile decodes it, is not that in UTF-8."""
    path = written(tmp_path / "w.pt", model("ä", (b"data/\x84", 0, VALUES)))

    with pytest.raises(UnreadableError, match=r"it has no storage .ä.$"):
        read(path)


def test_the_pickle_of_another_name(tmp_path: Path) -> None:
    """A zip whose pickle PyTorch does not find is none of its files."""
    path = written(tmp_path / "w.pt", model("0", (b"data/0", 0, VALUES), pickle="data.p\u212al".encode()))

    with pytest.raises(UnreadableError) as caught:
        read(path)

    assert f"{path} is a zip archive without a NumPy array" == str(caught.value)


@pytest.mark.parametrize("name", ["M/x", "mm/x", "x", "/m/x", "ä/x"])
def test_members_outside_the_folder(name: str, tmp_path: Path) -> None:
    """Each member has to stand in the folder of the first, in the same letters."""
    path = written(tmp_path / "w.pt", [*model("0", (b"data/0", 0, VALUES)), (name.encode(), 1, b"")])

    assert [
        f"its member '{name}' is outside the folder 'm/' of the first member, for which PyTorch refuses it",
        f"its member '{name}' was not read",
    ] == read(path)[1]


def test_the_first_member_in_no_folder(tmp_path: Path) -> None:
    """PyTorch looks for a folder in the first name of the directory, wherever that member stands."""
    members = [(name.replace(b"m/", b"x/"), marked, content) for name, marked, content in model("0")]
    path = written(tmp_path / "w.pt", [*members, (b"x", 0, b"")])
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        begin = archive.start_dir
    end = content.rindex(b"PK\5\6")
    last = content.rindex(b"PK\1\2")
    path.write_bytes(content[:begin] + content[last:end] + content[begin:last] + content[end:])

    with pytest.raises(UnreadableError, match=r"is a zip archive without a NumPy array$"):
        read(path)
