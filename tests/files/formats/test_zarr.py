"""Folders of zarr: arrays of both formats, what is not read of them, and what other programs read otherwise."""

from __future__ import annotations

import json
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from tests.files.formats.zarr_folders import LITTLE, group, second, third, write_json
from winitgen.errors import UnreadableError
from winitgen.files.formats.zarr import folder_tree, stored_arrays
from winitgen.files.input import open_weights
from winitgen.files.input.steady import ChangedError
from winitgen.files.input.stored_array import DamagedValuesError, StoredArray

WHOLE = np.random.default_rng(1).standard_normal((7, 4, 5)).astype("<f4")
BRAIN = np.arange(6, dtype="f4").astype(ml_dtypes.bfloat16)


def samples(version: int) -> dict[str, Any]:
    """Return arrays of many number formats, by their paths."""
    found = {
        "w": WHOLE,
        "deep/er/n": np.arange(-3, 9).reshape(3, 4),
        "none": np.zeros((0, 3), "f4"),
        "brain": BRAIN,
        "yes": np.array([True, False, True]),
        "scalar": np.array(2.5),
        "z": np.array([1 + 2j]),
        "eight": np.arange(4).astype(ml_dtypes.float8_e4m3fn),
        "u": np.array([2**64 - 1], "<u8"),
    }
    if version == 2:
        found |= {
            "big": np.arange(6, dtype=">f8").reshape(2, 3),
            "f": WHOLE[0],
            "zeros": np.zeros((40, 3), "<f2"),
        }
    return found | ({"shards": np.arange(48.0).reshape(8, 6)} if version == 3 else {})


