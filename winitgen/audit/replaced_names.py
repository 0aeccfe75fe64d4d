"""What names become by replacements, each search within a bound of time."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NamedTuple

from winitgen.audit.replacing import Rules, Step, steps
from winitgen.errors import UsageError
from winitgen.spec.mistakes import show

SECONDS = 10.0
"""The most processor time for all names of a file; those of a model take a hundredth of it."""

LONGEST_NAME = 10_000
"""The most characters of a name after each replacement: replacements that double it would soon fill the memory."""

_ADVICE = "write one that can match in one way only, without a repetition inside of a repetition"
_CODE = "import sys; sys.path[:] = sys.argv[1:]; from winitgen.audit.replacing import main; main()"


class Replaced(NamedTuple):
    """What a name becomes, and the numbers of the replacements that fit it."""

    name: str
    fitting: Sequence[int] = ()


def replaced_names(rules: Rules, names: Sequence[str]) -> list[Replaced]:
    r"""Return what each name becomes when all replacements are made, one after another.

    Raises `UsageError` for a replacement that makes a name of more than `LONGEST_NAME` characters, and for a search that
    takes too long: an expression such as ``(a|aa)*b`` has twice as many ways to fail with each two letters of a name.

    >>> import re
    >>> replaced_names([(re.compile("gamma$"), "weight")], ["a.gamma", "b"])
    [Replaced(name='a.weight', fitting=[0]), Replaced(name='b', fitting=[])]
    """
    made = iter(_made(rules, names) if rules and names else ())
    found = []
    for name in names:
        new, fitting = name, []
        for number, (pattern, replacement) in enumerate(rules):
            rule = f"rename {show(f'{pattern.pattern}={replacement}')}"
            step = next(made, None)
            if step is None:
                raise UsageError(f"{rule} takes too long on the name {show(new)}; {_ADVICE}")
            if step[0] is None:
                raise UsageError(
                    f"{rule} makes a name of more than {LONGEST_NAME:,} characters; write a shorter replacement"
                )
            new = step[0]
            fitting += [number] * step[1]
        found.append(Replaced(new, fitting))
    return found


def _made(rules: Rules, names: Sequence[str]) -> list[Step]:
    """Return the steps, as far as they were made in time; without a Python to start, in this process, in any time."""
    found = _in_time(rules, names)
    return [*steps(rules, names, LONGEST_NAME)] if found is None else found


def _in_time(rules: Rules, names: Sequence[str]) -> list[Step] | None:
    """Return the steps that a process of its own makes in time; None if there is no Python for one.

    A program that was packed into a file would start itself, and one that holds a Python may name anything as the Python
    that runs.
    """
    if not sys.executable or getattr(sys, "frozen", False):
        return None
    import json
    import subprocess
    from multiprocessing.spawn import get_executable

    texts = [(pattern.pattern, new) for pattern, new in rules]
    request = json.dumps([texts, names, LONGEST_NAME, SECONDS]).encode()
    python = os.fsdecode(get_executable() or sys.executable)  # another one may have been set
    call = [python, "-I", "-S", "-c", _CODE, *sys.path]
    try:
        done = subprocess.run(  # noqa: S603  # this Python, and no text of the user's
            call, input=request, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
        )
    except OSError:
        return None
    if done.returncode and not _was_stopped(done.returncode):
        return None
    *lines, _ = done.stdout.split(b"\n")  # the last one may have been cut off
    return [json.loads(line) for line in lines]


def _was_stopped(code: int) -> bool:
    """Tell whether a process ended because its time was over."""
    if sys.platform == "win32":
        return code == 1
    import signal

    return code == -signal.SIGPROF
