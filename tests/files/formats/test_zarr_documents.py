"""The metadata of zarr are the documents that its formats write, and those that a group keeps are those of its members."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.files.formats.test_zarr_readings import GROUP, KEPT, readings
from tests.files.formats.zarr_folders import group, second, third, write_json

Change = Callable[[Path], object]
INLINE = KEPT | {"metadata": {}}


def folder_of(folder: Path, version: int) -> None:
    """Write a group with an array in an inner group, and one beside it; of the second format with attributes."""
    write = second if version == 2 else third
    for inner in (folder, folder / "g"):
        group(inner, version)
        write(inner / "w", np.arange(4.0), [2])
        if version == 2:
            write_json(inner / ".zattrs", {})


def changed(name: str, **fields: Any) -> Change:
    """Return a function that gives an object of a file other fields; those that are ... are left out."""

    def change(folder: Path) -> None:
        found = json.loads((folder / name).read_text()) | fields
        write_json(folder / name, {key: value for key, value in found.items() if value is not ...})

    return change


def text(name: str, content: str) -> Change:
    """Return a function that writes a text."""
    return lambda folder: (folder / name).write_text(content, encoding="utf-8")


def kept(version: int, folder: Path, inner: str = "") -> dict[str, Any]:
    """Return the metadata that a group would keep of its members, as zarr writes them."""
    root = folder / inner
    found: dict[str, Any] = {}
    for path in sorted(
        root.rglob(".z[ag]*" if version == 2 else "zarr.json"), key=lambda one: len(one.parts)
    ):
        key = path.relative_to(root)
        about = json.loads(path.read_text())
        if version == 2 and path.name == ".zgroup" and path.parent != root:
            about["consolidated_metadata"] = INLINE
        if version == 2 or path.parent != root:
            found[(key if version == 2 else key.parent).as_posix()] = about
    return found


def keeping(version: int, inner: str = "", **more: Any) -> Change:
    """Return a function that lets a group keep the metadata of its members, with others; those that are ... are left out."""

    def change(folder: Path) -> None:
        members = {k: v for k, v in (kept(version, folder, inner) | more).items() if v is not ...}
        if version == 2:
            about = {"zarr_consolidated_format": 1, "metadata": members}
            write_json(folder / inner / ".zmetadata", about)
        else:
            about = GROUP | {"consolidated_metadata": KEPT | {"metadata": members}}
            write_json(folder / inner / "zarr.json", about)

    return change


def interleaved(folder: Path) -> None:
    """Let a group keep the metadata of its members by turns from two groups."""
    for inner in ("g", "h"):
        group(folder / inner, 3)
        for name in ("w", "x"):
            third(folder / inner / name, np.arange(4.0), [2])
    members = kept(3, folder)
    order = ["w", "g", "h", "g/w", "h/w", "g/x", "h/x"]
    about = GROUP | {"consolidated_metadata": KEPT | {"metadata": {one: members[one] for one in order}}}
    write_json(folder / "zarr.json", about)


def shards(**options: Any) -> Change:
    """Return a function that gives an array another codec, of shards."""
    return changed(
        "w/zarr.json", codecs=[{"name": "sharding_indexed", "configuration": {"chunk_shape": [1], **options}}]
    )


def also(*changes: Change) -> Change:
    """Return a function that makes several changes."""
    return lambda folder: [change(folder) for change in changes]


NO_OBJECT = "is not a JSON object"
ODD = [
    (2, text(".zgroup", "x"), ".zgroup", NO_OBJECT),
    (2, text("g/.zgroup", "[]"), "g/.zgroup", NO_OBJECT),
    (2, text("g/.zgroup", "\ufeff{}"), "g/.zgroup", NO_OBJECT),
    (2, text("g/.zgroup", "{}"), "g/.zgroup", "has no 'zarr_format'"),
    (
        2,
        changed("g/.zgroup", zarr_format=3),
        "g/.zgroup",
        "has a value of 'zarr_format' that the format has not",
    ),
    (
        2,
        changed("g/.zgroup", zarr_format=2.0),
        "g/.zgroup",
        "has a value of 'zarr_format' that the format has not",
    ),
    (2, changed(".zgroup", a=1), ".zgroup", "has the key 'a', which the format has not"),
    (
        2,
        text(".zgroup", '{"zarr_format": 3, "zarr_format": 2}'),
        ".zgroup",
        "has the key 'zarr_format' twice",
    ),
    (2, text("g/.zattrs", "x"), "g/.zattrs", NO_OBJECT),
    (2, text("g/w/.zattrs", "[1]"), "g/w/.zattrs", NO_OBJECT),
    (2, changed("w/.zarray", a=1), "w/.zarray", "has the key 'a', which the format has not"),
    (2, changed("w/.zarray", filters=...), "w/.zarray", "has no 'filters'"),
    (2, changed("w/.zarray", order="A"), "w/.zarray", "has a value of 'order' that the format has not"),
    (2, text(".zmetadata", "x"), ".zmetadata", NO_OBJECT),
    (2, text("g/.zmetadata", "[]"), "g/.zmetadata", NO_OBJECT),
    (
        *(2, also(keeping(2), changed(".zmetadata", zarr_consolidated_format=2)), ".zmetadata"),
        "has a value of 'zarr_consolidated_format' that the format has not",
    ),
    (3, text("g/zarr.json", "x"), "g/zarr.json", NO_OBJECT),
    (3, changed("zarr.json", a=1), "zarr.json", "has the key 'a', which the format has not"),
    (
        3,
        changed("g/zarr.json", attributes=[]),
        "g/zarr.json",
        "has a value of 'attributes' that the format has not",
    ),
    (3, changed("g/zarr.json", node_type=...), "g/zarr.json", "has no 'node_type'"),
    (
        *(3, changed("g/zarr.json", consolidated_metadata=INLINE | {"kind": "x"}), "g/zarr.json"),
        "has a value of 'consolidated_metadata' that the format has not",
    ),
    (3, changed("w/zarr.json", a={}), "w/zarr.json", "has a value of 'a' that the format has not"),
    (
        3,
        changed("w/zarr.json", dimension_names="ab"),
        "w/zarr.json",
        "has a value of 'dimension_names' that the format has not",
    ),
    (3, changed("w/zarr.json", shape=[4.0]), "w/zarr.json", "has a value of 'shape' that the format has not"),
    (
        *(3, changed("w/zarr.json", codecs=[{"name": "gzip", "a": 1}]), "w/zarr.json"),
        "has a value of 'codecs' that the format has not",
    ),
]


@pytest.mark.parametrize(("version", "change", "name", "why"), ODD, ids=range(len(ODD)))
def test_odd_metadata(version: int, change: Change, name: str, why: str, tmp_path: Path) -> None:
    """A document that is another than the format writes is told, of any group and any array."""
    folder_of(tmp_path, version)
    change(tmp_path)

    assert f"its '{name}' {why}, so that zarr may read it otherwise, or refuse it" in readings(tmp_path)


def test_several_odd_metadata(tmp_path: Path) -> None:
    """Of several odd documents the first is named, and the others are counted."""
    folder_of(tmp_path, 2)
    for name in ("g/.zgroup", "g/w/.zattrs", "w/.zarray"):
        changed(name, a=1)(tmp_path) if name != "g/w/.zattrs" else text(name, "x")(tmp_path)

    assert [
        "its 'g/.zgroup' has the key 'a', which the format has not, and 2 more of its metadata are odd, so that zarr may read it otherwise, or refuse it"
    ] == readings(tmp_path)


OTHER = {"node_type": "array", "zarr_format": 3}
WRONG = [
    (2, keeping(2, **{"g/.zgroup": ...}), "", "'g'"),
    (2, keeping(2, **{"g/.zgroup": {"zarr_format": 3}}), "", "'g'"),
    (2, keeping(2, **{"h/.zgroup": {"zarr_format": 2}}), "", "'h'"),
    (2, keeping(2, **{"w/.zattrs": {"a": 1}}), "", "'w'"),
    (2, keeping(2, **{"w/zarr.json": {}}), "", "'w'"),
    (2, keeping(2, **{"/w/.zarray": {}}), "", "'/w'"),
    (2, keeping(2, **{".zattrs": {"a": 1}}), "", "the folder"),
    (2, keeping(2, "g", **{"w/.zarray": {}}), "g/", "'g/w'"),
    (2, keeping(2, "g", **{".zgroup": ...}), "g/", "'g'"),
    (3, keeping(3, g=...), "", "'g'"),
    (3, keeping(3, g=GROUP | {"consolidated_metadata": INLINE | {"metadata": {"w": OTHER}}}), "", "'g'"),
    (3, keeping(3, g=GROUP | {"a": 1}), "", "'g'"),
    (3, keeping(3, g=GROUP | {"attributes": {"a": 1}}), "", "'g'"),
    (3, keeping(3, "g", w=OTHER), "g/", "'g/w'"),
    (3, keeping(3, "g", w=...), "g/", "'g/w'"),
]


@pytest.mark.parametrize(("version", "change", "group_path", "of"), WRONG, ids=range(len(WRONG)))
def test_kept_metadata(version: int, change: Change, group_path: str, of: str, tmp_path: Path) -> None:
    """What a group keeps of its members is told if it is not theirs, at any level."""
    folder_of(tmp_path, version)
    change(tmp_path)
    name = ".zmetadata" if version == 2 else "zarr.json"

    assert [
        f"its '{group_path}{name}' keeps other metadata of {of} than stand there, and zarr reads those that it keeps"
    ] == readings(tmp_path)


def test_kept_in_another_order(tmp_path: Path) -> None:
    """Members of a group between which those of another one stand are lost by zarr."""
    folder_of(tmp_path, 3)
    interleaved(tmp_path)

    assert [
        "its 'zarr.json' keeps metadata of its members in an order in which zarr loses some of them"
    ] == readings(tmp_path)


GOOD = [
    (2, also(keeping(2, "g"), keeping(2))),
    (2, keeping(2, **{"w/.zattrs": {}, ".zattrs": ...})),
    (2, also(text("w/.zattrs", '{"a": NaN}'), keeping(2))),
    (2, also(keeping(2), changed("w/.zarray", dimension_separator="."))),
    (3, also(keeping(3, "g"), keeping(3, g=GROUP | {"consolidated_metadata": INLINE}))),
    (3, also(keeping(3), changed("w/zarr.json", storage_transformers=[]))),
    (3, also(changed("g/zarr.json", attributes={}), keeping(3))),
    (3, also(shards(index_location="end"), keeping(3), shards())),
    (3, text("zarr.json", json.dumps(GROUP | {"attributes": {"a": float("nan")}}))),
    (3, changed("w/zarr.json", a={"must_understand": False})),
    (3, changed("zarr.json", attributes={"a": "b" * 1_000_000})),
]


@pytest.mark.parametrize(("version", "change"), GOOD, ids=range(len(GOOD)))
def test_good_metadata(version: int, change: Change, tmp_path: Path) -> None:
    """What zarr writes is not told, whoever wrote the arrays, and however long the metadata of a group are."""
    folder_of(tmp_path, version)
    change(tmp_path)

    assert [] == readings(tmp_path)
