"""Checkpoints of Orbax: trees of arrays in folders and in a database, what is no array, and what the tree does not say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.files.formats.ocdbt_recorded import ARRAYS, database, write_database
from tests.files.formats.zarr_folders import entry, second, third, write_json, write_tree
from winitgen.errors import UnreadableError
from winitgen.files.formats.zarr import orbax_aggregate
from winitgen.files.input import open_weights
from winitgen.files.input.stored_array import DamagedValuesError

MISSING = "its array is not stored in the folder"
KERNEL = np.random.default_rng(2).standard_normal((5, 3)).astype("<f4")
DATABASE = {"use_ocdbt": True}


def rows(folder: Path) -> list[tuple[str, str]]:
    """Return the tensors of a folder, and why they are not read."""
    with open_weights(folder) as weights:
        assert "orbax" == weights.format
        return [(one.name, one.unread) for one in weights.tensors]


def told(folder: Path) -> list[tuple[str, bool]]:
    """Return what is said of a folder, and whether a loader may misread it because of it."""
    with open_weights(folder) as weights:
        return [(other.text, other.misread) for other in weights.others]


def refused(folder: Path) -> str:
    """Return the line for a folder that is refused."""
    with pytest.raises(UnreadableError) as caught:
        rows(folder)
    return str(caught.value)


def test_a_tree_in_folders(tmp_path: Path) -> None:
    """Names are the keys joined by dots, in the order of the tree; what is no array has a reason or is counted."""
    second(tmp_path / "params.dense.kernel", KERNEL, [2, 3], level=1)
    second(tmp_path / "opt.0.count", np.array(7, "<i4"), [])
    second(tmp_path / "a/b", KERNEL[0], [3])
    entries = [
        *(entry(["params", "dense", "kernel"]), entry(["opt", 0, "count"], "scalar"), entry(["a/b"])),
        *(entry(["name"], "string"), entry(["gone"], "jax.Array")),
        *(entry(["opt", 1], "None", skip_deserialize=True), entry(["empty"], "Dict", skip_deserialize=True)),
    ]
    write_tree(tmp_path, entries)
    write_json(tmp_path / "_strings.json", {"name": "text"})
    assert [
        *(("params.dense.kernel", ""), ("opt.0.count", ""), ("a/b", "")),
        *(("name", "its value is text, not numbers"), ("gone", MISSING)),
    ] == rows(tmp_path)
    assert [("2 of its values, such as 'opt.1', are empty, as None is, and not listed", False)] == told(
        tmp_path
    )
    with open_weights(tmp_path) as weights:
        kernel, count, *_ = weights.tensors
        assert KERNEL.reshape(-1).tolist() == kernel.read(0, 15).tolist()
        assert ((), "int32", [7]) == (count.shape, count.dtype, count.read(0, 1).tolist())


def test_a_tree_in_a_database(tmp_path: Path) -> None:
    """The arrays of a database are found by the tree, and what is in the database beside them is told."""
    write_database(tmp_path)
    write_tree(tmp_path, [entry(["a", "w"]), entry(["gone"])], **DATABASE)
    assert [
        ("'b' is not in its tree, by which Orbax restores, and whoever reads all arrays reads it, too", True)
    ] == told(tmp_path)
    with open_weights(tmp_path) as weights:
        found, gone = weights.tensors
        assert ("a.w", (3, 4), "float32") == (found.name, found.shape, found.dtype)
        assert ARRAYS["a.w"].reshape(-1)[3:9].tolist() == found.read(3, 6).tolist()
        assert MISSING == gone.unread


def test_a_database_alone(tmp_path: Path) -> None:
    """A database without a tree is one of zarr, whose arrays are called by their paths."""
    write_database(tmp_path)
    with open_weights(tmp_path) as weights:
        assert ("zarr", [*ARRAYS], []) == (
            weights.format,
            [one.name for one in weights.tensors],
            list(weights.others),
        )
        for one in weights.tensors:
            assert ARRAYS[one.name].reshape(-1).tolist() == one.read(0, one.size).tolist()


def test_a_damaged_database(tmp_path: Path) -> None:
    """A database that TensorStore refuses is damaged."""
    write_database(tmp_path)
    (tmp_path / "manifest.ocdbt").write_bytes(database()["manifest.ocdbt"][:-1])
    message = f"{tmp_path} is a damaged database: TensorStore cannot read it"

    with pytest.raises(UnreadableError) as caught, open_weights(tmp_path):
        pass
    assert message == str(caught.value)


@pytest.mark.parametrize("strict", [True, False])
def test_chunks_that_are_missing(strict: bool, tmp_path: Path) -> None:
    """If all chunks were written, as newer versions of Orbax do, one that is missing is damage, as Orbax says; else it is 0."""
    second(tmp_path / "w", KERNEL, [2, 3])
    (tmp_path / "w/1.0").unlink()
    write_tree(tmp_path, [entry(["w"])], store_array_data_equal_to_fill_value=strict)
    with open_weights(tmp_path) as weights:
        if strict:
            with pytest.raises(DamagedValuesError) as caught:
                weights.tensors[0].read(0, 15)
            assert "it is damaged, so that TensorStore cannot read its values" == caught.value.why
        else:
            assert [0.0] * 6 == weights.tensors[0].read(6, 6).tolist()


def test_steps(tmp_path: Path) -> None:
    """Of a step the only tree is read; several trees, or steps, are named."""
    step = tmp_path / "12"
    write_tree(step / "state", [entry(["w"])])
    second(step / "state/w", KERNEL, [5, 3])
    write_json(step / "meta/metadata", {"a": 1})
    write_json(step / "_CHECKPOINT_METADATA", {})
    assert [("w", "")] == rows(step)
    assert f"{tmp_path} is a folder of Orbax with a step: '12'; name one" == refused(tmp_path)
    write_tree(step / "opt", [])
    write_json(tmp_path / "9/_CHECKPOINT_METADATA", {})

    assert f"{step} is a step of Orbax with 2 trees: 'opt', 'state'; name one" == refused(step)
    assert f"{tmp_path} is a folder of Orbax with 2 steps: '9', '12'; name one" == refused(tmp_path)


def test_an_older_version(tmp_path: Path) -> None:
    """Versions before ``_METADATA`` have a tree in MessagePack, with places of arrays, and values of its own."""
    second(tmp_path / "params.w", KERNEL, [5, 3])
    write_json(tmp_path / "label/_strings.json", {"label": "text"})
    values = msgspec.msgpack.Ext(1, msgspec.msgpack.encode(((2, 3), "bfloat16", bytes(12))))
    tree: dict[str, Any] = {"params": {"w": "PLACEHOLDER://params.w"}, "label": "PLACEHOLDER://label"}
    tree |= {"list": [5, 0.5, None, True], "inner": values, "note": "text", "none": {}}
    (tmp_path / "checkpoint").write_bytes(msgspec.msgpack.encode(tree))
    why = "its values stand in 'checkpoint', among those of Flax's MessagePack, which are not read"
    text = "its value is text, not numbers"
    with open_weights(tmp_path) as weights:
        assert [
            *(("params.w", (5, 3), "float32", ""), ("label", (), "array", text)),
            *(("list.0", (), "int", why), ("list.1", (), "float", why), ("list.3", (), "bool", why)),
            *(("inner", (2, 3), "bfloat16", why), ("note", (), "string", text)),
        ] == [(one.name, one.shape, one.dtype, one.unread) for one in weights.tensors]


def test_an_aggregate_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tree with many values of its own is not read into memory."""
    monkeypatch.setattr(orbax_aggregate, "MOST_AGGREGATED", 3)
    (tmp_path / "checkpoint").write_bytes(b"\x81\xa1a\xc0")

    assert (
        f"{tmp_path / 'checkpoint'} has more than 3 bytes, the most that winitgen reads of Flax's MessagePack; restore it with "
        "orbax.checkpoint, and save its arrays with safetensors.flax.save_file"
    ) == refused(tmp_path)


