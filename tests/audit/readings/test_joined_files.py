"""A folder with a file that is called as the processes of a training call theirs: transformers joins all files of safetensors."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from safetensors.numpy import load_file, save_file

import winitgen
from tests.audit.readings.words import SPEC, told

PART = "shard-00001-model-00001-of-00001.safetensors"
ALL = "from_pretrained of transformers reads all files of safetensors of this folder, since '{}' is called like a part of a distributed checkpoint"


def test_beside_the_usual_file(tmp_path: Path) -> None:
    """Of a tensor that two files have one is taken, by the order of the folder; the names of other files join nothing."""
    winitgen.write(SPEC, tmp_path / "model.safetensors")
    for name in (
        "shard-1-model-00001-of-00001.safetensors",
        "a-shard-00001-model-00001-of-00001.safetensors",
    ):
        (tmp_path / name).write_bytes(b"x")
    assert not [line for line in told(tmp_path) if line.startswith("differs")]
    (tmp_path / PART).write_bytes(b"x")

    assert f"differs: {ALL.format(PART)}" in told(tmp_path)
    assert ALL.format(PART) in winitgen.inspect(tmp_path)["notes"]


@pytest.mark.parametrize(
    "name",
    [PART, pytest.param(f"{PART}\n", marks=pytest.mark.skipif(sys.platform == "win32", reason="no name"))],
)
def test_beside_an_index(name: str, tmp_path: Path) -> None:
    """The index is not looked at, though the name that transformers looks for ends in a newline."""
    winitgen.write(SPEC, f"{tmp_path}/", format="safetensors", max_shard_size="0.025KB")
    (tmp_path / name).write_bytes(b"x")
    (tmp_path / "zz.safetensors").write_bytes(b"x")

    line = ALL.replace("'{}'", repr(name))
    assert f"differs: {line}" in told(tmp_path)


def test_shards_that_are_called_so(tmp_path: Path) -> None:
    """Joined, the files that an index lists are the model."""
    named = {"format": "safetensors", "max_shard_size": "0.025KB", "shard_name": "shard-00001-model"}
    winitgen.write(SPEC, f"{tmp_path}/", **named)
    assert [] == told(tmp_path)
    (tmp_path / "more.safetensors").write_bytes(b"x")

    first = min(path.name for path in tmp_path.iterdir() if path.name.startswith("shard-"))
    assert f"differs: {ALL.format(first)}" in told(tmp_path)


@pytest.mark.parametrize(
    ("places", "whole"),
    [
        ({"fc.weight": {"saved_offsets": [0, 0]}}, True),
        ({"fc.weight": {"saved_offsets": [0, 2]}}, False),
        ({"fc.weight": {}}, False),
        ([], False),
        ("", True),
    ],
    ids=repr,
)
def test_of_one_process(tmp_path: Path, places: object, whole: bool) -> None:
    """Its only file stands for the folder, unless its metadata gives the tensors other places."""
    winitgen.write(SPEC, tmp_path / "w.safetensors")
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    text = places if isinstance(places, str) else json.dumps(places)
    save_file(load_file(tmp_path / "w.safetensors"), folder / PART, {"DCP_SHARDING_INFO": text})
    line = "differs: its metadata has DCP_SHARDING_INFO, by which from_pretrained of transformers takes its tensors for parts of larger ones"

    assert ([] if whole else [line]) == [one for one in told(folder) if one.startswith("differs")]
    assert "safetensors" == winitgen.inspect(folder)["format"]


def test_of_two_processes(tmp_path: Path) -> None:
    """Their files are a whole checkpoint without an index, which transformers can join, and no run that was interrupted."""
    for number in (1, 2):
        winitgen.write(SPEC, tmp_path / f"shard-0000{number}-model-00001-of-00001.safetensors")
    with pytest.raises(winitgen.UnreadableError) as error:
        winitgen.inspect(tmp_path)

    text = "holds 2 files that the processes of a training wrote, each with its own part of the tensors; transformers joins them"
    how = "consolidate_distributed_checkpoint(FOLDER, OUT), in transformers.distributed.checkpoint"
    assert f"{tmp_path} {text}: {how}" == str(error.value)
