"""Names in groups of HDF5: each path has those of all groups around it, and all paths together are bounded."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from winitgen.errors import UnreadableError
from winitgen.files.formats.hdf5 import group_names
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
