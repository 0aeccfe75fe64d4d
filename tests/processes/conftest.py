"""Programs that call the library, each in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.processes.everything import everything
from winitgen.compiled.kernels import VARIABLE

ROOT = Path(__file__).parents[2]
Program = Callable[..., str]


@pytest.fixture(scope="session")
def usual(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What all calls give in a process like any other."""
    return everything(str(tmp_path_factory.mktemp("usual")))


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Return a function that runs a program in Python and returns what it prints; its first argument is a folder.

    It ends with code 0 and says nothing on standard error. One that is ``cut`` short may be aborted, and other
    libraries may say something there, but no traceback and nothing of winitgen.
    """

    def run(text: str, *options: str, root: Path | str = ROOT, cut: bool = False, kernels: str = "c") -> str:
        code = f"import sys\nsys.path[0:1] = [{str(root)!r}, {str(ROOT)!r}]\n{text}"
        inherited = {key: value for key, value in os.environ.items() if key != "KMP_DUPLICATE_LIB_OK"}
        done = subprocess.run(
            [sys.executable, *options, "-c", code, str(tmp_path / "out")],
            capture_output=True,
            text=True,
            check=False,
            timeout=360,
            cwd=tmp_path,
            env={**inherited, "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1", VARIABLE: kernels},
        )
        if cut and not any(word in done.stderr for word in ("Traceback", "winitgen")):
            assert done.returncode in {0, -signal.SIGABRT}
        else:
            assert (0, "") == (done.returncode, done.stderr)
        return done.stdout

    return run
