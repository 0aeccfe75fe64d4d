"""Printing for the commands that list a catalog."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from winitgen.cli.stdio import write_json

_HEADINGS = {"words": "options"}
"""Headings that differ from the key in JSON."""


def show(rows: Sequence[dict[str, Any]], json_: bool) -> None:
    """Print rows with the same keys as a table, or as JSON."""
    if json_:
        import json

        write_json(json.dumps(list(rows), indent=2, ensure_ascii=False) + "\n", sys.stdout)
        return
    from winitgen.report.terminal import print_table

    head = [_HEADINGS.get(key, key) for key in rows[0]]
    print_table(
        head,
        [["" if value is None else str(value) for value in row.values()] for row in rows],
        sys.stdout,
        wrap=True,
    )
