"""Files of others in the folder of the shards: never removed, on the whole text of each message."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from tests.files.shards.conftest import write
from tests.files.shards.test_present import INDEX, SHARDS, refusal, stamps
from winitgen.errors import DiffersError, ExistsError, OutputError


@pytest.mark.parametrize("name", ["model.safetensors", "model-00001-of-00009.safetensors"])
def test_files_of_others_are_never_removed(out: Path, name: str) -> None:
    """A file that winitgen did not write stays, with force too."""
    out.mkdir()
    save_file({"w": np.zeros(3, "f4")}, out / name)
    text = f"OUT/{name} carries no recipe of winitgen, and readers may take it for a part of this model; move it away"

    assert text == refusal(OutputError, out)
    assert text == refusal(OutputError, out, force=True)
    belongs = f"OUT/{name} belongs to another run, and readers may take it for a part of this model"
    assert belongs == refusal(DiffersError, out, check=True)


def test_a_file_of_others_under_the_name_of_a_shard(out: Path) -> None:
    """It is replaced by force alone, as any output is."""
    out.mkdir()
    save_file({"w": np.zeros(3, "f4")}, out / SHARDS[2])

    assert f"OUT/{SHARDS[2]} exists and carries no recipe of winitgen; --force replaces it" == (
        refusal(ExistsError, out)
    )
    assert "written" == write(out, force=True).status


def test_files_of_other_models_do_not_matter(out: Path) -> None:
    """A variant, another name and a config are not looked at."""
    out.mkdir()
    names = ["model.fp16.safetensors", "other-00001-of-00002.safetensors", "config.json", "tokenizer.json"]
    for name in names:
        (out / name).write_text("mine")
    write(out)

    assert ["mine"] * 4 == [(out / name).read_text() for name in names]
    assert sorted([*names, *SHARDS, INDEX]) == sorted(os.listdir(out))


def test_an_index_of_other_shards(out: Path) -> None:
    """An index with other content under the same name is replaced by force alone."""
    write(out)
    (out / INDEX).write_text("{}")

    assert f"OUT/{INDEX} exists and differs from the index of these shards; --force replaces it" == refusal(
        ExistsError, out
    )
    assert f"OUT/{INDEX} differs" == refusal(DiffersError, out, check=True)
    before = stamps(out)
    assert "written" == write(out, force=True).status
    assert [INDEX] == [name for name, stamp in stamps(out).items() if before[name] != stamp]


def test_folders_under_the_names(out: Path) -> None:
    """A folder is never replaced or removed."""
    (out / INDEX).mkdir(parents=True)
    assert f"cannot write OUT/{INDEX}: it is not a file" == refusal(OutputError, out)
    (out / INDEX).rmdir()
    (out / SHARDS[0]).mkdir()

    assert f"OUT/{SHARDS[0]} exists and is not a file; --force replaces it" == refusal(ExistsError, out)


def test_an_output_in_a_file(tmp_path: Path) -> None:
    """The folder cannot be made."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError) as caught:
        write(tmp_path / "file" / "out")

    assert str(caught.value) == f"cannot write {tmp_path}/file/out/: Not a directory"
