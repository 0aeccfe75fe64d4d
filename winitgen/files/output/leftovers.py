"""Temporary files that a killed run left beside its output: reported, never removed."""

from __future__ import annotations

import os
import re

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
    if not found:
        return ""
    first = os.path.join(parent if os.path.islink(shown) else os.path.dirname(shown), found[0])
    if len(found) == 1:
        return (
            f"{first} was left by a run that was killed, or belongs to one that is still writing; "
            "remove it if none is"
        )
    return (
        f"{first} and {len(found) - 1} more were left by runs that were killed, or belong to some that are "
        "still writing; remove them if none is"
    )
