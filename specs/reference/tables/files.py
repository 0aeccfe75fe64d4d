"""The table of the file formats."""

from __future__ import annotations

from specs.reference.tables.markdown import code, codes, table
from winitgen.files.formats import FORMATS


def formats(_: str, before: str) -> str:
    """Return every format that is written."""
    rows = (
        [
            code(row.name),
            codes(row.endings),
            row.summary,
            "yes" if row.forward_only else "no",
            "yes" if row.carries_recipe else "no",
        ]
        for row in FORMATS.values()
    )
    return table(["format", "endings", "what is written", "to a pipe", "holds its recipe"], rows)
