"""The commands that print a table of what there is share this."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any


def show(rows: Sequence[dict[str, Any]], json_: bool) -> None:
    """Print rows of equal keys as a table, or as JSON."""
    if json_:
        import json

        sys.stdout.write(json.dumps(list(rows), indent=2, ensure_ascii=False) + "\n")
        return
    from winitgen.report.terminal import print_table

    head = list(rows[0])
    print_table(
        head, [["" if row[key] is None else str(row[key]) for key in head] for row in rows], sys.stdout
    )
