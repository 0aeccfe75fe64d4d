"""``winitgen schemes``: the table of schemes, and one scheme with its options and its density."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from winitgen.cli import completions
from winitgen.cli.listing import show
from winitgen.cli.options import as_json
from winitgen.cli.sections import SectionedCommand

if TYPE_CHECKING:
    from winitgen.catalog.schemes import Scheme


@click.command("schemes", cls=SectionedCommand)
@click.argument("name", required=False, shell_complete=completions.scheme)
@as_json
def command(name: str | None, json_: bool) -> None:
    """List every scheme for init and bias_init, with its formula, its options and its paper.

    With NAME, show one: also which activations take it, the meaning of its options, and the density of what it draws.
    The formulas are variances: slides that write Var(W) = sqrt(2 / fan_in) mean the standard deviation.

    \b
    Example:
      winitgen schemes
      winitgen schemes he
    """
    from winitgen.catalog.schemes import SCHEMES

    if name is None:
        show("schemes", [_row(row) for row in SCHEMES.values()], json_, optional=("also", "paper"))
    else:
        _show_one(name, json_)


def _row(row: Scheme) -> dict[str, Any]:
    """Return the line of a scheme in the list."""
    return {
        "scheme": row.name,
        "formula": row.formula,
        "options": [{"option": name, "default": row.defaults.get(name)} for name in row.options],
        "paper": row.paper,
        "also": _others(row.name),
    }


def _show_one(name: str, json_: bool) -> None:
    """Print all that is known of one scheme."""
    from winitgen.catalog.schemes import ALIASES, SCHEMES
    from winitgen.catalog.spellings import SCHEMES as SPELLINGS
    from winitgen.cli.entry import entry_json, named, options_table, show_entry
    from winitgen.cli.stdio import bars
    from winitgen.report.scheme_example import density_lines, scheme_example
    from winitgen.spec.descriptions import scheme_options

    row = SCHEMES[named("scheme", name, SCHEMES, ALIASES, SPELLINGS)]
    example = scheme_example(row.name)
    facts: dict[str, Any] = {
        "scheme": row.name,
        "formula": row.formula,
        "paper": row.paper,
        "also": _others(row.name),
        "fan": row.mode,
        "chosen_for": _activations(row.name),
    }
    options = options_table(scheme_options(row).values())
    if json_:
        entry_json("schemes", {**facts, "options": options, "example": example and example._asdict()})
        return
    if example is not None:
        init = ", ".join(f"{key}: {value}" for key, value in example.init.items())
        facts["example"] = f"{{{init}}} for a kernel of 500 x 500: {example.formula}"
    picture = density_lines(example.density, example.span, bars(sys.stdout)) if example else ()
    show_entry(facts, options, picture=picture)


def _others(name: str) -> list[str]:
    from winitgen.catalog.schemes import ALIASES

    return [alias for alias, known in ALIASES.items() if known == name]


def _activations(name: str) -> list[str]:
    """Return the activations for which `init: auto` takes a scheme, whatever its distribution."""
    from winitgen.catalog.activations import ACTIVATIONS

    family, _, ending = name.partition("_")
    if ending not in ("", "normal", "uniform", "truncated_normal"):
        return []
    return [row.name for row in ACTIVATIONS.values() if row.scheme == family]
