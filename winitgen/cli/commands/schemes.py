"""``winitgen schemes``: the table of schemes."""

from __future__ import annotations

import click

from winitgen.cli.listing import show
from winitgen.cli.options import as_json
from winitgen.cli.sections import SectionedCommand


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
            "options": [{"option": name, "default": row.defaults.get(name)} for name in row.options],
            "paper": row.paper,
            "also": others.get(row.name, []),
        }
        for row in SCHEMES.values()
    ]
    show("schemes", rows, json_)