def raw(name: str, content: bytes) -> Callable[[Path], None]:
    """Return a function that writes a file."""
    return lambda folder: (folder / name).write_bytes(content) and None


def tree(found: Any) -> Callable[[Path], None]:
    """Return a function that writes a tree."""
    return raw("_METADATA", json.dumps({"tree_metadata": found}).encode())


NO_TREE = "{0}/_METADATA is not the _METADATA of a checkpoint of Orbax"
REFUSED = [
    (raw("_CHECKPOINT_METADATA", b"{}"), "{0} is a folder of Orbax without a tree of arrays"),
    (raw("_METADATA", b"{"), NO_TREE),
    (raw("_METADATA", b"[]"), NO_TREE),
    (tree([]), NO_TREE),
    (tree({"a": {"key_metadata": [{}], "value_metadata": {}}}), NO_TREE),
    (tree({"a": {"key_metadata": [{"key": ["a"]}], "value_metadata": {}}}), NO_TREE),
    (raw("checkpoint", b"\x81\xa1"), "{0}/checkpoint is not the tree of a checkpoint of Orbax"),
    (
        raw("checkpoint", b"\x81\xa1a" + b"\x91" * 2000 + b"\xc0"),
        "{0}/checkpoint is not the tree of a checkpoint of Orbax",
    ),
]


@pytest.mark.parametrize(("write", "message"), REFUSED, ids=range(len(REFUSED)))
def test_no_tree(write: Callable[[Path], None], message: str, tmp_path: Path) -> None:
    """What is no tree is refused."""
    write(tmp_path)

    assert message.format(tmp_path) == refused(tmp_path)


def test_paths_that_lead_outside(tmp_path: Path) -> None:
    """A tree names arrays by keys, and none of them leads out of its folder."""
    second(tmp_path / "outside", KERNEL, [5, 3])
    inside = tmp_path / "inside"
    write_tree(inside, [entry(["../outside"]), entry([str(tmp_path / "outside")])])

    assert [("../outside", MISSING), (str(tmp_path / "outside"), MISSING)] == rows(inside)


def test_what_orbax_reads_otherwise(tmp_path: Path) -> None:
    """Orbax finds arrays of one format only, has one array for equal names, and takes the last of equal keys."""
    third(tmp_path / "a.b", KERNEL, [5, 3])
    second(tmp_path / "c", KERNEL, [5, 3])
    write_tree(tmp_path, [entry(["a", "b"]), entry(["a.b"]), entry(["c"])])
    path = tmp_path / "_METADATA"
    path.write_text(path.read_text()[:-1] + ', "use_ocdbt": false}')

    assert [
        ("its _METADATA has the key 'use_ocdbt' twice", True),
        (
            "'a.b' is of another format of zarr than its _METADATA says, which is 2, so that Orbax does not find it",
            True,
        ),
        ("two values of its tree are called 'a.b', and Orbax has one array for both", True),
    ] == told(tmp_path)
