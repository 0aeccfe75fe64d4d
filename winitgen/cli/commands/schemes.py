"""``winitgen schemes``: the table of schemes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from winitgen.cli.listing import show
from winitgen.cli.options import as_json
from winitgen.cli.sections import SectionedCommand

if TYPE_CHECKING:
    from winitgen.catalog.init import Value


@click.command("schemes", cls=SectionedCommand)
@as_json
def command(json_: bool) -> None:
    """List every scheme for init and bias_init, with its formula, its options and its paper.

    The formulas are variances: slides that write Var(W) = sqrt(2 / fan_in) mean the standard deviation.

    \b
    Example:
      winitgen schemes
    """
    from winitgen.catalog.schemes import ALIASES, SCHEMES

    others: dict[str, list[str]] = {}
    for alias, name in ALIASES.items():
        others.setdefault(name, []).append(alias)
    rows = [
        {
            "scheme": row.name,
            "formula": row.formula,
            "words": ", ".join(_with_default(option, row.defaults.get(option)) for option in row.options),
            "paper": row.paper,
            "also": ", ".join(others.get(row.name, [])),
        }
        for row in SCHEMES.values()
    ]
    show(rows, json_)


def _with_default(option: str, default: Value | None) -> str:
    """Return an option with its default, if it has one."""
    if default is None:
        return option
    if isinstance(default, bool):
        return f"{option} = {str(default).lower()}"
    return f"{option} = {default:g}" if isinstance(default, float) else f"{option} = {default}"
