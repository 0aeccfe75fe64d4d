"""The command line run as a separate process, as users and pipelines run it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

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
def spec(tmp_path: Path) -> Path:
    """A layer-spec of two small layers."""
    path = tmp_path / "model.yaml"
    path.write_text(
        "model: small\ninput: 3\nvars: {n: 4}\nlayers:\n"
        '  - {name: fc, type: dense, units: "${n}", activation: relu}\n'
        "  - {name: out, type: dense, units: 2}\n"
    )
    return path
