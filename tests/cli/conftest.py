"""The command line run as a separate process, as users and pipelines run it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.four_shards import SIZE, SPEC

ROOT = Path(__file__).parents[2]


class Run(NamedTuple):
    """The exit code and the output of one run."""

    code: int
    out: str
    err: str


Winitgen = Callable[..., Run]


@pytest.fixture(scope="session")
def winitgen() -> Winitgen:
    """Return a function that runs ``winitgen`` with its arguments, in the repository's folder."""

    def run(*args: str | Path, stdin: str = "", cwd: Path = ROOT, **environment: str) -> Run:
        done = subprocess.run(
            [sys.executable, "-m", "winitgen", *map(str, args)],
            input=stdin.encode(),
            capture_output=True,
            cwd=cwd,
            env={**os.environ, **environment},
            check=False,
            timeout=60,
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def here(tmp_path: Path) -> Winitgen:
    """Return a function that does what a run of ``winitgen`` does, in this process, which takes less time."""
    from tests.cli.in_process import run_here

    return lambda *args: run_here(*args, cwd=tmp_path)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A layer-spec of two small layers."""
    path = tmp_path / "model.yaml"
    path.write_text(
        "model: small\ninput: 3\nvars: {n: 4}\nlayers:\n"
        '  - {name: fc, type: dense, units: "${n}", activation: relu}\n'
        "  - {name: out, type: dense, units: 2}\n"
    )
    return path


@pytest.fixture(scope="session")
def complete(winitgen: Winitgen, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``model.yaml``, of four shards, and ``out``, which one process has written."""
    folder = tmp_path_factory.mktemp("complete")
    (folder / "model.yaml").write_text(SPEC)
    assert 0 == winitgen("init", folder / "model.yaml", "-o", f"{folder}/out/", *SIZE, "-q").code
    return folder


@pytest.fixture
def out(complete: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shards, without their index, beside ``model.yaml``."""
    shutil.copytree(complete, tmp_path, dirs_exist_ok=True)
    (tmp_path / "out" / "model.safetensors.index.json").unlink()
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path / "out"
