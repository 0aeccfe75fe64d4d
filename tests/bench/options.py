"""What the command line of the benchmarks says."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
SPECS = HERE.parents[1] / "specs"


class Installed(NamedTuple):
    """An interpreter that has winitgen."""

    python: Path

    @property
    def command(self) -> list[object]:
        """The command that was installed beside the interpreter, or else its module."""
        script = self.python.parent / "winitgen"
        return [script] if script.exists() else [self.python, "-P", "-m", "winitgen"]


class Options(NamedTuple):
    """What the groups are told; ``directory`` is removed at the end."""

    runs: int
    quick: bool
    directory: Path
    ours: Installed
    former: Installed | None
    peers: Path


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    reads = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Measure winitgen beside PyTorch, NumPy, JAX, Keras, a former build, and the machine's limits.",
    )
    reads.add_argument("--list", action="store_true", help="list the groups, and measure nothing")
    reads.add_argument("--only", metavar="GROUP", action="append", help="measure this group; may be repeated")
    reads.add_argument(
        "--quick",
        action="store_true",
        help="small sizes, 3 runs, and other libraries once: two or three minutes",
    )
    reads.add_argument("--runs", type=positive, help="timed runs of each contender (7, or 3 if --quick)")
    reads.add_argument(
        "--directory", type=Path, help="where files are written (the system's temporary folder)"
    )
    reads.add_argument(
        "--python", type=interpreter, metavar="FILE", help="the interpreter of a former build, shown beside"
    )
    reads.add_argument(
        "--peers",
        type=interpreter,
        metavar="FILE",
        default=Path(sys.executable),
        help="the interpreter that has the peers (this one)",
    )
    outputs(reads)
    return reads


def outputs(reads: argparse.ArgumentParser) -> None:
    """Add the options that say what is written where."""
    reads.add_argument("--json", type=Path, metavar="FILE", default=Path("bench.json"), help="(%(default)s)")
    reads.add_argument(
        "--add", action="store_true", help="keep what the JSON has of other groups, of a run like this one"
    )
    reads.add_argument("--plot", type=Path, metavar="FILE", default=Path("bench.png"), help="(%(default)s)")
    reads.add_argument("--markdown", type=Path, metavar="FILE", help="the table for a page")
    reads.add_argument(
        "--from", dest="earlier", type=Path, metavar="FILE", help="measure nothing: show the JSON of a run"
    )


def positive(text: str) -> int:
    """Return a number of runs."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of runs; it must be 1 or more")
    return int(text)


def interpreter(text: str) -> Path:
    """Return an interpreter's path, not resolved: that of a virtual environment is a link out of it."""
    path = Path(text).absolute()
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file '{text}'; name a Python, as in .venv/bin/python")
    return path
