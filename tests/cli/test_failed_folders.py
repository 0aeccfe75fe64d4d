"""The folder of a checkpoint that could not be written: what the run made is gone, what was there stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cli.in_process import run_here

FORMS = ((), ("--max-shard-size", "1MB"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a config, a layer-spec, and a weight file that fits neither."""
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    (tmp_path / "m.yaml").write_text("input: 3\nlayers: [{name: fc, type: dense, units: 2}]\n")
    np.savez(tmp_path / "other.npz", other=np.ones(3, np.float32))
    return tmp_path


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
@pytest.mark.parametrize("what", ["config.json --shrink", "m.yaml"])
@pytest.mark.parametrize("base", ["nowhere.npz", "other.npz"])
def test_a_run_that_fails_leaves_no_folder(folder: Path, base: str, what: str, form: tuple[str, ...]) -> None:
    """Of a config as of a layer-spec, for a base that is not there and for one that does not fit."""
    before = sorted(folder.rglob("*"))
    call = ("init", *what.split(), "-o", "new/deep/", "--base", base, "--only", "*bias*", *form)
    run = run_here(*call, cwd=folder)

    assert 2 == run.code
    assert base in run.err
    assert before == sorted(folder.rglob("*"))


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
def test_a_folder_that_was_there_stays(folder: Path, form: tuple[str, ...]) -> None:
    """It is empty, as before; of the path below it nothing is left."""
    (folder / "new").mkdir()
    for out in ("new/", "new/deep/"):
        call = ("init", "config.json", "--shrink", "-o", out, "--base", "nowhere.npz", "--only", "*bias*")
        assert 2 == run_here(*call, *form, cwd=folder).code
        assert [] == list((folder / "new").iterdir())


def test_a_good_run_makes_both_files(folder: Path) -> None:
    """All folders are made, for one process and for a rank."""
    for name, form in (("one", ()), ("two", ("--rank", "0", "--world-size", "1"))):
        run = run_here("init", "config.json", "--shrink", "-o", f"{name}/deep/", *form, "-q", cwd=folder)
        assert 0 == run.code
        assert ["config.json", "model.safetensors"] == sorted(
            path.name for path in (folder / name / "deep").iterdir()
        )
