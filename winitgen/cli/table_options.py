"""The options that say how a table is shown: ``--columns`` and ``--wide``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from winitgen.cli import completions
from winitgen.cli.sections import option
from winitgen.errors import UsageError

if TYPE_CHECKING:
    from winitgen.report.table_view import TableView

_COLUMNS = option(
    "Report",
    "--columns",
    metavar="A,B,...",
    help="Show these columns of the table, in this order.",
    shell_complete=completions.columns,
)
_WIDE = option(
    "Report", "--wide", is_flag=True, help="On a terminal, show the table whole, however long its lines are."
)


def of_a_table(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a table: ``--columns --wide``."""
    return _COLUMNS(_WIDE(command))


def view_of(choices: dict[str, Any], titles: Sequence[str], without: str = "") -> TableView:
    """Return how to show a table of these ``titles``; raise `UsageError` for an unknown column, or if there is no table.

    ``without`` is an option that was given and prints no table, if there is one.
    """
    from winitgen.report.table_view import TableView

    given = "--columns" if choices["columns"] is not None else "--wide" if choices["wide"] else ""
    if given and without:
        raise UsageError(f"{given} is about the table, which {without} does not print; use one")
    return TableView(
        () if choices["columns"] is None else _columns(choices["columns"], titles), choices["wide"]
    )


def unprinted(choices: dict[str, Any]) -> str:
    """Return the option that was given and prints no table, or an empty text."""
    return next((name for name, key in (("--json", "json_"), ("--quiet", "quiet")) if choices.get(key)), "")


def _columns(text: str, titles: Sequence[str]) -> tuple[str, ...]:
    """Return the columns in ``A,B,C``, each once."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if name not in titles:
            from winitgen.spec.mistakes import show, suggest

            hint = suggest(name, titles) or f"; the columns are {', '.join(titles)}"
            raise UsageError(f"--columns: unknown column {show(name)}{hint}")
    return names
