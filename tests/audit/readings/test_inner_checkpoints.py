"""Checkpoints of Orbax and Flax in folders of a folder of arrays, which their loaders read in place of those arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import winitgen
from tests.audit.readings.words import SPEC, told
from tests.files.formats.dcp_folders import Box, write_checkpoint
from tests.files.formats.zarr_folders import second, write_json

ORBAX, FLAX = "CheckpointManager of Orbax", "restore_checkpoint of Flax"
MARKS = ["_METADATA", "_CHECKPOINT_METADATA", "default/_METADATA"]


def inside(name: str, by: str) -> str:
    """Return the clause about a checkpoint in a folder."""
    return f"its folder {name!r} holds a checkpoint, which {by} reads in place of its arrays"


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize(
    ("name", "by"), [("7", ORBAX), ("step_12", ORBAX), ("checkpoint_7", FLAX)], ids=["7", "step", "flax"]
)
def test_beside_arrays(name: str, by: str, mark: str, tmp_path: Path) -> None:
    """A step of Orbax, or what Flax writes, is read by its loader, which does not look at the arrays."""
    path = tmp_path / "w"
    winitgen.write(SPEC, f"{path}/")
    write_json(path / name / "other.json", {})
    assert [] == told(path)

    write_json(path / name / mark, {})

    assert [f"differs: {inside(name, by)}"] == told(path)


def test_an_older_tree(tmp_path: Path) -> None:
    """It is in MessagePack; TensorFlow has a text of this name, which is of no such loader."""
    winitgen.write(SPEC, f"{tmp_path}/w/")
    tree = tmp_path / "w/checkpoint_1/checkpoint"
    tree.parent.mkdir()
    tree.write_bytes(b"model_checkpoint_path:")
    assert [] == told(tmp_path / "w")

    tree.write_bytes(b"\x81\xa1a\xc0")

    assert [f"differs: {inside('checkpoint_1', FLAX)}"] == told(tmp_path / "w")


@pytest.mark.parametrize("name", ["pytree", "checkpoint-7", "7x", "a.7"])
def test_other_names(name: str, tmp_path: Path) -> None:
    """Neither loader looks into a folder of another name, of which others may make what they want."""
    winitgen.write(SPEC, f"{tmp_path}/w/")
    write_json(tmp_path / "w" / name / "_METADATA", {})

    assert [] == told(tmp_path / "w")


def test_a_link_to_a_folder(tmp_path: Path) -> None:
    """The loaders follow it; one to a file is none of a step."""
    path = tmp_path / "w"
    winitgen.write(SPEC, f"{path}/")
    (path / "8").symlink_to(path / "index.json")
    (path / "9").symlink_to(tmp_path / "nowhere")
    assert [] == told(path)

    (tmp_path / "elsewhere").mkdir()
    (path / "7").symlink_to(tmp_path / "elsewhere")

    line = "its '7' is a link to a folder and was not followed: CheckpointManager of Orbax reads a checkpoint there in place of its arrays"
    assert [f"differs: {line}"] == told(path)


def test_beside_arrays_of_zarr(tmp_path: Path) -> None:
    """Folders of arrays are not looked at, since their chunks may have the names of steps."""
    write_json(tmp_path / ".zgroup", {"zarr_format": 2})
    second(tmp_path / "layer_1", np.ones((2, 2), "<f4"), [2, 2])
    assert [] == winitgen.inspect(tmp_path)["notes"]

    write_json(tmp_path / "7" / "default" / "_METADATA", {})

    assert [inside("7", ORBAX)] == winitgen.inspect(tmp_path)["notes"]


def test_beside_a_distributed_checkpoint(tmp_path: Path) -> None:
    """Its chunks are in files, so that every folder of such a name is looked at."""
    write_checkpoint(tmp_path, {"w": ((3,), [Box((0,), np.ones(3, np.float32))])})
    before = winitgen.inspect(tmp_path)["notes"]

    write_json(tmp_path / "checkpoint_3" / "_METADATA", {})

    assert [*before, inside("checkpoint_3", FLAX)] == winitgen.inspect(tmp_path)["notes"]
