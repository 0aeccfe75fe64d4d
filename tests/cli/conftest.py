"""The command line as a whole process: what users and pipelines get."""

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
    """How one run ended, and what it printed."""

    code: int
    out: str
    err: str


Winitgen = Callable[..., Run]


@pytest.fixture(scope="session")
def winitgen() -> Winitgen:
    """Run ``winitgen`` with the arguments and return how it ended; the folder is the repository's."""

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
