"""Models in several GGUF files: found by the first one, as llama.cpp does, and refused where it refuses them."""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.files.formats.gguf_files import Listed, gguf, key, text
from tests.files.input.test_hub_cache import refusal
from tests.needed import missing
from winitgen.files.formats.gguf import parts
from winitgen.files.input import open_weights
from winitgen.files.stores.address import split

VALUES = {"a": [1.0, 2.0], "b": [3.0], "c": [4.0, 5.0, 6.0]}


def part(names: str, number: int | None, *, count: int = 3, tensors: int = 3, more: bytes = b"") -> bytes:
    """Return a part with tensors of these names."""
    keys = [
        key("split.count", 2, struct.pack("<H", count)),
        key("split.tensors.count", 5, struct.pack("<i", tensors)),
    ]
    if number is not None:
        keys.append(key("split.no", 2, struct.pack("<H", number)))
    if number == 0:
        keys.append(key("general.name", 8, text("small")))
    listed = [Listed(one, (len(VALUES[one]),), 0, np.array(VALUES[one], "<f4").tobytes()) for one in names]
    return gguf(listed, keys) + more


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """Write a model of three parts, of which the second is without tensors; return the first."""
    for number, names in enumerate(("ab", "", "c")):
        (tmp_path / f"w-0000{number + 1}-of-00003.gguf").write_bytes(part(names, number))
    return tmp_path / "w-00001-of-00003.gguf"


def test_a_model(first: Path) -> None:
    """Its tensors are those of all parts, and its metadata those of the first; the folder stands for it, too."""
    for path in (first, first.parent):
        with open_weights(path) as weights:
            assert VALUES == {one.name: one.read(0, one.size).tolist() for one in weights.tensors}
            assert "small" == weights.metadata["general.name"]
            sizes = [other.stat().st_size for other in sorted(first.parent.iterdir())]
            assert (sum(sizes), 3) == (weights.facts["file_bytes"], weights.facts["shards"])
            assert [one.name for one in sorted(first.parent.iterdir())] == [
                split(one)[1] for one in weights.shards
            ]
            assert [] == list(weights.others)
            offsets = [one.offset for one in weights.tensors]
            assert sorted(offsets) == offsets
            assert sum(sizes[:2]) < offsets[2]
    winitgen.convert(first, first.parent / "w.npz", fsync=False)
    with np.load(first.parent / "w.npz") as copied:
        assert {name: copied[name].tolist() for name in copied} == VALUES


def test_real_parts(tmp_path: Path) -> None:
    """So the package gguf writes them."""
    try:
        from gguf import GGUFWriter
    except ModuleNotFoundError:
        missing("gguf", "install it with: pip install -e '.[gguf]'")
    chance = np.random.default_rng(2)
    arrays: dict[str, Any] = {f"t{size}": chance.normal(size=(3, size)).astype("f4") for size in range(1, 6)}
    writer = GGUFWriter(tmp_path / "m.gguf", "llama", split_max_tensors=2)
    for name, array in arrays.items():
        writer.add_tensor(name, array)
    for write in (writer.write_header_to_file, writer.write_kv_data_to_file, writer.write_tensors_to_file):
        write()
    writer.close()
    assert 3 == len(list(tmp_path.iterdir()))
    with open_weights(tmp_path / "m-00001-of-00003.gguf") as weights:
        found = {one.name: one.read(0, one.size).reshape(one.shape).tolist() for one in weights.tensors}

    assert {name: array.tolist() for name, array in arrays.items()} == found


def test_a_later_part(first: Path) -> None:
    """It is read by itself, since llama.cpp does not take it."""
    with open_weights(first.parent / "w-00003-of-00003.gguf") as weights:
        assert ["c"] == [one.name for one in weights.tensors]
        line = "it is part 3 of 3 of a model, which llama.cpp reads by its first one"
        assert [(line, True)] == [(one.text, one.misread) for one in weights.others]


