"""Times whole processes in turn, and prints their medians, ratios and peak memory as a table."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
SPECS = HERE.parents[1] / "specs"


class Contender(NamedTuple):
    """A command line under a name; ``output`` is what it writes, removed before every run."""

    name: str
    command: Sequence[str | Path]
    output: Path | None = None


class Run(NamedTuple):
    """How long one process took, and the most memory it held."""

    seconds: float
    megabytes: float


class Options(NamedTuple):
    """What every benchmark can be told."""

    runs: int
    directory: Path
    python: Path
    torch: Path

    @property
    def winitgen(self) -> Path:
        """The command that was installed beside the interpreter."""
        return self.python.parent / "winitgen"


@contextmanager
def options(description: str, runs: int) -> Iterator[Options]:
    """Give what the command line says, with a directory of its own that is removed at the end."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--runs", type=int, default=runs, help="timed runs of each (%(default)s)")
    parser.add_argument("--directory", type=Path, help="where files are written (the system's temporary one)")
    parser.add_argument("--python", default=sys.executable, help="an interpreter that has winitgen")
    parser.add_argument("--torch", default=sys.executable, help="an interpreter that has torch, safetensors")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.directory, prefix="winitgen-bench-") as directory:
        # Not resolved: the interpreter of a virtual environment is a link out of it.
        yield Options(
            given.runs, Path(directory), Path(given.python).absolute(), Path(given.torch).absolute()
        )


def measure(contender: Contender) -> Run:
    """Run a command once, from a clean slate: its output gone, and nothing left to be written to disk."""
    if contender.output is not None:
        if contender.output.is_dir():
            shutil.rmtree(contender.output)
        contender.output.unlink(missing_ok=True)
        os.sync()
    # Python's compiled files belong to any start but the first.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    process = subprocess.Popen(
        contender.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.stderr is not None
    with process.stderr as errors:
        if process.returncode:
            sys.exit(f"{contender.name} failed: {errors.read().decode()}")
    kilobyte = 1024 if sys.platform == "linux" else 1
    return Run(seconds, usage.ru_maxrss * kilobyte / 1e6)


def compare(contenders: Sequence[Contender], runs: int) -> None:
    """Run each once to warm up, then all in turn ``runs`` times; print them against the first."""
    for contender in contenders:
        measure(contender)
    taken: dict[str, list[Run]] = {contender.name: [] for contender in contenders}
    for _ in range(runs):
        for contender in contenders:
            taken[contender.name].append(measure(contender))
    width = max(map(len, taken))
    print(f"{'':{width}}   median s      min s   times the first   peak MB")
    first = statistics.median(run.seconds for run in taken[contenders[0].name])
    for name, measured in taken.items():
        seconds = [run.seconds for run in measured]
        median, peak = statistics.median(seconds), max(run.megabytes for run in measured)
        print(
            f"{name:{width}}   {median:8.4f}   {min(seconds):8.4f}   {median / first:15.2f}   {peak:7.0f}",
            flush=True,
        )
