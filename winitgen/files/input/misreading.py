"""Refuses a file from which values would be taken, if a loader could read other values of it, or refuse it."""

from __future__ import annotations

from winitgen.errors import UnreadableError
from winitgen.files.input.open_file import OpenFile
from winitgen.files.input.other_reading import ListedReading, misread


def refuse_misread(weights: OpenFile) -> None:
    """Raise `UnreadableError` if a loader may misread an open file, as far as its values have been read by now.

    A loader that goes by a list of all arrays reads what is taken here by the names.
    """
    clauses = misread(
        one for one in (*weights.others, *weights.late(False)) if not isinstance(one, ListedReading)
    )
    if clauses:
        more = f", and {len(clauses) - 1:,} more" if len(clauses) > 1 else ""
        raise UnreadableError(f"a loader may misread {weights.path}: {clauses[0]}{more}")
