"""Printing for the commands that list a catalog."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from winitgen.cli.stdio import write_json

Entry = Mapping[str, Any]

_AS_IN_FILES = ("model_type",)
"""Keys that are headings as they are, since a config.json has them so."""


def show(
    report: str,
    entries: Sequence[Entry],
    json_: bool,
    shown: Callable[[Entry], Entry] = lambda entry: entry,
    optional: tuple[str, ...] = (),
) -> None:
    """Print entries with the same keys as a table, or as JSON; ``report`` is the command's name.

    The table has the entries as ``shown`` returns them, on a narrow terminal without columns that are ``optional``, the first one first; the
    command with a name shows one entry whole.
    """
    if json_:
        import json

        from winitgen.report.versions import versioned

        whole = versioned(report, {"entries": list(entries)})
        write_json(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", sys.stdout)
        return
    from winitgen.report.table_view import TableView
    from winitgen.report.terminal import print_table

    rows = [shown(entry) for entry in entries]
    print_table(
        [*map(heading, rows[0])],
        [[_cell(value) for value in row.values()] for row in rows],
        sys.stdout,
        TableView(optional=optional, shown_by=f"winitgen {report} NAME"),
        wrap=True,
    )


def heading(key: str) -> str:
    """Return a key as a heading."""
    return key if key in _AS_IN_FILES else key.replace("_", " ")


def _cell(value: Any) -> str:
    """Return a value as text: entries of lists after commas, an option with its default, or in capitals if required."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    return _option(value) if isinstance(value, dict) else str(value)


def _option(option: Entry) -> str:
    name, default = option["option"], option.get("default")
    if option.get("required"):
        return str(name).upper()
    if default is None:
        return str(name)
    if isinstance(default, bool):
        return f"{name} = {str(default).lower()}"
    return f"{name} = {default:g}" if isinstance(default, float) else f"{name} = {default}"
