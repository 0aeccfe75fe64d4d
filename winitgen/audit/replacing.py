"""Replacements in names by regular expressions, and the process that makes them for another one.

Python stops no search of its own, so that this process ends when it has taken too long.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence

Rules = Sequence[tuple[re.Pattern[str], str]]
"""Patterns, each with what takes the place of its first match."""

Step = tuple[str | None, int]
"""What one replacement makes of a name, None if that is too long; and whether it fits, 1 or 0."""


def steps(rules: Rules, names: Sequence[str], longest: int) -> Iterator[Step]:
    """Yield each replacement in each name, up to the first that makes a name of more than ``longest`` characters."""
    for name in names:
        for pattern, replacement in rules:
            before = len(name)
            name, count = pattern.subn(replacement, name, count=1)  # noqa: PLW2901  # the next one goes on with it
            if len(name) > max(longest, before):
                yield None, count
                return
            yield name, count


def main() -> None:
    """Read rules, names and limits as JSON, and write each step as a line of JSON, at once: the last one tells where time ran out."""
    import json

    texts, names, longest, seconds = json.load(sys.stdin)
    rules = [(re.compile(old), new) for old, new in texts]
    _limit(seconds)
    for step in steps(rules, names, longest):
        print(json.dumps(step), flush=True)


def _limit(seconds: float) -> None:
    """Let the system end this process after so much processor time; Windows, after so much time."""
    if sys.platform == "win32":
        import faulthandler

        faulthandler.dump_traceback_later(seconds, exit=True)
    else:
        import signal

        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)
