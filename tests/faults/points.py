"""Every point at which a run can be disturbed, and how, found by one undisturbed run."""

from __future__ import annotations

import errno
import signal
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.faults.kernel import ALL, WRITING
from tests.faults.scenes import ENVIRONMENT, FORMATS, LEFTOVER, TARGETS, Case, build
from tests.faults.tracer import Action, Call, Traced, trace

SIGNALS = tuple(Action("signal", number) for number in (signal.SIGKILL, signal.SIGINT, signal.SIGTERM))
ERRORS = tuple(Action("error", number) for number in (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EINTR))
SHORT = (Action("short", 1), Action("short", 7))
NOTHING_WRITTEN = Action("error", 0)
"""The call returns 0, as on a full device."""

_NO_SUCH_CALL = Action("error", errno.EOPNOTSUPP)
WAYS = {
    "unnamed": {},
    "named": {"openat O_TMPFILE": _NO_SUCH_CALL},
    "no links": {"openat O_TMPFILE": _NO_SUCH_CALL, "linkat": Action("error", errno.EPERM)},
    "exchange": {},
    "in turn": {"renameat2": Action("error", errno.EINVAL)},
}
"""How a new file or folder gets its name, and which calls must fail for that. Files: without a name
until they are complete, with a temporary name, and without hard links. Folders: by an exchange, and by two
renames."""

_PUBLISHING = {"linkat", "rename", "renameat", "renameat2"}


class Scenario(NamedTuple):
    """A case, and one of the `WAYS` to write it."""

    case: Case
    way: str

    def run(self, folder: Path, at: dict[int, Action] | None = None, *, reading: bool = False) -> Traced:
        """Run the command once in a folder that `build` has prepared; ``reading`` calls are counted too."""
        options = ["--threads", "3"] if self.case.model == "large" else []
        command = self.case.command(*options)
        return trace(command, folder, ENVIRONMENT, at, WAYS[self.way], ALL if reading else WRITING)

    @property
    def before(self) -> str:
        """What exists under the name before the run, as in `State`."""
        return "old" if self.case.replaces else "nothing"


class Point(NamedTuple):
    """One disturbance: the number of a call, and what happens there."""

    scenario: Scenario
    index: int
    call: Call
    action: Action
    expected: str
    """What exists under the name if the run ends before this call, as in `State`."""
    publishes: bool
    """Whether the call is the one that gives the output its name."""

    def __str__(self) -> str:
        case, way = self.scenario
        return f"{case.format}, {case.target}, {case.model}, {way}: {self.action} at call {self.index}, {self.call}"


LARGE = tuple(
    Scenario(Case(format_, "absent", "large"), "unnamed") for format_ in ("safetensors", "npz", "keras")
)
"""Outputs written by several threads."""


def scenarios() -> Iterator[Scenario]:
    """Yield each format with each target and each possible way."""
    for format_ in FORMATS:
        for target in TARGETS:
            case = Case(format_, target)
            if format_ != "folder":
                ways = ["unnamed", "named"] if case.replaces else ["unnamed", "named", "no links"]
            else:
                ways = ["exchange", "in turn"] if case.replaces else ["exchange"]
            yield from (Scenario(case, way) for way in ways)


@cache
def undisturbed(scenario: Scenario, reading: bool = False) -> Traced:
    """Run a scenario in a folder of its own and return what it did."""
    with TemporaryDirectory(prefix="winitgen-faults-") as name:
        build(scenario.case, Path(name))
        run = scenario.run(Path(name), reading=reading)
    if (run.code, run.err) != (0, ""):
        raise RuntimeError(f"{scenario} ended with {run.code} and said {run.err!r}")
    return run


def kill_points(scenario: Scenario) -> list[Point]:
    """Return each signal at each call that changes something."""
    return list(_kill_points(scenario))


def error_points(scenario: Scenario) -> list[Point]:
    """Return each possible error at each call, and short writes."""
    return list(_error_points(scenario))


def _kill_points(scenario: Scenario) -> Iterator[Point]:
    calls = undisturbed(scenario).calls
    for index, call in enumerate(calls):
        yield from (
            Point(scenario, index, call, action, *_after(scenario, calls, index)) for action in SIGNALS
        )


def _error_points(scenario: Scenario) -> Iterator[Point]:
    calls = undisturbed(scenario, reading=True).calls
    for index, call in enumerate(calls):
        state = _after(scenario, calls, index)
        for action in ERRORS if call.name in WRITING or "O_" in call.name else ERRORS[1:2]:
            yield Point(scenario, index, call, action, *state)
        if call.name == "pwrite64":
            yield from (Point(scenario, index, call, action, *state) for action in (*SHORT, NOTHING_WRITTEN))


def _after(scenario: Scenario, calls: Sequence[Call], count: int) -> tuple[str, bool]:
    """Return what exists under the name after ``count`` calls, and whether the next one publishes."""
    name = scenario.case.name
    last = max(index for index, call in enumerate(calls) if call.name in _PUBLISHING and call.file == name)
    if count > last:
        return "new", False
    aside = [index for index, call in enumerate(calls) if call.name == "rename" and LEFTOVER.match(call.file)]
    return "nothing" if aside and count > aside[0] else scenario.before, count == last


def sample(points: Iterable[Point], every: int) -> list[Point]:
    """Return an evenly spaced sample of the points, with at least one of each kind.

    A kind is a call with an action, an action with a format and a way, and a format with a target, for
    signals with the signal.
    """
    points = list(points)
    chosen: dict[tuple[str, ...], Point] = {}
    for point in points:
        case, way = point.scenario
        action = str(point.action)
        chosen.setdefault((point.call.name, action), point)
        chosen.setdefault((case.format, "way", way, action), point)
        kind = (case.format, case.target, action if point.action.kind == "signal" else "")
        chosen.setdefault(kind, point)
    return list(dict.fromkeys([*chosen.values(), *points[::every]]))
