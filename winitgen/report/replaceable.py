"""Which existing files a report or a plot may replace: those that winitgen wrote as one, and empty ones."""

from __future__ import annotations

import os

from winitgen.errors import UsageError
from winitgen.report.files import ending_of
from winitgen.report.marks import MARKS

_NEAR = 1 << 16
"""Bytes in which the mark of a page or a plot is looked for: at its beginning, where the title of a plot stands before it, or
at the end of a PDF, whose list of offsets stands behind it."""


def refuse_other_kind(path: str, what: str, *, force: bool) -> None:
    """Raise `UsageError` if a report would replace a file that is none, or, by a link, one of another kind.

    ``what`` is the kind of file for the message. With ``force`` any file with its ending may be replaced.
    """
    end = os.path.realpath(path)
    if ending_of(end) != ending_of(path):
        raise UsageError(f"{path}: it is a link to {end}, another kind of file; give it another name")
    if not force and not _is_report(path):
        raise UsageError(
            f"{path}: it exists and is no {what} of winitgen; give it another name, or replace it with --force"
        )


def _is_report(path: str) -> bool:
    """Return whether a file may be replaced: a report or a plot of winitgen, an empty file, or none."""
    if not os.path.isfile(path) or not os.path.getsize(path):
        return True
    from winitgen.files.input.opening import reading

    ending = ending_of(path)
    mark = MARKS[ending].encode()
    with reading(path), open(path, "rb") as file:
        if ending == ".json":
            text = file.read()
            return text.startswith(b'{\n  "') and mark in text and b'\n  "seed": ' in text
        if ending == ".md":
            file.seek(-min(len(mark), os.path.getsize(path)), os.SEEK_END)
        if ending == ".pdf":
            file.seek(-min(_NEAR, os.path.getsize(path)), os.SEEK_END)
        return mark in file.read(_NEAR)
