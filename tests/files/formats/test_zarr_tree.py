"""Folders of zarr: links, changes, how much is looked at, and what is said without TensorStore."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from tests.files.formats.ocdbt_recorded import database, with_checksums, write_database
from tests.files.formats.zarr_folders import group, second
from winitgen.errors import UnreadableError
from winitgen.files.formats.zarr import folder_tree, stored_arrays
from winitgen.files.formats.zarr.reader import opened_folder
from winitgen.files.input import open_weights
from winitgen.files.input.held_folder import HeldFolder
from winitgen.files.input.steady import ChangedError
from winitgen.files.input.stored_array import DamagedValuesError
from winitgen.files.stores.address import Address


def rows(folder: Path) -> list[tuple[str, str]]:
    """Return the arrays of a folder, and why they are not read."""
    with open_weights(folder) as weights:
        return [(one.name, one.unread) for one in weights.tensors]


def readings(folder: Path) -> list[str]:
    """Return what a loader reads otherwise of a folder."""
    with open_weights(folder) as weights:
        return [other.text for other in weights.others if other.misread]


def test_links_are_not_followed(tmp_path: Path) -> None:
    """An array of which a file is a link or a device is not read, nor is what stands behind a linked folder."""
    outside = tmp_path / "outside"
    second(outside, np.arange(4.0), [2])
    store = tmp_path / "store"
    group(store, 2)
    for name in ("a", "b", "c"):
        second(store / name, np.arange(4.0), [2])
    (store / "a/0").unlink()
    (store / "a/0").symlink_to(outside / "0")
    (store / "b/1").unlink()
    os.mkfifo(store / "b/1")
    (store / "d").symlink_to(outside, target_is_directory=True)
    link = "is not a file of its folder but a link or a device, which is not followed"

    assert [("a", f"'a/0' {link}"), ("b", f"'b/1' {link}"), ("c", "")] == rows(store)
    assert ["'d' is not a file of the folder but a link or a device, and was not followed"] == readings(store)


def test_many_and_deep_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many files, or folders in one another, that looking at them would take long, are refused."""
    second(tmp_path / "a/b/c", np.arange(4.0), [2])
    group(tmp_path, 2)
    assert [("a/b/c", "")] == rows(tmp_path)
    monkeypatch.setattr(folder_tree, "MOST_FILES", 6)
    with pytest.raises(UnreadableError) as many:
        rows(tmp_path)
    monkeypatch.setattr(folder_tree, "DEEPEST", 1)
    with pytest.raises(UnreadableError) as deep:
        rows(tmp_path)

    assert f"{tmp_path} has more than 6 files, the most that winitgen looks at" == str(many.value)
    assert f"{tmp_path} has folders in more than 1 others, the most that winitgen looks into" == str(
        deep.value
    )


def test_more_arrays_than_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The arrays of a folder are counted."""
    monkeypatch.setattr(stored_arrays, "MOST_TENSORS", 1)
    for name in ("a", "b"):
        second(tmp_path / name, np.arange(4.0), [2])
    group(tmp_path, 2)
    with pytest.raises(UnreadableError) as caught:
        rows(tmp_path)

    assert f"{tmp_path} has more than 1 arrays, the most that winitgen reads" == str(caught.value)


def test_without_tensorstore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without TensorStore arrays are listed, and each has the line that installs it; of a database nothing can be said."""
    monkeypatch.setattr(stored_arrays, "is_installed", lambda: False)
    monkeypatch.setattr("winitgen.files.formats.zarr.reader.is_installed", lambda: False)
    second(tmp_path / "tree/w", np.arange(4.0), [2])
    group(tmp_path / "tree", 2)
    (tmp_path / "base").mkdir()
    (tmp_path / "base/manifest.ocdbt").touch()
    with pytest.raises(UnreadableError) as caught:
        rows(tmp_path / "base")

    assert [
        (
            "w",
            "TensorStore reads its values: pip install 'winitgen[tensorstore]' ('.[tensorstore]' in a clone)",
        )
    ] == rows(tmp_path / "tree")
    assert (
        f"{tmp_path / 'base'} is a database of TensorStore, which reads it: pip install 'winitgen[tensorstore]' ('.[tensorstore]' in a clone)"
        == str(caught.value)
    )


def test_a_group_beside_weights(tmp_path: Path) -> None:
    """A folder is of zarr whatever else is in it."""
    group(tmp_path, 2)
    second(tmp_path / "w.npz", np.arange(4.0), [2])
    with open_weights(tmp_path) as weights:
        assert ("zarr", ["w.npz"]) == (weights.format, [one.name for one in weights.tensors])


