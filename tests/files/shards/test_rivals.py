"""One file beside the shards of another run, of which loaders take one or the other, or both."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from tests.files.shards.conftest import SPEC, write
from tests.files.shards.test_present import INDEX, SHARDS, stamps
from winitgen.errors import ExistsError, OutputError, UsageError, WinitgenError

ALONE = "model.safetensors"


def write_alone(folder: Path, name: str = ALONE, **options: Any) -> str:
    """Write the model into one file; return what became of it."""
    return winitgen.write(SPEC, folder / name, seed=5, fsync=False, **options).status


def refusal(kind: type[WinitgenError], folder: Path, **options: Any) -> str:
    """Return the message of a refused run, which has changed nothing; the folder is OUT in it."""
    before = stamps(folder)
    with pytest.raises(kind) as caught:
        write_alone(folder, **options)
    assert stamps(folder) == before
    return str(caught.value).replace(str(folder), "OUT")


def test_one_file_beside_an_index(out: Path) -> None:
    """Loaders would take it instead of the shards; by force the shards go, once the file is there."""
    write(out)
    text = f"OUT/{INDEX} belongs to another run, and readers may take it for a part of this model; --force removes it"

    assert text == refusal(ExistsError, out)
    assert "written" == write_alone(out, force=True)
    assert [ALONE] == os.listdir(out)
    assert "unchanged" == write_alone(out)


def test_one_file_beside_shards_without_an_index(out: Path) -> None:
    """Loaders of every file that begins alike would take both."""
    write(out)
    (out / INDEX).unlink()
    text = f"OUT/{SHARDS[0]} belongs to another run, and readers may take it for a part of this model; --force removes it"

    assert text == refusal(ExistsError, out)


def test_the_file_that_is_there_already(out: Path) -> None:
    """It is the same folder with two models; checking says only whether the file is up to date."""
    out.mkdir()
    write_alone(out)
    other = out.parent / "other"
    write(other)
    for name in [*SHARDS, INDEX]:
        (other / name).rename(out / name)

    assert "unchanged" == write_alone(out, check=True)
    assert refusal(ExistsError, out).startswith(f"OUT/{INDEX} belongs to another run")
    assert "written" == write_alone(out, force=True)
    assert [ALONE] == os.listdir(out)


def test_an_index_of_others(out: Path) -> None:
    """What winitgen did not write is never removed, with force too."""
    out.mkdir()
    save_file({"w": np.zeros(3, "f4")}, out / SHARDS[0])
    (out / INDEX).write_text(json.dumps({"metadata": {}, "weight_map": {"w": SHARDS[0]}}))
    text = f"OUT/{INDEX} carries no recipe of winitgen, and readers may take it for a part of this model; move it away"

    assert text == refusal(OutputError, out)
    assert text == refusal(OutputError, out, force=True)


@pytest.mark.parametrize("name", ["model.fp16.safetensors", "other.safetensors", "model.npz", "model.h5"])
def test_files_of_other_names(out: Path, name: str) -> None:
    """A variant, another model, and another format go with other indices, or with none."""
    write(out)

    assert "written" == write_alone(out, name)
    assert sorted([*SHARDS, INDEX, name]) == sorted(os.listdir(out))


def test_shards_whose_values_are_copied(out: Path) -> None:
    """They may not be removed for the file into which they are copied."""
    write(out)
    text = (
        f"OUT/{INDEX}: the output would take the place of a file whose values it needs; give it another name"
    )

    assert text == refusal(UsageError, out, base=out / INDEX, only=["a.*"], force=True)


def test_a_folder_that_cannot_be_listed(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file can be written into it all the same."""
    write(out)

    def refused(folder: str) -> list[str]:
        raise PermissionError(13, "Permission denied", folder)

    monkeypatch.setattr("winitgen.files.shards.rivals.names_in", refused)

    assert "written" == write_alone(out)