@pytest.mark.parametrize("name", ["w.gguf", "w-00001-of-00002.gguf", "-00001-of-00003.gguf"])
def test_a_first_part_of_another_name(first: Path, name: str) -> None:
    """Its other parts cannot be found."""
    first.rename(first.parent / name)
    with open_weights(first.parent / name) as weights:
        assert ["a", "b"] == [one.name for one in weights.tensors]
        line = "it is the first of 3 parts, and llama.cpp refuses one whose name does not end in -00001-of-00003.gguf"
        assert [(line, True)] == [(one.text, one.misread) for one in weights.others]


def test_a_whole_model(tmp_path: Path) -> None:
    """A file of one part is a model, and so is one that says nothing of parts."""
    path = tmp_path / "w.gguf"
    for content in (part("a", 0, count=1), part("a", None), part("a", 0, count=0)):
        path.write_bytes(content)
        with open_weights(path) as weights:
            assert (["a"], []) == ([one.name for one in weights.tensors], list(weights.others))


def test_what_is_wrong_with_parts(first: Path) -> None:
    """Each is told with the name of the part."""
    second, third = (first.parent / f"w-0000{number}-of-00003.gguf" for number in (2, 3))
    third.write_bytes(part("c", 1))
    assert f"{third} says that it is part 2, and its name that it is part 3" == refusal(first)
    third.write_bytes(part("c", None))
    assert f"{third} does not say which part it is, and its name that it is part 3" == refusal(first)
    third.write_bytes(part("a", 2))
    damaged = f"{first} is a damaged GGUF file: "
    assert f"{damaged}'a' is in its parts '{first.name}' and '{third.name}'" == refusal(first)
    third.write_bytes(part("", 2))
    assert f"{damaged}its parts have 2 tensors together, and it says 3" == refusal(first)
    third.write_bytes(part("c", 2)[:-32])
    assert f"{third} is a damaged GGUF file: 'c' ends behind the file" == refusal(first)
    third.write_bytes(part("c", 2, more=b"xyz"))
    with open_weights(first) as weights:
        assert [f"'{third.name}': 3 bytes follow its last tensor, and were not read"] == [
            one.text for one in weights.others
        ]
    second.unlink()
    assert f"{first} is not complete: its part '{second.name}' does not exist" == refusal(first)


def test_parts_are_bounded(tmp_path: Path) -> None:
    """So many files are opened, and no more."""
    path = tmp_path / "w-00001-of-10001.gguf"
    path.write_bytes(part("a", 0, count=10_001))

    assert f"{path} is in 10,001 parts, of which no more than 10,000 are read" == refusal(path)


def test_parts_are_bounded_together(first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They have no more tensors than one file may have, and no longer headers than are read in a short time."""
    for number, names in enumerate("abc"):
        (first.parent / f"w-0000{number + 1}-of-00003.gguf").write_bytes(part(names, number))
    monkeypatch.setattr(parts, "MOST_TENSORS", 2)
    third = first.parent / "w-00003-of-00003.gguf"
    line = f"{third} has a header that is too large to read: more than 250,000 tensors or 100,000 keys"
    assert line == refusal(first)
    monkeypatch.setattr(parts, "MOST_TENSORS", 3)
    with open_weights(first) as weights:
        assert 3 == len(weights.tensors)
    monkeypatch.setattr(parts, "MOST_HEADERS", 200)
    line = f"{first} has parts whose headers are too large to read: more than 200 bytes together"
    assert line == refusal(first)


@pytest.mark.skipif(sys.platform == "win32", reason="there an open file keeps its place")
def test_parts_that_were_not_there_at_once(first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that is replaced before the last one is opened is not read with parts of another model."""
    opened = parts._part

    def replaced(folder: Any, name: str, *more: Any) -> Any:
        """Open a part, before which another file takes the name of the one before it."""
        if "00003-of" in name:
            (first.parent / "new").write_bytes(part("", 1))
            (first.parent / "new").replace(first.parent / "w-00002-of-00003.gguf")
        return opened(folder, name, *more)

    monkeypatch.setattr(parts, "_part", replaced)

    assert f"{first.parent} changed while it was read" == refusal(first)