def write_samples(folder: Path, version: int) -> dict[str, Any]:
    """Write these arrays into a group, in chunks that their sizes are no multiples of."""
    found = samples(version)
    group(folder, version)
    group(folder / "deep", version)
    group(folder / "deep/er", version)
    for path, values in found.items():
        chunk = [-(-size // 2) or 1 for size in values.shape]
        name = values.dtype.name if values.dtype.isbuiltin == 2 else ""
        if path == "shards":
            third(folder / path, values, [2, 3], shards=[4, 6])
        elif version == 3:
            third(folder / path, values, chunk, name)
        else:
            second(
                folder / path,
                values,
                chunk,
                name,
                order="F" if path == "f" else "C",
                level=int(path in {"w", "zeros"}),
            )
    return found


@pytest.mark.parametrize("version", [2, 3])
def test_any_run_of_any_array(version: int, tmp_path: Path) -> None:
    """Each array has its shape and number format, and any run of its values is that of NumPy."""
    expected = write_samples(tmp_path, version)
    pick = random.Random(version)  # noqa: S311
    with open_weights(tmp_path) as weights:
        assert ("zarr", version) == (weights.format, weights.facts["version"])
        assert [] == list(weights.others)
        assert sorted(expected) == [one.name for one in weights.tensors]
        for one in weights.tensors:
            values = expected[one.name]
            assert (values.shape, values.dtype.name, values.nbytes) == (one.shape, one.dtype, one.nbytes)
            for _ in range(4):
                start = pick.randrange(one.size + 1)
                run = one.read(start, pick.randrange(one.size - start + 1))
                assert values.reshape(-1)[start : start + len(run)].tolist() == run.tolist()
                assert values.dtype.newbyteorder("=") == run.dtype


def test_chunks_that_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An array whose rows need more chunks than are kept is read many rows at a time, and few chunks at once."""
    from winitgen.files.formats.zarr import tensorstore_client, tensorstore_session

    monkeypatch.setattr("winitgen.files.sandbox.spawned.can_start", lambda: False)
    monkeypatch.setattr(tensorstore_session, "CACHE", 8)
    monkeypatch.setattr(tensorstore_session, "_KEPT", 64)
    monkeypatch.setattr(tensorstore_session, "_AT_ONCE", 100)
    second(tmp_path, WHOLE, [3, 2, 2])
    with open_weights(tmp_path) as weights:
        (one,) = weights.tensors
        for start, count in ((0, 140), (13, 9), (15, 1), (31, 70)):
            assert WHOLE.reshape(-1)[start : start + count].tolist() == one.read(start, count).tolist()
    assert tensorstore_client.is_installed()


def second_with(**more: Any) -> Callable[[Path], None]:
    """Return a function that writes an array of the second format of which the metadata say something else."""
    return lambda folder: second(folder / "w", np.arange(6.0), [3], **more)


def third_with(**more: Any) -> Callable[[Path], None]:
    """Return a function that writes an array of the third format of which the metadata say something else."""
    return lambda folder: third(folder / "w", np.arange(6.0), [3], **more)


def text(name: str, content: str) -> Callable[[Path], None]:
    """Return a function that writes metadata."""
    return lambda folder: (folder / "w").mkdir() or ((folder / "w" / name).write_text(content) and None)


def grid(shape: Any) -> Any:
    """Return a regular grid."""
    return {"name": "regular", "configuration": {"chunk_shape": shape}}


SHARDS = {
    "name": "sharding_indexed",
    "configuration": {"chunk_shape": [1], "codecs": [LITTLE], "index_codecs": [LITTLE]},
}
MOST = "and the most that winitgen reads is 134,217,728"

UNREAD = [
    (second_with(dtype="<U3"), "its values are text, not numbers"),
    (second_with(dtype="|O"), "its values are Python objects, which are not read because they can run code"),
    (second_with(dtype="<M8[D]"), "its values are dates or times, not numbers"),
    (second_with(dtype="<f16"), "its number format, '<f16', is none that TensorStore reads"),
    (second_with(dtype="float8"), "its number format, 'float8', is none that TensorStore reads"),
    (second_with(dtype=[["a", "<f4"]]), "its values are records, which are not divided into numbers"),
    (
        second_with(filters=[{"id": "delta"}]),
        "its values are encoded by 'delta', which TensorStore does not decode",
    ),
    (
        second_with(filters=[{"id": "delta"}], compressor={"id": "zlib"}),
        "its values are encoded by 'delta', which TensorStore does not decode",
    ),
    (
        second_with(compressor={"id": "lz4"}),
        "its values are encoded by 'lz4', which TensorStore does not decode",
    ),
    (second_with(shape=[1 << 28], chunks=[1 << 28]), f"its chunks have 2,147,483,648 bytes each, {MOST}"),
    (
        second_with(shape=[1 << 40], chunks=[4]),
        "it declares 8,796,093,022,208 bytes but stores 48, and winitgen expands no more than 1,000 times as many",
    ),
    (
        second_with(shape=[1 << 26], chunks=[1]),
        "67,108,864 chunks are to be looked up of all datasets together, and the file stores 2, which winitgen does not expand",
    ),
    (second_with(chunks=[3, 3]), "its '.zarray' has a chunks of 2 axes for an array of 1"),
    (second_with(chunks=[0]), "its '.zarray' has no chunks of whole numbers"),
    (second_with(shape=[-1]), "its '.zarray' has no shape of whole numbers"),
    (second_with(shape=[1 << 40, 1 << 40]), "its '.zarray' has a shape that is too large"),
    (second_with(zarr_format=3), "its '.zarray' has zarr_format '3', not 2"),
    (text(".zarray", "{"), "its '.zarray' is not a JSON object"),
    (
        text(".zarray", " " * 1_000_001),
        "its '.zarray' has more than 1,000,000 bytes, the most that winitgen reads",
    ),
    (third_with(dtype="string"), "its values are text, not numbers"),
    (third_with(dtype="numpy.datetime64"), "its values are dates or times, not numbers"),
    (third_with(data_type={"name": "struct"}), "its number format, 'struct', is none that TensorStore reads"),
    (
        third_with(codecs=[LITTLE, "numcodecs.lz4"]),
        "its values are encoded by 'numcodecs.lz4', which TensorStore does not decode",
    ),
    (
        third_with(chunk_grid="rectilinear"),
        "its chunks are of the grid 'rectilinear', which TensorStore does not read",
    ),
    (
        third_with(shape=[1 << 27], chunk_grid=grid([1 << 27]), codecs=[SHARDS]),
        f"its chunks have 2,147,483,648 bytes each, {MOST}",
    ),
    (
        third_with(shape=[1 << 28], chunk_grid=grid([1 << 28]), codecs=[SHARDS, "gzip"]),
        f"its chunks have 4,294,967,296 bytes each, {MOST}",
    ),
    (third_with(codecs=None), "its 'zarr.json' has no list of codecs"),
    (third_with(chunk_grid=7), "its 'zarr.json' has no chunk_grid with a name"),
]


@pytest.mark.parametrize(("write", "why"), UNREAD, ids=range(len(UNREAD)))
def test_what_is_not_read(write: Callable[[Path], None], why: str, tmp_path: Path) -> None:
    """An array that is not read is a row with the reason, and TensorStore is not started."""
    group(tmp_path, 2)
    write(tmp_path)
    second(tmp_path / "good", np.arange(4.0), [4])
    with open_weights(tmp_path) as weights:
        good, wrong = weights.tensors
        assert ("", "w", why) == (good.unread if "together" not in why else "", wrong.name, wrong.unread)


def test_damage_is_of_one_array(tmp_path: Path) -> None:
    """An array with a damaged chunk, or with metadata that TensorStore refuses, does not hide the others."""
    group(tmp_path, 2)
    for name in ("a", "b", "c"):
        second(
            tmp_path / name,
            WHOLE[0],
            [2, 5],
            level=1,
            **({"dimension_separator": "?"} if name == "b" else {}),
        )
    (tmp_path / "a/0.0").write_bytes(b"damaged")
    (tmp_path / "c/0.0").unlink()
    with open_weights(tmp_path) as weights:
        told = []
        for one in weights.tensors[:2]:
            with pytest.raises(DamagedValuesError) as caught:
                one.read(0, 20)
            told.append((str(caught.value), caught.value.why))
        assert [
            (
                f"{tmp_path}: TensorStore cannot read the values of 'a'; they are damaged",
                "it is damaged, so that TensorStore cannot read its values",
            ),
            (
                f"{tmp_path}: TensorStore does not open 'b'",
                "TensorStore does not open an array with its metadata",
            ),
        ] == told
        filled = np.concatenate([np.zeros((2, 5), "f4"), WHOLE[0][2:]])
        assert filled.reshape(-1).tolist() == weights.tensors[2].read(0, 20).tolist()


def test_a_crash_is_of_one_array(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the process ends while an array is read, the next one is read in another; after a few there is none."""
    from winitgen.files.formats.zarr import tensorstore_client

    monkeypatch.setattr(tensorstore_client, "_MOST_CRASHES", 1)
    second(tmp_path, WHOLE[0], [2, 5])
    told = []
    with open_weights(tmp_path) as weights:
        (one,) = weights.tensors
        for number in range(3):
            found = one.read(0, 20) if number < 2 else None
            assert found is None or WHOLE[0].reshape(-1).tolist() == found.tolist()
            child = next(path for path in Path("/proc/self/task").glob("*/children")).read_text().split()
            for process in child if number < 2 else ():
                if b"tensorstore_process" in Path(f"/proc/{process}/cmdline").read_bytes():
                    os.kill(int(process), signal.SIGSEGV)
            with pytest.raises(DamagedValuesError) as caught:
                one.read(0, 20)
            told.append(str(caught.value))
    crash = f"{tmp_path} cannot be read: TensorStore crashes on it, as it is damaged or needs more memory than is given to what may be hostile"

    assert [crash, crash, crash] == told


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


def test_a_folder_that_is_changed(tmp_path: Path) -> None:
    """A folder of which a file is changed, added or removed while it is open is told."""
    second(tmp_path, np.arange(4.0), [2])
    for change in (
        lambda: (tmp_path / "1").write_bytes(bytes(8)),
        lambda: (tmp_path / "2").write_bytes(bytes(16)),
        lambda: (tmp_path / "2").unlink(),
    ):
        with open_weights(tmp_path) as weights:
            weights.check()
            change()
            with pytest.raises(ChangedError):
                weights.check()


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

    assert [("w", "TensorStore reads its values: pip install 'winitgen[tensorstore]'")] == rows(
        tmp_path / "tree"
    )
    assert (
        f"{tmp_path / 'base'} is a database of TensorStore, which reads it: pip install 'winitgen[tensorstore]'"
        == str(caught.value)
    )


def test_arrays_outside_of_groups(tmp_path: Path) -> None:
    """An array in a folder that is no group is read, and zarr does not list it."""
    group(tmp_path, 3)
    third(tmp_path / "a", np.arange(4.0), [2])
    third(tmp_path / "plain/b", np.arange(4.0), [2])
    second(tmp_path / "c", np.arange(4.0), [2])

    assert ["'c' stands in a folder that is no group, and 1 more, so that zarr does not list it"] == readings(
        tmp_path
    )


def test_metadata_of_both_formats(tmp_path: Path) -> None:
    """A folder with metadata of both formats is read by the newer, as zarr reads it."""
    third(tmp_path, np.arange(4.0), [2])
    second(tmp_path, np.arange(3.0), [3])

    assert [(4,)] == [one.shape for one in tensors(tmp_path)]
    assert [
        "the folder has metadata of both formats of zarr, of which those in zarr.json were read"
    ] == readings(tmp_path)


def tensors(folder: Path) -> list[StoredArray]:
    """Return the arrays of a folder."""
    with open_weights(folder) as weights:
        return list(weights.tensors)


@pytest.mark.parametrize("version", [2, 3])
def test_consolidated_metadata(version: int, tmp_path: Path) -> None:
    """Metadata that a group keeps of its members are told if they are not those of the members."""
    name = ".zarray" if version == 2 else "zarr.json"
    group(tmp_path, version)
    (second if version == 2 else third)(tmp_path / "w", np.arange(4.0), [2])
    own = json.loads((tmp_path / "w" / name).read_text())

    def keep(members: Any) -> list[str]:
        if version == 2:
            kept = {f"{path}/.zarray": value for path, value in members.items()} | {
                ".zgroup": {"zarr_format": 2}
            }
            write_json(tmp_path / ".zmetadata", {"zarr_consolidated_format": 1, "metadata": kept})
        else:
            about = {"zarr_format": 3, "node_type": "group", "consolidated_metadata": {"metadata": members}}
            write_json(tmp_path / "zarr.json", about)
        return readings(tmp_path)

    file = ".zmetadata" if version == 2 else "zarr.json"
    told = f"its '{file}' keeps other metadata of 'w' than stand there, and zarr reads those that it keeps"

    assert [] == keep({"w": own})
    assert [told] == keep({"w": own | {"shape": [3]}})
    assert [told] == keep({})
    assert [told.replace("'w'", "'v'")] == keep({"w": own, "v": own})
