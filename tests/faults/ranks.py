"""Kills a rank at a random time, beside the others, and runs it again: the bytes are those of one process."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import winitgen
from tests.faults.scenes import ENVIRONMENT, HERE

SPEC = HERE / "rank_shards.yaml"
SIZE = "2MB"
INDEX = "model.safetensors.index.json"
_LONGEST = 0.9
"""Seconds that a rank takes on an idle machine; the tests do not depend on it."""


class RankKill(NamedTuple):
    """A SIGKILL to rank 0 of several; ``number`` seeds the random time. Rank 0 may have a twin."""

    ranks: int
    number: int
    twin: bool

    def __str__(self) -> str:
        return f"kill {self.number} of {self.ranks} ranks{' with a twin' if self.twin else ''}"


def kills(count: int) -> Iterator[RankKill]:
    """Yield ``count`` kills, of 2 and 8 ranks in turn, every third time with a twin of the rank that is killed."""
    for number in range(count):
        yield RankKill((2, 8)[number % 2], number, number % 3 == 0)


def killed(kill: RankKill) -> str:
    """Kill a rank, check that no index comes, run it again, finalize; return what is wrong, or nothing."""
    with TemporaryDirectory(prefix="winitgen-faults-") as name:
        folder = Path(name)
        others = [start(folder, rank, kill.ranks) for rank in range(1, min(kill.ranks, 3))]
        others += [start(folder, 0, kill.ranks)] if kill.twin else []
        victim = start(folder, 0, kill.ranks)
        time.sleep(random.Random(kill.number).uniform(0, _LONGEST))  # noqa: S311
        victim.send_signal(signal.SIGKILL)
        victim.communicate(timeout=60)
        if wrong := _ends(others):
            return wrong
        early = finalize(folder)
        whole = {path for path in content() if path != INDEX} <= set(os.listdir(folder / "out"))
        if (early.returncode == 0) != whole:
            return f"finalize ended with {early.returncode} beside {sorted(os.listdir(folder / 'out'))}"
        if wrong := _ends([start(folder, rank, kill.ranks) for rank in range(kill.ranks)]):
            return wrong
        last = finalize(folder)
        if last.returncode or last.stderr:
            return f"finalize ended with {last.returncode} and said {last.stderr!r}"
        found = read(folder / "out")
        return "" if found == content() else f"left {sorted(found)}, or other bytes"


def start(folder: Path, rank: int, ranks: int) -> subprocess.Popen[str]:
    """Start a rank."""
    call = [sys.executable, "-P", "-m", "winitgen", "init", str(SPEC), "-o", "out/"]
    options = ["--max-shard-size", SIZE, "--rank", str(rank), "--world-size", str(ranks), "--quiet"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([*call, *options], cwd=folder, env=ENVIRONMENT, **pipes)  # type: ignore[call-overload,no-any-return]


def finalize(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run ``winitgen finalize``."""
    call = [sys.executable, "-P", "-m", "winitgen", "finalize", "out/"]
    (folder / "out").mkdir(exist_ok=True)
    return subprocess.run(call, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)


def _ends(runs: Sequence[subprocess.Popen[str]]) -> str:
    """Wait for ranks; return what is wrong with how they end."""
    ends = [(run.communicate(timeout=120)[1], run.returncode) for run in runs]
    return next((f"a rank ended with {code} and said {err!r}" for err, code in ends if code or err), "")


def read(folder: Path) -> dict[str, bytes]:
    """Return the content of each file, but of what a killed rank may leave."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name[0] != "."}


@cache
def content() -> dict[str, bytes]:
    """Return what one process writes."""
    with TemporaryDirectory(prefix="winitgen-faults-") as name:
        out = Path(name) / "out"
        winitgen.write(SPEC, f"{out}/", max_shard_size=SIZE)
        return read(out)
