"""Temporary files that a killed run left beside its output: reported, never removed."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence

from winitgen.files.output.atomic import TEMPORARY_ENDING, temporary_stem


def leftovers(path: str | os.PathLike[str]) -> str:
    """Return one line about the temporary files and folders for ``path``; empty if there are none.

    It cannot tell whether a run is still writing to one of them. Output names too long to fit into
    a temporary name are confused if they begin alike.
    """
    shown = os.fspath(path).rstrip("/")
    parent, name = os.path.split(os.path.realpath(shown))
    try:
        names = os.listdir(parent)
    except OSError:  # writing reports the reason
        return ""
    stem = temporary_stem(name)
    found = [other for other in names if other.startswith(stem)]
    found = sorted(other for other in found if re.fullmatch(TEMPORARY_ENDING, other[len(stem) :]))
    where = parent if os.path.islink(shown) else os.path.dirname(shown)
    return _line([os.path.join(where, other) for other in found])


def leftover_shards(folder: str, are_of: Callable[[str], bool]) -> str:
    """Return such a line about files in a folder; ``are_of`` tells whether a name is one of the output's."""
    try:
        names = os.listdir(folder or ".")
    except OSError:  # no folder yet, or writing reports the reason
        return ""
    stem = re.escape(temporary_stem("")[1:])
    fitting = (re.fullmatch(rf"\.(.+){stem}{TEMPORARY_ENDING}", name) for name in names)
    return _line(sorted(os.path.join(folder, found[0]) for found in fitting if found and are_of(found[1])))


def _line(found: Sequence[str]) -> str:
    if not found:
        return ""
    if len(found) == 1:
        return (
            f"{found[0]} was left by a run that was killed, or belongs to one that is still writing; "
            "remove it if none is"
        )
    return (
        f"{found[0]} and {len(found) - 1} more were left by runs that were killed, or belong to some that are "
        "still writing; remove them if none is"
    )
