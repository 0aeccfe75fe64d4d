"""Starts four processes that are ranks of one group, and waits for all of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}


def run_ranks(module: str, folder: Path, world: int = 4, seconds: float = 900) -> list[dict[str, Any]]:
    """Return what each rank wrote; raise `AssertionError` with the text of a rank that failed."""
    ranks = []
    for rank in range(world):
        with (folder / f"{rank}.txt").open("w") as errors:
            command = [sys.executable, "-m", module, str(folder), str(rank)]
            ranks.append(subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stderr=errors))
    try:
        ended = _wait(ranks, time.monotonic() + seconds)
    finally:
        for process in ranks:
            process.kill()
            process.wait()
    texts = [f"rank {number}:\n{(folder / f'{number}.txt').read_text()}" for number in range(world)]
    assert ended == 0, "\n".join(texts)
    return [json.loads((folder / f"{rank}.json").read_text()) for rank in range(world)]


def _wait(ranks: Sequence[subprocess.Popen[bytes]], end: float) -> int | None:
    """Return 0 once all have ended well, the exit code of one that failed at once, and None if they take too long."""
    while time.monotonic() < end:
        codes = [rank.poll() for rank in ranks]
        if wrong := [code for code in codes if code]:
            return wrong[0]
        if None not in codes:
            return 0
        time.sleep(0.05)
    return None
