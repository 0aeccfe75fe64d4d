"""Folders as inputs: which file stands for a folder, on the whole text of each message."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from tests.files.shards.conftest import SPEC, write
from tests.files.shards.test_reading import arrays, refusal


@pytest.mark.parametrize("name", ["only.safetensors", "w.weights.h5"])
def test_a_folder_with_one_file(out: Path, name: str) -> None:
    """A checkpoint of one file is read by its folder, whatever else is in it."""
    out.mkdir()
    (out / "config.json").write_text("{}")
    winitgen.write(SPEC, out / name, layout="keras" if name.endswith("h5") else "torch", fsync=False)

    assert "verified" == winitgen.verify(out)["status"]
    assert 6 == len(arrays(out))


def test_an_index_counts_before_files_of_other_names(out: Path) -> None:
    """An adapter beside a sharded model does not stand for the folder."""
    write(out)
    save_file({"w": np.zeros(3, "f4")}, out / "adapter.safetensors")

    assert 6 == len(arrays(out))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        pytest.param(
            (),
            "OUT is a folder without index.json, an index of shards, or a .safetensors or .weights.h5 file; name a file in it",
            id="nothing",
        ),
        pytest.param(
            ("a.safetensors.index.json", "b.weights.json"),
            "OUT is a folder with 2 indices of shards, such as a.safetensors.index.json; name one",
            id="two indices",
        ),
        pytest.param(
            ("a.safetensors", "b.safetensors", "c.weights.h5"),
            "OUT is a folder with 3 weight files, such as a.safetensors; name one",
            id="several files",
        ),
        pytest.param(
            ("model.safetensors", "model.safetensors.index.json"),
            "OUT is a folder with model.safetensors.index.json and model.safetensors; name one",
            id="index and only file",
        ),
        pytest.param(
            ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"),
            "OUT is a folder with 2 shards but no index: the run that wrote them was interrupted, or is still writing",
            id="no index",
        ),
        pytest.param(
            ("w_00000.weights.h5",),
            "OUT is a folder with 1 shard but no index: the run that wrote it was interrupted, or is still writing",
            id="no index of Keras",
        ),
    ],
)
def test_folders_that_leave_a_choice(out: Path, names: tuple[str, ...], message: str) -> None:
    """The message says what is in the folder."""
    out.mkdir()
    for name in names:
        (out / name).touch()

    assert message == refusal(out, out)
