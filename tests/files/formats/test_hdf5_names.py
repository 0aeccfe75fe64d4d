"""Names in groups of HDF5: each path has those of all groups around it, and all paths together are bounded."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import h5py
import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from winitgen.errors import UnreadableError, UsageError
from winitgen.files.formats.hdf5 import group_names, writer
from winitgen.files.input import open_weights

PATHS = ["a", "b", "a/soft", "a/v", "a/é", "a/é/w"]


def made(folder: Path) -> Path:
    """Write datasets in groups in one another, with a link and an empty group."""
    with h5py.File(folder / "w.h5", "w") as file:
        for number, name in enumerate(("a/é/w", "a/v"), 1):
            file[name] = np.full(number, 2.5, "f4")
        file.create_group("b")
        file["a/soft"] = h5py.SoftLink("/a/v")
    return folder / "w.h5"


def test_the_length_of_all_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to the bound all is listed, and beyond it the file is refused in one line."""
    path, length = made(tmp_path), sum(map(len, PATHS))
    monkeypatch.setattr(group_names, "LONGEST_PATHS", length)
    with open_weights(path) as weights:
        assert ["a/v", "a/é/w"] == [one.name for one in weights.tensors]
    monkeypatch.setattr(group_names, "LONGEST_PATHS", length - 1)
    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass

    told = f"{path} has paths of more than {length - 1} characters together, the most that winitgen reads"
    assert told == str(caught.value)


def test_the_number_of_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups and links count, too."""
    path = made(tmp_path)
    monkeypatch.setattr(group_names, "MOST_TENSORS", 6)
    with open_weights(path) as weights:
        assert 2 == len(weights.tensors)
    monkeypatch.setattr(group_names, "MOST_TENSORS", 5)
    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass

    assert f"{path} lists more than 5 objects, the most that winitgen reads" == str(caught.value)


def test_the_writer_has_the_bounds_of_the_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has more groups, or longer paths, than is read is not written; at the bound it is written and read."""
    names = ["a.b.w", "a.b.v", "a.c.w", "d"]
    length = sum(map(len, ["a", "a/b", "a/b/w", "a/b/v", "a/c", "a/c/w", "d"]))
    model = {"layers": [{"name": name, "type": "param", "shape": [2], "init": "zeros"} for name in names]}
    for most, longest in ((7, length), (6, length), (7, length - 1)):
        monkeypatch.setattr(group_names, "MOST_TENSORS", most)
        monkeypatch.setattr(group_names, "LONGEST_PATHS", longest)
        monkeypatch.setattr(writer, "MOST_TENSORS", most)
        monkeypatch.setattr(writer, "LONGEST_PATHS", longest)
        if (most, longest) == (7, length):
            winitgen.write(model, tmp_path / "w.h5")
            with open_weights(tmp_path / "w.h5") as weights:
                assert 4 == len(weights.tensors)
            continue
        with pytest.raises(UsageError) as caught:
            winitgen.write(model, tmp_path / "v.h5")
        told = (
            f"hdf5 cannot hold these names, as each '.' or '/' in them makes a group: at most {most} groups and "
            f"datasets, with paths of {longest} characters together, can be read; .safetensors can"
        )
        assert told == str(caught.value)
        assert ["w.h5"] == [one.name for one in tmp_path.iterdir()]


def test_a_name_of_very_many_parts(tmp_path: Path) -> None:
    """A name of a million characters is refused after a few of its half million groups, in little memory."""
    name = "a." * 500_000 + "w"
    save_file({name: np.zeros(2, np.float32)}, tmp_path / "w.safetensors")
    tracemalloc.start()
    try:
        with pytest.raises(UsageError, match=r"^hdf5 cannot hold these names, "):
            winitgen.convert(tmp_path / "w.safetensors", tmp_path / "w.h5")
        assert 150_000_000 > tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
