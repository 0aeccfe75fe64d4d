"""Three writers race for one name: the final output is complete, and from one of the three."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.faults.scenes import ENVIRONMENT, FORMATS, LEFTOVER, Case, build, content, read

SEEDS = (0, 1, 2)


class Race(NamedTuple):
    """One round of a case; an existing output is replaced by all three."""

    case: Case
    round: int

    def __str__(self) -> str:
        return f"round {self.round}, {self.case.format}, {self.case.target}"


def races(rounds: int) -> Iterator[Race]:
    """Yield ``rounds`` rounds of each format, without and with an old output."""
    for number in range(rounds):
        for format_ in FORMATS:
            yield from (Race(Case(format_, target), number) for target in ("absent", "existing"))


def run(race: Race) -> str:
    """Run three processes at once; return what is wrong afterwards, or nothing."""
    case = race.case
    with TemporaryDirectory(prefix="winitgen-faults-") as name:
        folder = Path(name)
        build(case, folder)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        writers = [
            subprocess.Popen(case.command(seed=seed), cwd=folder, env=ENVIRONMENT, **pipes) for seed in SEEDS
        ]
        ends = []
        for seed, writer in zip(SEEDS, writers, strict=True):
            out, err = writer.communicate(timeout=60)
            ends.append((seed, writer.returncode, out, err))
        holds = read(folder / case.name)
        others = [path.name for path in folder.iterdir() if path.name != case.name]
    whole = [seed for seed in SEEDS if holds == content(case, seed)]
    wrong_ends = [wrong for end in ends if (wrong := _wrong_end(case, *end))]
    winners = [seed for seed, code, _, _ in ends if code == 0]
    if wrong_ends or others or len(whole) != 1 or whole[0] not in winners:
        return f"holds {whole}, beside {others}, ends {ends}"
    return "" if case.replaces or len(winners) == 1 else f"several won: {winners}"


def _wrong_end(case: Case, seed: int, code: int, out: str, err: str) -> str:
    """Return what is wrong with how a writer ended."""
    # Another writer's temporary name may be seen, and is then reported.
    lines = [line for line in err.splitlines() if not _sees_another(line)]
    if code == 0:
        return "" if (out, lines) == (f"{case.output}\n", []) else f"{seed}: {lines}"
    refusals = (
        rf"winitgen: {case.output} appeared while it was being written(; --force replaces it)?",
        rf"winitgen: {case.output} exists and differs(: its seed is \d, not {seed})?; --force replaces it",
    )
    fine = code == 3 and not case.replaces and len(lines) == 1
    return "" if fine and any(re.fullmatch(text, lines[0]) for text in refusals) else f"{seed}: {lines}"


def _sees_another(line: str) -> bool:
    words = line.removeprefix("winitgen: ").split(" ")
    return bool(LEFTOVER.fullmatch(words[0])) and line.endswith(" if none is")
