"""A program for the tracer to follow, and writers with mistakes that the verdicts must find."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults import verdicts
from tests.faults.kernel import ALL
from tests.faults.points import Point, Scenario, error_points, kill_points, undisturbed
from tests.faults.scenes import ENVIRONMENT, ROOT, Case
from tests.faults.tracer import Action, Traced, trace

KILL = Action("signal", signal.SIGKILL)
SCENARIO = Scenario(Case("safetensors", "existing"), "unnamed")

WRITERS = {
    "in place": """
import os
from contextlib import contextmanager
from winitgen.files.output import atomic
@contextmanager
def new_file(path, size, *, fsync=True, replace=False):
    with atomic.writing(path):
        fd = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_RDWR)
        yield fd
        os.fsync(fd)
        os.rename(path, path)
atomic.new_file = new_file
""",
    "name left behind": """
from winitgen.files.output import atomic
atomic._unlink = lambda temporary, folder: None
""",
    "short writes believed": """
import os
from winitgen.files.output import sinks
sinks.into_file = lambda fd, *, early: lambda offset, content: os.pwrite(fd, content, offset) >= 0
""",
    "errors of the disk ignored": """
import os
def fsync(fd, real=os.fsync):
    try:
        real(fd)
    except OSError:
        pass
os.fsync = fsync
""",
    "signal taken for a bug": """
import signal
from winitgen.cli import signals
signals._terminate = signal.default_int_handler
""",
}
"""Code that runs before winitgen does, each with one mistake."""


def judged(writer: str) -> int:
    """Plant one of the `WRITERS`; return the number of points at which the verdicts find an error."""
    with TemporaryDirectory(prefix="winitgen-faults-") as name:
        (Path(name) / "sitecustomize.py").write_text(WRITERS.get(writer, ""))
        ENVIRONMENT["PYTHONPATH"] = f"{name}:{ROOT}"
        undisturbed.cache_clear()
        try:
            _check_planted()
            kills = [verdicts.killed(point) for point in _telling(kill_points(SCENARIO))]
            errors = [verdicts.failed(point) for point in _telling(error_points(SCENARIO))]
        finally:
            ENVIRONMENT["PYTHONPATH"] = str(ROOT)
            undisturbed.cache_clear()
    return sum(map(bool, kills + errors))


def _check_planted() -> None:
    """Raise `AssertionError` if a mistake cannot be planted, as Python's own message would be judged instead."""
    started = subprocess.run(
        [sys.executable, "-P", "-c", ""], env=ENVIRONMENT, check=True, capture_output=True
    )
    assert started.stderr == b"", started.stderr.decode()


_TELLING = {
    ("pwrite64", KILL),
    ("rename", KILL),
    ("linkat", Action("signal", signal.SIGTERM)),
    ("pwrite64", Action("short", 7)),
    ("fsync", Action("error", errno.EIO)),
}


def _telling(points: list[Point]) -> list[Point]:
    """Return a few points such that each mistake fails at one: the last of each kind that changes something."""
    last = {(point.call.name, point.action): point for point in points if point.expected == "old"}
    return [point for kind, point in last.items() if kind in _TELLING]


PROGRAM = """
import os
fd = os.open("file", os.O_CREAT | os.O_RDWR)
for text in (b"abcdef", b"ghijkl"):
    try:
        print(os.pwrite(fd, text, 0), flush=True)
    except OSError as error:
        print(error.strerror, flush=True)
"""


def followed(at: dict[int, Action]) -> tuple[Traced, bytes]:
    """Trace a program that creates a file and writes six bytes twice; return its end and the file's content."""
    with TemporaryDirectory(prefix="winitgen-faults-") as name:
        command = [sys.executable, "-I", "-S", "-c", PROGRAM]
        run = trace(command, Path(name), ENVIRONMENT, at, watched=ALL - {"close"})
        return run, (Path(name) / "file").read_bytes()
