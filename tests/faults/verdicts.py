"""Disturbs one run, and checks what it has left."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.kernel import WRITING
from tests.faults.points import Point
from tests.faults.scenes import ENVIRONMENT, LEFTOVER, Case, State, build, look
from tests.faults.tracer import Traced

RETRIED = frozenset(
    {"openat O_TMPFILE", "openat O_CREAT", "pwrite64", "write", "fsync", "fallocate", "fchmod"}
)
"""The calls that may be interrupted and are then retried."""

CLEANING = frozenset({"unlink", "unlinkat", "rmdir", "sync_file_range"})
"""The calls whose failure costs no byte of the output: at worst the next run reports a leftover."""


TOGETHER = ({"openat", "fsync", "close"}, {"pwrite64", "sync_file_range"})
"""Calls that threads make at once, so that their order may change."""


def killed(point: Point) -> str:
    """Send the signal of a point; return what is wrong afterwards, or nothing."""
    with TemporaryDirectory(prefix="winitgen-faults-") as name:
        folder, case = Path(name), point.scenario.case
        home = build(case, folder)
        run = point.scenario.run(folder, {point.index: point.action})
        state = look(case, folder, home)
        wrong = _call_met(point, run) or _ended(point, run) or _left(point, state)
        return wrong or next_run(case, folder, home, state)


def failed(point: Point) -> str:
    """Make the call of a point fail; return what is wrong afterwards, or nothing."""
    with TemporaryDirectory(prefix="winitgen-faults-") as name:
        folder, case = Path(name), point.scenario.case
        home = build(case, folder)
        run = point.scenario.run(folder, {point.index: point.action}, reading=True)
        state = look(case, folder, home)
        wrong = _call_met(point, run)
        if not wrong:
            point = point._replace(call=run.calls[point.index])
            wrong = _wrong_end(point, run) or _kept(point, run, state)
        return wrong or next_run(case, folder, home, state)


def next_run(case: Case, folder: Path, home: Path, state: State) -> str:
    """Write the output once more, undisturbed: leftovers are reported in one line, and stay."""
    reported = ""
    if state.leftovers:
        # The target of a link is not beside the link, so its folder is reported too.
        where = f"{home.resolve()}/" if case.target in {"link", "dangling"} else ""
        command = [*case.command(), "--force"]
        run = subprocess.run(
            command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=60
        )
        reported = leftover_line(f"{where}{state.leftovers[0]}", len(state.leftovers))
        if (run.returncode, run.stdout, run.stderr) != (0, f"{case.output}\n", reported):
            return f"the next run ended with {run.returncode} and said {run.stderr!r}, not {reported!r}"
    else:
        case.write(folder)
    after = look(case, folder, home)
    return "" if after == State("new", state.leftovers, ()) else f"the next run left {after}"


def leftover_line(first: str, count: int) -> str:
    """Return the message of a run about leftovers of others."""
    if count == 1:
        return (
            f"winitgen: {first} was left by a run that was killed, or belongs to one that is still writing; "
            "remove it if none is\n"
        )
    return (
        f"winitgen: {first} and {count - 1} more were left by runs that were killed, or belong to some that "
        "are still writing; remove them if none is\n"
    )


def _call_met(point: Point, run: Traced) -> str:
    """Check that the call is the same as in the undisturbed run."""
    found = run.calls[point.index].name if point.index < len(run.calls) else "none"
    names = {found, point.call.name}
    threads = point.scenario.case.format == "folder" or point.scenario.case.model == "large"
    if len(names) == 1 or (threads and any(names <= together for together in TOGETHER)):
        return ""
    return f"met another call: {found}"


def _ended(point: Point, run: Traced) -> str:
    number = point.action.number
    code = -signal.SIGKILL if number == signal.SIGKILL else 128 + number
    if (run.code, run.err) != (code, ""):
        return f"ended with {run.code} and said {run.err!r}"
    return ""


def _left(point: Point, state: State) -> str:
    """Check the state after a signal: SIGKILL acts before the call, other signals after it."""
    expected = point.expected
    if point.action.number != signal.SIGKILL:
        expected = "new" if point.publishes or expected == "new" else point.scenario.before
        if state.leftovers:
            return f"left {state.leftovers}"
    elif state.leftovers and point.scenario.way == "unnamed" and not point.scenario.case.replaces:
        return f"left {state.leftovers}"
    if state.holds != expected or state.strangers or len(state.leftovers) > 2:
        return f"left {state}, not {expected!r}"
    return ""


def _wrong_end(point: Point, run: Traced) -> str:
    """Check how a run ended in which one call failed."""
    name, number = point.call.name, point.action.number
    fine = (0, f"{point.scenario.case.output}\n", "")
    if point.action.kind == "short" or name in CLEANING or (number == errno.EINTR and name in RETRIED):
        wanted = [fine]
    else:
        what = "standard output" if point.call.file == "stdout" else point.scenario.case.output
        cause = os.strerror(number or errno.ENOSPC)
        wanted = [(3, "", f"winitgen: cannot write {what}: {cause}\n")]
        if name not in WRITING and "O_" not in name:  # a failed look may be harmless, or name what it read
            index = f"winitgen: cannot replace {what}: cannot read {what}index.json: {cause}\n"
            folder = f"winitgen: cannot replace {what}: cannot read {what}: {cause}\n"
            wanted += [fine, (3, "", index), (3, "", folder)]
    found = (run.code, run.out, run.err)
    return "" if found in wanted else f"ended with {run.code} and said {run.err!r}"


def _kept(point: Point, run: Traced, state: State) -> str:
    """Check the state after a failed call."""
    expected = "new" if run.code == 0 or point.expected == "new" else point.scenario.before
    # What is wrong with a look at the old folder has the folders exchanged back.
    back = run.code and point.call.name == "openat" and state.holds == point.scenario.before
    if (state.holds != expected and not back) or state.strangers:
        return f"left {state}, not {expected!r}"
    removed = point.expected == "new" and LEFTOVER.fullmatch(
        point.call.file
    )  # the old folder, about to be removed
    if state.leftovers and not removed and point.call.name not in CLEANING:
        return f"left {state.leftovers}"
    return ""
