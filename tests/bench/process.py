"""One process: its time, its memory, and what it prints."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from typing import NamedTuple

from tests.bench.contenders import Contender
from tests.bench.options import HERE

LEFT_OUT = (
    "PYTHONDONTWRITEBYTECODE",  # Python's compiled files belong to any start but the first
    "OMP_NUM_THREADS",  # a contender says itself how many threads it may have
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "WINITGEN_KERNELS",
)
"""Variables of the caller that no contender gets."""


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
    took, printed, errors = launched(contender, inherited | contender.environment)
    code = took.pop("code")
    if code:
        raise Failed(last_line(errors) or f"ended with {code:.0f}")
    if not contender.keep:
        remove(contender)
    return Took(**took, printed=printed)


def launched(contender: Contender, environment: dict[str, str]) -> tuple[dict[str, float], bytes, bytes]:
    """Run a command; return what it took, what it printed, and what it complained."""
    words = [str(word) for word in contender.command]
    files = tempfile.TemporaryFile  # not pipes, which may be full
    with files() as took, files() as out, files() as errors:
        launcher = [sys.executable, "-IS", str(HERE / "peers" / "launcher.py"), str(took.fileno())]
        subprocess.run(
            [*launcher, *words],
            check=True,
            stdout=out,
            stderr=errors,
            env=environment,
            pass_fds=[took.fileno()],
        )
        for file in (took, out, errors):
            file.seek(0)
        return json.loads(took.read()), out.read(), errors.read()


def last_line(text: bytes) -> str:
    """Return the last line of what a program complained, without the folders of this machine."""
    lines = text.decode(errors="replace").strip().splitlines()
    return re.sub(r"/(?:[\w.+-]+/)+", "", lines[-1].strip())[:200] if lines else ""


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
