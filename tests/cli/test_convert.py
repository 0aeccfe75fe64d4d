"""``winitgen convert`` as a process: output and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.cli.conftest import Winitgen
from winitgen.report.versions import versioned


@pytest.fixture
def wrapped(tmp_path: Path) -> Path:
    """A file whose names are behind a prefix."""
    path = tmp_path / "w.safetensors"
    save_file({"module.w": np.ones((2, 3), np.float32), "module.n": np.array(4)}, path, {"step": "1"})
    return path


def test_lines(here: Winitgen, wrapped: Path, tmp_path: Path) -> None:
    """A dry run lists what changes and writes nothing; the last line says what was done."""
    out = tmp_path / "x.npz"
    call = ("convert", wrapped, out, "--strip-prefix", "module.", "--dtype", "float16")
    dry = here(*call, "--dry-run")
    absent = not out.exists()
    run = here(*call)
    note = "note: npz has no place for the metadata 'step'"
    tensors = ["module.n -> n: scalar, int64", "module.w -> w: 2x3, float32 -> float16"]
    size = out.stat().st_size

    assert (0, "", True) == (dry.code, dry.err, absent)
    assert [note, *tensors, f"would write {out} (npz): 2 tensors, {size} B"] == dry.out.splitlines()
    assert (0, f"{note}\nwrote {out} (npz): 2 tensors, {size} B\n", "") == run
    assert f"unchanged {out} (npz): 2 tensors, {size} B" == here(*call).out.splitlines()[-1]
    fewer = here(*call, "--ignore", "n", "--force")
    assert fewer.out.splitlines()[-1].startswith(f"wrote {out} (npz): 1 tensor, 1 ignored, ")
    assert ["w"] == [*np.load(out)]


def test_shards(here: Winitgen, wrapped: Path, tmp_path: Path) -> None:
    """Each file has a line, in a dry run too; the last line names the index, or the only file."""
    out = tmp_path / "out"
    call = ("convert", wrapped, f"{out}/", "--max-shard-size", "0.01KB")
    dry, run = here(*call, "--dry-run"), here(*call)
    names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    sizes = [(out / name).stat().st_size for name in names]
    files = [f"{name}: {size} B, 1 tensor" for name, size in zip(names, sizes, strict=True)]
    end = f"{out}/model.safetensors.index.json (safetensors): 2 tensors, {sum(path.stat().st_size for path in out.iterdir())} B in 2 shards"

    assert ["module.n: scalar, int64", "module.w: 2x3, float32", *files, f"would write {end}"] == (
        dry.out.splitlines()
    )
    assert (0, [*files, f"wrote {end}"], "") == (run.code, run.out.splitlines(), run.err)
    whole = here("convert", wrapped, tmp_path / "one.safetensors.index.json")
    size = (tmp_path / "one.safetensors").stat().st_size
    line = f"one.safetensors: {size} B, 2 tensors"
    assert [
        line,
        f"wrote {tmp_path}/one.safetensors (safetensors): 2 tensors, {size} B",
    ] == whole.out.splitlines()


def test_json(here: Winitgen, wrapped: Path, tmp_path: Path) -> None:
    """The report of the library function, with the status."""
    import winitgen as library

    run = here("convert", wrapped, tmp_path / "x.h5", "--json")
    status, report = library.convert(wrapped, tmp_path / "x.h5")

    assert versioned("convert", {**report, "status": "written"}) == json.loads(run.out)
    assert "unchanged" == status


def test_standard_output(winitgen: Winitgen, wrapped: Path, tmp_path: Path) -> None:
    """A pipe gets the file, and the lines go to standard error; only some formats can."""
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "winitgen", "convert", wrapped, "-"], capture_output=True, check=True
    )
    (tmp_path / "x.safetensors").write_bytes(done.stdout)

    assert {*load_file(wrapped)} == {*load_file(tmp_path / "x.safetensors")}
    assert done.stderr.decode() == f"wrote - (safetensors): 2 tensors, {len(done.stdout)} B\n"
    refused = winitgen("convert", wrapped, "-", "--format", "npz")
    assert 2 == refused.code
    assert "npz cannot be written to standard output" in refused.err


def test_exit_codes(here: Winitgen, wrapped: Path, tmp_path: Path) -> None:
    """2 for a wrong call or source, 3 for an output that is there."""
    (tmp_path / "x.npz").write_bytes(b"mine")
    other = f"winitgen: {tmp_path}/x.npz exists and was not written by winitgen; --force replaces it\n"

    assert (3, other) == (run := here("convert", wrapped, tmp_path / "x.npz"))[::2]
    assert "" == run.out
    assert (2, f"winitgen: cannot read {tmp_path}/absent: No such file or directory\n") == (
        here("convert", tmp_path / "absent", tmp_path / "y.npz")[::2]
    )
    nowhere = f"winitgen: cannot write {tmp_path}/x.npz/y.npz: Not a directory\n"
    assert (3, nowhere) == here("convert", wrapped, tmp_path / "x.npz" / "y.npz")[::2]
    assert b"mine" == (tmp_path / "x.npz").read_bytes()
