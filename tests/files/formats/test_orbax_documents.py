"""The documents of a checkpoint of Orbax are those that it writes; what it restores otherwise because of them is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.files.formats.test_orbax import KERNEL, rows, told
from tests.files.formats.zarr_folders import entry, second, write_json, write_tree

Change = Callable[[Path], object]
PLACE = "PLACEHOLDER://"
REFUSE = ", so that Orbax may restore it otherwise, or refuse it"


def checkpoint(folder: Path, *, tree: bool = True) -> None:
    """Write a tree of an array in a mapping, and two in a list."""
    for path in ("a.w", "b.0", "b.1"):
        second(folder / path, KERNEL, [5, 3])
    if tree:
        write_tree(folder, [entry(["a", "w"]), entry(["b", 0]), entry(["b", 1])])


def changed(key: str, **fields: Any) -> Change:
    """Return a function that changes the entry of a key, or with ``tree`` the tree itself."""

    def change(folder: Path) -> None:
        found = json.loads((folder / "_METADATA").read_text())
        if key == "tree":
            found |= fields
        else:
            _, about = (
                found["tree_metadata"].popitem() if key == "last" else (key, found["tree_metadata"][key])
            )
            for name, value in fields.items():
                part = about["value_metadata"] if name in ("value_type", "skip_deserialize") else about
                part[name] = value
        write_json(folder / "_METADATA", found)

    return change


def keys(*found: tuple[str, int]) -> Any:
    """Return the keys of an entry."""
    return [{"key": key, "key_type": kind} for key, kind in found]


FIRST, LAST = "('a', 'w')", "('b', '1')"
ODD = [
    (
        changed(FIRST, key_metadata=keys(("a", 2), ("w", 99))),
        f"has an entry {FIRST!r} that has a value of 'key_metadata' that the format has not",
    ),
    (
        changed(FIRST, key_metadata=[{"key": "a"}]),
        f"has an entry {FIRST!r} that has a value of 'key_metadata' that the format has not",
    ),
    (changed(FIRST, a=1), f"has an entry {FIRST!r} that has the key 'a', which the format has not"),
    (
        changed(FIRST, value_type="jax.Array", skip_deserialize=True),
        f"has an entry {FIRST!r} of the kind 'jax.Array' that is skipped",
    ),
    (changed(FIRST, value_type="None"), f"has an entry {FIRST!r} of the kind 'None' that is not skipped"),
    (changed(FIRST, key_metadata=keys(("a", 1), ("w", 2))), "has entries of a list and names in ''"),
    (changed(LAST, key_metadata=keys(("b", 2), ("1", 2))), "has entries of a list and names in 'b'"),
    (changed(LAST, key_metadata=keys(("b", 2), ("2", 1))), "has a list in 'b' of which entries are missing"),
    (changed(LAST, key_metadata=keys(("b", 2), ("01", 1))), "has a list in 'b' of which entries are missing"),
    (changed(LAST, key_metadata=keys(("a", 2))), "has an array 'a' and others in it"),
    (changed(LAST, key_metadata=keys(*[("a", 2)] * 101)), "has keys in more than 100 others"),
    (changed("tree", use_zarr3=None), "has a value of 'use_zarr3' that the format has not"),
    (changed("tree", context={}), "has the key 'context', which the format has not"),
]


@pytest.mark.parametrize(("change", "why"), ODD, ids=range(len(ODD)))
def test_odd_trees(change: Change, why: str, tmp_path: Path) -> None:
    """A tree that is not as Orbax writes it is told."""
    checkpoint(tmp_path)
    change(tmp_path)

    assert (f"its _METADATA {why}{REFUSE}", True) in told(tmp_path)


def test_a_second_tree(tmp_path: Path) -> None:
    """A tree with the classes of containers is told, as Orbax can be told to read it."""
    checkpoint(tmp_path)
    changed("tree", value_metadata_tree="{}")(tmp_path)

    assert [("its _METADATA has a second tree, 'value_metadata_tree', which was not read", True)] == told(
        tmp_path
    )


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("zzz", "its _METADATA calls it 'zzz', which Orbax does not restore as an array"),
        ("int", "its _METADATA calls it 'int', which Orbax does not restore as an array"),
        ("string", "its value is text, not numbers"),
        ("jax.Array", ""),
        ("np.ndarray", ""),
        ("scalar", ""),
    ],
)
def test_kinds_of_values(kind: str, why: str, tmp_path: Path) -> None:
    """An array is read only if the tree calls it one."""
    checkpoint(tmp_path)
    changed(FIRST, value_type=kind)(tmp_path)

    assert ("a.w", why) in rows(tmp_path)
    scalar = [("'a.w' is no scalar, as its _METADATA says, so that Orbax refuses it", True)]
    assert (scalar if kind == "scalar" else []) == told(tmp_path)


def test_a_skipped_array(tmp_path: Path) -> None:
    """An array that the tree says is stored elsewhere is a row without values."""
    checkpoint(tmp_path)
    changed(FIRST, skip_deserialize=True)(tmp_path)

    assert ("a.w", "its _METADATA says that it is not stored as an array") in rows(tmp_path)


def test_no_tree(tmp_path: Path) -> None:
    """Orbax restores nothing without a tree."""
    checkpoint(tmp_path, tree=False)
    write_json(tmp_path / "_CHECKPOINT_METADATA", {})

    assert [("it has no tree, by which Orbax restores", True)] == told(tmp_path)


def older(**tree: Any) -> Change:
    """Return a function that writes the tree of an older version."""
    return lambda folder: (folder / "checkpoint").write_bytes(msgspec.msgpack.encode(tree))


WHOLE: dict[str, Any] = {"a": {"w": f"{PLACE}a.w"}, "b": [f"{PLACE}b.0", f"{PLACE}b.1"]}


def test_places_of_arrays(tmp_path: Path) -> None:
    """Of two arrays that an older tree exchanges, each has its own name, as in Orbax, and that is told."""
    checkpoint(tmp_path, tree=False)
    np.save(tmp_path / "unused.npy", KERNEL)
    older(**WHOLE | {"b": [f"{PLACE}b.1", f"{PLACE}b.0"]})(tmp_path)
    second(tmp_path / "b.1", KERNEL + 1, [5, 3])

    assert [
        ("its 'checkpoint' says that 'b.0' stands at 'b.1', and Orbax goes by its name", True),
        ("'unused.npy' stands in the folder and was not read", False),
    ] == told(tmp_path)


def test_keys_that_are_numbers(tmp_path: Path) -> None:
    """The tree of an older version has no key that is a number."""
    checkpoint(tmp_path)
    (tmp_path / "checkpoint").write_bytes(msgspec.msgpack.encode({"a": {1: f"{PLACE}a.1"}}))

    assert [(f"its 'checkpoint' is not the same tree as its _METADATA{REFUSE}", True)] == told(tmp_path)


VALUE = msgspec.msgpack.Ext(1, msgspec.msgpack.encode(((5, 3), "float32", bytes(60))))
ABOVE = "its 'checkpoint' has something else of {!r} than its _METADATA, and Orbax restores what stands there, or refuses it"
BESIDE = [
    (older(**WHOLE), ""),
    (older(**WHOLE | {"a": {"w": VALUE}}), ABOVE.format("a.w")),
    (older(**WHOLE | {"a": {"w": VALUE}, "a.w": f"{PLACE}a.w"}), ABOVE.format("a.w")),
    (older(**WHOLE | {"a": {"w": None}}), ABOVE.format("a.w")),
    (older(**WHOLE | {"a": {"w": f"{PLACE}b.0"}}), ABOVE.format("a.w")),
    (older(**WHOLE | {"c": f"{PLACE}c"}), ABOVE.format("c")),
    (older(a=WHOLE["a"]), ABOVE.format("b.0")),
    (
        lambda folder: (folder / "checkpoint").write_bytes(b"x"),
        f"its 'checkpoint' is not the same tree as its _METADATA{REFUSE}",
    ),
    (
        lambda folder: (folder / "checkpoint").mkdir(),
        f"its 'checkpoint' is not the same tree as its _METADATA{REFUSE}",
    ),
]


@pytest.mark.parametrize(("change", "text"), BESIDE, ids=range(len(BESIDE)))
def test_an_older_tree_beside(change: Change, text: str, tmp_path: Path) -> None:
    """Values in an older tree come before arrays, so that it has to be the same tree."""
    checkpoint(tmp_path)
    change(tmp_path)

    assert ([(text, True)] if text else []) == told(tmp_path)
