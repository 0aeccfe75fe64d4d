"""ONNX models whose values are in files beside them: places, links, folders, and what does not fit."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

import numpy as np
import pytest

import winitgen
from tests.files.formats.onnx_files import beside, graph, model, raw, tensor
from winitgen.errors import UnreadableError
from winitgen.files.formats.onnx import external_data
from winitgen.files.input import open_weights
from winitgen.files.input.expansion import ALWAYS_EXPANDED
from winitgen.files.input.steady import ChangedError

VALUES = np.arange(1, 11, dtype="<f4")


def written(folder: Path, *places: Mapping[str, object]) -> Path:
    """Write a model with two values at each of some places, and the file ``w.data`` with ten of them."""
    tensors = [tensor(f"t{number}", 1, (2,), beside(where)) for number, where in enumerate(places)]
    (folder / "w.data").write_bytes(VALUES.tobytes())
    path = folder / "w.onnx"
    path.write_bytes(model(graph([*tensors, tensor("own", 1, (1,), raw(bytes(4)))])))
    return path


def reasons(path: Path) -> list[str]:
    """Return why the values of each tensor are not read."""
    with open_weights(path) as weights:
        return [one.unread for one in weights.tensors]


def test_places(tmp_path: Path) -> None:
    """An offset is 0 unless it is there, and a length what follows; a checksum means nothing."""
    tail = {"location": "w.data", "offset": 32, "checksum": "abc"}
    middle = {"location": "./w.data", "offset": "12", "length": "8"}
    path = written(tmp_path, middle, tail, {"location": "w.data", "length": 8})
    with open_weights(path) as weights:
        assert [[4, 5], [9, 10], [1, 2], [0]] == [one.read(0, one.size).tolist() for one in weights.tensors]
        size = path.stat().st_size
        facts = {"file_bytes": size + 40, "header_bytes": size - 4, "ir_version": 10, "files": 2}
        assert facts == weights.facts
        assert [] == list(weights.others)
        begins = [one.offset for one in weights.tensors]
        assert [size + 12, size + 32, size] == begins[:3]
    winitgen.convert(path, tmp_path / "w.npz", fsync=False)
    with np.load(tmp_path / "w.npz") as copied:
        assert [4, 5] == copied["t0"].tolist()


def test_no_output_in_place_of_the_values(tmp_path: Path) -> None:
    """What is converted, or the base of a model, needs the files beside it until the end."""
    layers = [
        {"name": "w", "type": "dense", "units": 5, "use_bias": False},
        {"name": "v", "type": "dense", "units": 1},
    ]
    entry = tensor("w.weight", 1, (5, 2), beside({"location": "w.data"}))
    (tmp_path / "w.data").write_bytes(VALUES.tobytes())
    (tmp_path / "w.onnx").write_bytes(model(graph([entry])))
    out = tmp_path / "w.data"
    calls: list[Callable[[], object]] = [
        lambda: winitgen.convert(tmp_path / "w.onnx", out, format="safetensors", force=True),
        lambda: winitgen.write(
            {"input": 2, "layers": layers},
            out,
            format="safetensors",
            base=tmp_path / "w.onnx",
            only=["v.*"],
            add=True,
            force=True,
        ),
    ]
    for call in calls:
        with pytest.raises(winitgen.UsageError) as caught:
            call()
        text = "the output would take the place of a file whose values it needs; give it another name"
        assert f"{out}: {text}" == str(caught.value)
        assert VALUES.tobytes() == out.read_bytes()


OUTSIDE = ["../w.data", "/etc/passwd", "sub/../w.data", "..", "", "a\\b", "w.data/", ".", "sub//w.data"]


@pytest.mark.parametrize("location", OUTSIDE)
def test_other_folders(location: str, tmp_path: Path) -> None:
    """Only files beside the model are read, whatever else is there."""
    (tmp_path / "m" / "sub").mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "m" / "sub"):
        (folder / "w.data").write_bytes(VALUES.tobytes())
    path = written(tmp_path / "m", {"location": location, "length": 8})

    assert [
        f"its values are in {location!r}, and only files in the folder of the model are read",
        "",
    ] == reasons(path)


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ({"location": "w.data"}, "it has 40 bytes of values where its shape and number format need 8"),
        (
            {"location": "w.data", "length": 7},
            "it has 7 bytes of values where its shape and number format need 8",
        ),
        (
            {"location": "w.data", "offset": 36, "length": 8},
            "its values end behind 'w.data', which has 40 bytes",
        ),
        ({"location": "w.data", "offset": 2**63}, "its values end behind 'w.data', which has 40 bytes"),
        ({"location": "w.data", "offset": -4}, "its place in 'w.data' is not a number"),
        ({"location": "w.data", "length": "x"}, "its place in 'w.data' is not a number"),
        ({"location": "w.data", "length": "9" * 30}, "its place in 'w.data' is not a number"),
        ({"location": "gone"}, "its values are in 'gone', which does not exist"),
        ({}, "its values are in '', and only files in the folder of the model are read"),
    ],
)
def test_places_that_do_not_fit(where: Mapping[str, object], why: str, tmp_path: Path) -> None:
    """Each is the reason of its row."""
    assert [why, ""] == reasons(written(tmp_path, where))


def test_values_that_end_as_weights(tmp_path: Path) -> None:
    """A folder is read by its model, whatever the files with the values of that are called; others stay rivals."""
    path = written(tmp_path, {"location": "./w.bin", "offset": 0, "length": 8})
    (tmp_path / "w.data").rename(tmp_path / "w.bin")
    with open_weights(tmp_path) as weights:
        assert ("onnx", []) == (weights.format, list(weights.others))
        assert [1, 2] == weights.tensors[0].read(0, 2).tolist()

    (tmp_path / "v.bin").write_bytes(b"")
    with pytest.raises(UnreadableError) as error, open_weights(tmp_path):
        pass
    assert f"{tmp_path} is a folder with 2 weight files: 'v.bin', 'w.onnx'; name one" == str(error.value)
    path.write_bytes(b"no model")
    with pytest.raises(UnreadableError, match="is a folder with 3 weight files"), open_weights(tmp_path):
        pass


def test_folders_in_the_folder(tmp_path: Path) -> None:
    """A path may lead through folders of the model's own."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "v.data").write_bytes(VALUES[4:].tobytes())
    (tmp_path / "a" / "v.data").write_bytes(VALUES[2:].tobytes())
    where = ("a/b/v.data", "./a/./v.data", "a/gone", "gone/v.data", "a/v.data/w")
    path = written(tmp_path, *({"location": one, "length": 8} for one in where))
    with open_weights(path) as weights:
        assert [[5, 6], [3, 4]] == [one.read(0, 2).tolist() for one in weights.tensors[:2]]
    assert [
        *("", ""),
        "its values are in 'a/gone', which does not exist",
        "its values are in 'gone/v.data', which does not exist",
        "its values are in 'a/v.data/w', on the way to which is a link, or no folder",
        "",
    ] == reasons(path)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_folders_that_are_links(tmp_path: Path) -> None:
    """They are not followed, not even to a folder beside them, in the system's way and by paths."""
    (tmp_path / "m" / "a").mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "m" / "a"):
        (folder / "v.data").write_bytes(VALUES.tobytes())
    (tmp_path / "m" / "link").symlink_to("a")
    (tmp_path / "m" / "out").symlink_to("..")
    path = written(
        tmp_path / "m", *({"location": f"{one}/v.data", "length": 8} for one in ("link", "out", "a"))
    )
    wanted = [
        "its values are in 'link/v.data', on the way to which is a link, or no folder",
        "its values are in 'out/v.data', on the way to which is a link, or no folder",
        *("", ""),
    ]
    assert wanted == reasons(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("winitgen.files.input.held_folder.BY_DESCRIPTOR", False)
        assert wanted == reasons(path)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_links(tmp_path: Path) -> None:
    """A link is not followed, not even to a file beside it."""
    path = written(tmp_path, {"location": "link", "length": 8})
    (tmp_path / "link").symlink_to("w.data")

    assert ["its values are in 'link', a link, which is not followed", ""] == reasons(path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_a_pipe(tmp_path: Path) -> None:
    """What is no file is refused at once."""
    path = written(tmp_path, {"location": "pipe", "length": 8})
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass
    assert f"cannot read {tmp_path}/pipe: it is not a regular file" == str(caught.value)


def test_values_of_many_tensors_in_one_place(tmp_path: Path) -> None:
    """Tensors may share values, as far as the files can explain them."""
    shared = {"location": "w.data", "length": ALWAYS_EXPANDED}
    path = written(tmp_path, shared, shared)
    os.truncate(tmp_path / "w.data", ALWAYS_EXPANDED)  # of zeros that take no room
    tensors = [tensor(f"t{number}", 1, (1 << 28,), beside(shared)) for number in range(101)]
    path.write_bytes(model(graph(tensors)))
    found = reasons(path)

    stored = path.stat().st_size + ALWAYS_EXPANDED
    told = f"with those before it, 108,447,924,224 bytes are declared but {stored:,} are stored"

    assert [*[""] * 100, told] == found


def test_files_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model names so many files, and no more."""
    monkeypatch.setattr(external_data, "MOST_FILES", 2)
    path = written(tmp_path, *({"location": name} for name in ("w.data", "gone", "third")))

    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass
    assert f"{path} names more than 2 files with values" == str(caught.value)


def test_folders_are_bounded(tmp_path: Path) -> None:
    """So are the folders in that of the model."""
    for name in "abc":
        (tmp_path / name).mkdir()
        (tmp_path / name / "v.data").write_bytes(VALUES.tobytes())
    path = written(tmp_path, *({"location": f"{name}/v.data", "length": 8} for name in "abb"))
    assert ["", "", "", ""] == reasons(path)
    path = written(tmp_path, *({"location": f"{name}/v.data", "length": 8} for name in "abc"))
    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass
    assert f"{path} names files in more than 3 folders" == str(caught.value)


def test_a_file_that_changes(tmp_path: Path) -> None:
    """The values are those of one state of all files."""
    path = written(tmp_path, {"location": "w.data", "length": 8})
    change = VALUES[::-1].tobytes()
    with suppress(ChangedError), open_weights(path) as weights:
        (tmp_path / "w.data").write_bytes(change)
        with pytest.raises(ChangedError) as caught:
            weights.check()

    assert f"{tmp_path / 'w.data'} changed while it was read" == str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="there an open file keeps its place")
def test_a_folder_that_is_replaced(tmp_path: Path) -> None:
    """Values are read of the folder that the model was in."""
    (tmp_path / "m").mkdir()
    path = written(tmp_path / "m", {"location": "w.data", "length": 8})
    with open(path, "rb") as file, ExitStack() as stack:
        (tmp_path / "m").rename(tmp_path / "old")
        (tmp_path / "m").mkdir()
        written(tmp_path / "m", {"location": "w.data", "length": 8})
        files = external_data.ExternalFiles(file, str(path), 9, stack)
        with pytest.raises(ChangedError) as caught:
            files.place({"location": "w.data"})

    assert f"{path} changed while it was read" == str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="there an open file keeps its place")
@pytest.mark.parametrize("which", ["w.onnx", "w.data"])
def test_files_that_were_not_there_at_once(
    which: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model that is replaced before its last file is opened is not read with the values of another; nor is a file of values."""
    path = written(tmp_path, {"location": "w.data", "length": 8}, {"location": "last", "length": 8})
    (tmp_path / "last").write_bytes(VALUES.tobytes())
    opened = external_data.ExternalFiles._file

    def replaced(self: external_data.ExternalFiles, location: str) -> object:
        """Open a file, before the last one of which another takes the name."""
        if location == "last":
            (tmp_path / "new").write_bytes((tmp_path / which).read_bytes())
            (tmp_path / "new").replace(tmp_path / which)
        return opened(self, location)

    monkeypatch.setattr(external_data.ExternalFiles, "_file", replaced)
    with pytest.raises(ChangedError) as caught, open_weights(path):
        pass

    assert f"{tmp_path} changed while it was read" == str(caught.value)


def test_verify(tmp_path: Path) -> None:
    """Values in another file are compared as any others; what cannot be read differs."""
    spec = {"input": 3, "layers": [{"type": "dense", "name": "a", "units": 2}]}
    winitgen.write(spec, tmp_path / "w.safetensors", seed=4, fsync=False)
    with open_weights(tmp_path / "w.safetensors") as weights:
        arrays = {one.name: (one.shape, one.read(0, one.size).tobytes()) for one in weights.tensors}
    (tmp_path / "w.data").write_bytes(b"".join(content for _, content in arrays.values()))
    tensors, begin = [], 0
    for name, (shape, content) in arrays.items():
        where = {"location": "w.data", "offset": begin, "length": len(content)}
        tensors.append(tensor(name, 1, shape, beside(where)))
        begin += len(content)
    path = tmp_path / "w.onnx"
    path.write_bytes(model(graph(tensors)))

    assert "verified" == winitgen.verify(path, spec, seed=4)["status"]
    assert "agrees" == winitgen.verify(path, spec, statistics=True)["verdict"]
    (tmp_path / "w.data").unlink()
    with pytest.raises(winitgen.DiffersError) as caught:
        winitgen.verify(path, spec, seed=4)
    assert "its values are in 'w.data', which does not exist" in str(caught.value)
