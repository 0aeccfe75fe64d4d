"""Sends a signal to a run at a random time, and checks what is left."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.faults.scenes import ENVIRONMENT, FORMATS, TARGETS, Case, build, look
from tests.faults.verdicts import next_run

_LONGEST = {"small": 0.25, "large": 0.6}
"""Seconds that a run takes on an idle machine; the tests do not depend on it."""


class Moment(NamedTuple):
    """A signal to a run of a case; ``number`` seeds the random time."""

    case: Case
    signal: int
    number: int

    def __str__(self) -> str:
        return f"{signal.Signals(self.signal).name} at random time {self.number}, {self.case}"


def moments(count: int) -> Iterator[Moment]:
    """Yield ``count`` moments, cycling through all formats, targets, models and signals."""
    cases = [Case(format_, target, model) for model in _LONGEST for target in TARGETS for format_ in FORMATS]
    signals = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM)
    for number in range(count):
        yield Moment(cases[number // 3 % len(cases)], signals[number % 3], number)


def killed(moment: Moment) -> str:
    """Send the signal; return what is wrong afterwards, or nothing."""
    case = moment.case
    delay = random.Random(moment.number).uniform(0, _LONGEST[case.model])  # noqa: S311
    with TemporaryDirectory(prefix="winitgen-faults-") as name:
        folder = Path(name)
        home = build(case, folder)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        with subprocess.Popen(case.command(), cwd=folder, env=ENVIRONMENT, **pipes) as process:
            if moment.signal == signal.SIGINT:
                _wait_until_loaded(process)
            time.sleep(delay)
            process.send_signal(moment.signal)
            _, err = process.communicate(timeout=60)
        state = look(case, folder, home)
        # Before winitgen handles signals, and after it is done, a signal ends it like any program.
        if process.returncode not in {0, -moment.signal, 128 + moment.signal} or err:
            return f"ended with {process.returncode} and said {err!r}"
        before = "old" if case.replaces else "nothing"
        if state.strangers or state.holds not in {before, "new"} or len(state.leftovers) > 1:
            return f"left {state}"
        if state.leftovers and moment.signal != signal.SIGKILL:
            return f"left {state.leftovers}"
        return next_run(case, folder, home, state)


def _wait_until_loaded(process: subprocess.Popen[str]) -> None:
    """Wait until winitgen's own code runs, because before that Python itself handles SIGINT."""
    for _ in range(10_000):
        if process.poll() is not None or _catches(process.pid, signal.SIGTERM):
            return
        time.sleep(0.001)


def _catches(process: int, number: int) -> bool:
    text = Path(f"/proc/{process}/status").read_text()
    caught = next((line.split()[1] for line in text.splitlines() if line.startswith("SigCgt:")), "0")
    return bool(int(caught, 16) >> (number - 1) & 1) if os.path.exists(f"/proc/{process}") else False
