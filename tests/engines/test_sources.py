"""Specs that take values from files, as tasks of an engine."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from tests.cli.four_shards import content
from tests.engines.test_running import here, write
from winitgen.errors import SpecError, UsageError

TRAINED = np.random.default_rng(1).standard_normal((30, 50)).astype(np.float32)

SPEC = """\
layers:
  - name: kept
    type: param
    shape: [30, 50]
    init: {{scheme: file, path: {path}, tensor: t, sha256: {sha256}}}
  - {{name: drawn, type: param, shape: [30, 50], init: {{scheme: normal, std: 1}}}}
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A layer-spec with a weight file in its folder, in the form of a shard."""
    save_file({"t": TRAINED}, tmp_path / "model-00001-of-00003.safetensors")
    path = tmp_path / "model.yaml"
    sha256 = hashlib.sha256(TRAINED.tobytes()).hexdigest()
    path.write_text(SPEC.format(path="model-00001-of-00003.safetensors", sha256=sha256))
    return path


def test_a_path_begins_at_the_folder_of_the_layer_spec(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers in other folders read the same file; the bytes are those of one process."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()

    def run(*arguments: Any) -> Generator[Any, None, None]:
        os.chdir(tmp_path / "elsewhere")
        yield from here(*arguments)
        os.chdir(tmp_path)

    write(Path("model.yaml"), tmp_path / "many", run)

    winitgen.write(model, f"{tmp_path}/one/", max_shard_size="7KB", seed=3)
    assert content(tmp_path / "one") == content(tmp_path / "many")


def test_a_source_is_not_replaced(model: Path, tmp_path: Path) -> None:
    """The shards of the file are no stale ones of this run."""
    with pytest.raises(UsageError) as error:
        write(model, tmp_path, run=None, force=True)

    path = f"{tmp_path}/model-00001-of-00003.safetensors"
    told = f"{path}: the output would take the place of a file whose values it needs; give it another name"
    assert told == str(error.value)
    assert ["model-00001-of-00003.safetensors", "model.yaml"] == sorted(os.listdir(tmp_path))


def test_a_source_that_is_missing(model: Path, tmp_path: Path) -> None:
    """It is told with its place in the layer-spec, before any task runs and before the folder is made."""
    source = tmp_path / "model-00001-of-00003.safetensors"
    source.unlink()
    with pytest.raises(SpecError) as error:
        write(model, tmp_path / "many", run=None)

    assert f"{model}:5:11: layers[0].init: kept: cannot read {source}: No such file or directory" == str(
        error.value
    )
    assert not (tmp_path / "many").exists()