def test_a_tensorstore_that_cannot_be_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of a TensorStore that is there, but cannot be imported, is told of each array."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/tensorstore.py").write_text("raise ImportError('no such library')")
    monkeypatch.syspath_prepend(tmp_path / "broken")
    second(tmp_path / "w", np.arange(4.0), [2])
    with open_weights(tmp_path / "w") as weights, pytest.raises(DamagedValuesError) as caught:
        weights.tensors[0].read(0, 4)

    assert f"{tmp_path / 'w'} cannot be read: TensorStore cannot be imported: no such library" == str(
        caught.value
    )
    assert "TensorStore cannot be imported: no such library" == caught.value.why


def test_a_database_that_leads_outside(tmp_path: Path) -> None:
    """Neither a link nor a path with dots leads a database to a file outside of its folder."""
    inside = tmp_path / "inside"
    write_database(inside)
    files = [path for path in database() if path.startswith("d/")]
    (tmp_path / "d").mkdir()
    for path in files:
        (inside / path).rename(tmp_path / path)
    manifest = database()["manifest.ocdbt"]
    name = next(path for path in files if path.encode() in manifest)
    longer = manifest.replace(name.encode(), b"../" + name.encode()[:-3])
    (inside / "manifest.ocdbt").write_bytes(with_checksums(longer))
    (tmp_path / name[:-3]).write_bytes((tmp_path / name).read_bytes())
    with pytest.raises(UnreadableError) as dotted, open_weights(inside):
        pass
    (inside / "d").rmdir()
    (inside / "d").symlink_to(tmp_path / "d", target_is_directory=True)
    with pytest.raises(UnreadableError) as linked, open_weights(inside):
        pass

    assert f"{inside} is a damaged database: TensorStore cannot read it" == str(dotted.value)
    assert (
        f"{inside} is a database of which 'd' is not a file but a link or a device, which is not followed"
        == str(linked.value)
    )


def test_a_folder_of_a_store() -> None:
    """Arrays in chunks are read only from a disk."""
    with ExitStack() as stack, pytest.raises(UnreadableError) as caught:
        opened_folder(HeldFolder(Address("s3://bucket/w/"), None, stack), stack, database=False)

    assert "s3://bucket/w/ holds arrays in chunks, which are read only from a disk; download it first" == str(
        caught.value
    )


CHANGES = {
    "written over": lambda store: (store / "a/0").write_bytes(bytes(16)),
    "removed": lambda store: (store / "a/1").unlink(),
    "added": lambda store: second(store / "b", np.arange(4.0), [2]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_while_it_is_read(change: str, tmp_path: Path) -> None:
    """What was read is of two states, whatever was found; a time that is set back hides nothing."""
    store = tmp_path / "store"
    group(store, 2)
    second(store / "a", np.arange(4.0), [2])
    times = os.stat(store / "a/0")

    def read() -> None:
        with open_weights(store) as weights:
            weights.check()
            CHANGES[change](store)
            os.utime(store / "a/0", ns=(times.st_atime_ns, times.st_mtime_ns))
            with pytest.raises(ChangedError):
                weights.check()

    with pytest.raises(ChangedError) as caught:
        read()

    assert f"{store} changed while it was read" == str(caught.value)


def test_weight_files_beside_the_arrays(tmp_path: Path) -> None:
    """Loaders of other formats read them; a folder of such a name is an array."""
    group(tmp_path, 2)
    second(tmp_path / "layer.bin", np.arange(4.0), [2])
    for name in ("model.safetensors", "__0_0.distcp", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    with open_weights(tmp_path) as weights:
        found = {other.text: other.misread for other in weights.others}

    assert found == {
        "'__0_0.distcp' stands in the folder and was not read": False,
        "from_pretrained of transformers reads 'model.safetensors' of this folder, and none of its arrays": True,
    }


@pytest.mark.parametrize(
    ("count", "total", "why"),
    [
        (5_000, 0, ""),
        (50_000, 4_540, "the folder has 50,000 arrays in 4,540 bytes, and so many of so few are not opened"),
        (50_000, 4_500_000, ""),
    ],
)
def test_arrays_of_few_bytes(count: int, total: int, why: str) -> None:
    """A database may have packed the metadata of very many arrays, each of which is opened by itself."""
    assert why == stored_arrays._too_many(count, total)
