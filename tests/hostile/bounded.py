"""How much time and memory short layer-specs take: ``python -m tests.hostile.bounded 2000`` runs so many random ones.

Those that are made by hand are in `bounded_cases`. Prints the slowest and the largest, and ends with 1 if one of them,
refused or not, takes more than is promised.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.hostile.bounded_cases import cases
from tests.hostile.bounded_specs import heavy
from tests.hostile.forks import Run, run_all

MOST_SECONDS = 5.0
MOST_MEGABYTES = 512.0
CODES = (0, 2, 3)
"""A plan, a mistake, and too little memory."""

_KILLED_AFTER = 30
_MEMORY = 2 << 30
_SHOWN = 8
_TOGETHER = 10


class Measured(NamedTuple):
    """What one command line took."""

    name: str
    run: Run

    @property
    def ended(self) -> bool:
        """Whether it ended by itself, within the memory that is promised."""
        return self.run.code in CODES and self.run.memory <= MOST_MEGABYTES

    @property
    def bounded(self) -> bool:
        """Whether it kept the whole promise, on a machine that does nothing else."""
        return self.ended and self.run.seconds <= MOST_SECONDS

    def __str__(self) -> str:
        said = self.run.err.decode(errors="replace").strip().splitlines() or ["planned"]
        return f"{self.run.seconds:6.2f} s {self.run.memory:5.0f} MB  exit {self.run.code}  {self.name}: {said[-1][:160]}"


def measure(specs: Iterable[tuple[str, str]], *commands: tuple[str, ...]) -> list[Measured]:
    """Run each command with each spec, and return what it took; a command that takes too much is ended."""
    every = list(specs)
    parts = [every[begin : begin + _TOGETHER] for begin in range(0, len(every), _TOGETHER)]
    return [one for part in parts for one in _measured(part, commands)]


def _measured(specs: Sequence[tuple[str, str]], commands: Sequence[tuple[str, ...]]) -> list[Measured]:
    """Measure processes that are forked from one, which has imported everything once."""
    calls = []
    with tempfile.TemporaryDirectory() as folder:
        for number, (_, text) in enumerate(specs):
            path = Path(folder, str(number), "model.yaml")
            path.parent.mkdir()
            path.write_text(text, encoding="utf-8", newline="")
            calls += [([*command, path.name], path.parent) for command in commands]
        runs = run_all(calls, (_KILLED_AFTER, _MEMORY))
    names = [f"{command[0]} {name}" for name, _ in specs for command in commands]
    return [Measured(*one) for one in zip(names, runs, strict=True)]


PLAN = ("plan",)
DRY_RUN = ("init", "--dry-run", "-o", "w.safetensors")


def main(count: int) -> int:
    """Measure the specs that are made by hand and ``count`` random ones; return the exit code."""
    found = measure([*cases().items(), *heavy(count)], PLAN, DRY_RUN)
    worst = [one for one in found if not one.bounded]
    print(f"{len(found)} runs; exit codes {dict(Counter(one.run.code for one in found))}")
    for what, key in (("slowest", lambda one: one.run.seconds), ("largest", lambda one: one.run.memory)):
        lines = [str(one) for one in sorted(found, key=key, reverse=True)[:_SHOWN]]
        print(f"The {what}:", *lines, sep="\n")
    print(f"Beyond the promise: {len(worst)}", *map(str, worst), sep="\n")
    return 1 if worst else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
