"""One process: its time, its memory, and what it prints."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from functools import cache
from typing import NamedTuple

from tests.bench.contenders import Contender

LEFT_OUT = (
    "PYTHONDONTWRITEBYTECODE",  # Python's compiled files belong to any start but the first
    "OMP_NUM_THREADS",  # a contender says itself how many threads it may have
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "WINITGEN_KERNELS",
)
"""Variables of the caller that no contender gets."""

KILOBYTE = 1024 if sys.platform == "linux" else 1
"""The unit of ``ru_maxrss`` in bytes: a Mac counts bytes."""


class Failed(Exception):
    """A contender that cannot do the work; the message says why."""


class Took(NamedTuple):
    """What one process took, and what it printed."""

    seconds: float
    processor: float
    megabytes: float
    printed: bytes


def measure(contender: Contender) -> Took:
    """Run a command once, from a clean slate: its output gone, and nothing left to be written to disk."""
    check(contender)
    remove(contender)
    inherited = {key: value for key, value in os.environ.items() if key not in LEFT_OUT}
    words = [str(word) for word in contender.command]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:  # files: a pipe may be full
        begun = time.perf_counter()
        process = subprocess.Popen(words, stdout=out, stderr=errors, env=inherited | contender.environment)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        if process.returncode:
            raise Failed(_last_line(errors.read()) or f"ended with {process.returncode}")
        printed = out.read()
    if not contender.keep:
        remove(contender)
    return Took(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * KILOBYTE / 1e6, printed)


def _last_line(text: bytes) -> str:
    """Return the last line of what a program complained, without paths of this machine's environments."""
    lines = text.decode(errors="replace").strip().splitlines()
    return lines[-1].strip()[:200] if lines else ""


def remove(contender: Contender) -> None:
    """Remove what a contender wrote, a file or a folder, and let the system write all else."""
    if contender.output is None:
        return
    if contender.output.is_dir():
        shutil.rmtree(contender.output)
    else:
        contender.output.unlink(missing_ok=True)
    os.sync()


def check(contender: Contender) -> None:
    """Raise `Failed` unless the program and the modules that it needs are there."""
    if contender.unable:
        raise Failed(contender.unable)
    program = str(contender.command[0])
    if shutil.which(program) is None:
        raise Failed(f"there is no {program}")
    absent = missing(program, contender.needs) if contender.needs else ()
    if absent:
        raise Failed(f"{' and '.join(absent)} missing")


@cache
def missing(python: str, modules: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of some modules that an interpreter does not find."""
    asks = "import sys; from importlib.util import find_spec; print(*[m for m in sys.argv[1:] if not find_spec(m)])"
    return tuple(subprocess.check_output([python, "-c", asks, *modules], text=True).split())
