"""A Python of its own for pinned packages, in a folder that is removed afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def installed(requirements: Sequence[str], folder: Path, *, keep: bool = False) -> Iterator[Path]:
    """Make an environment with the packages in a folder, and give its Python; raise `CalledProcessError` if pip fails."""
    python = folder / "bin" / "python"
    try:
        if not (folder / "complete").exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
            pip = [python, "-m", "pip", "install", "-qq", "--no-compile", *requirements]
            subprocess.run(pip, check=True, stdout=sys.stderr)
            (folder / "complete").touch()
        yield python
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def written(python: Path, module: str, folder: Path, seconds: float = 600) -> str:
    """Let a library write its files into a folder; return what went wrong, empty if nothing did."""
    folder.mkdir(parents=True)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    command = [python, "-m", "tests.corpus.write", module, folder]
    ended = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )
    return "" if ended.returncode == 0 else ended.stderr.strip()[-2000:]
