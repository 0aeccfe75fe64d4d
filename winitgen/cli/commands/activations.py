"""``winitgen activations``: the table of activations, and one activation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from winitgen.cli import completions
from winitgen.cli.listing import show
from winitgen.cli.options import as_json
from winitgen.cli.sections import SectionedCommand

if TYPE_CHECKING:
    from winitgen.catalog.activations import ActivationRow


_OPTIONAL = ("paper", "also", "options", "torch gain", "backward gain", "variance gain", "bias")
"""Columns for which a narrow terminal has no room, the least worth first."""


@click.command("activations", cls=SectionedCommand)
@click.argument("name", required=False, shell_complete=completions.activation)
@as_json
def command(name: str | None, json_: bool) -> None:
    """List every activation with the scheme that init: auto chooses for it, its gain and its default bias.

    With NAME, show one: also what it does, and the number that it takes.
    The gain is 1 / sqrt(E[f(z)^2]) for z ~ N(0, 1), the variance gain 1 / sqrt(Var f(z)), the backward
    gain 1 / sqrt(E[f'(z)^2]); torch gain is the value of PyTorch's calculate_gain.

    \b
    Example:
      winitgen activations --json
      winitgen activations gelu
    """
    from winitgen.catalog.activations import ACTIVATIONS, ALIASES

    if name is None:
        rows = [_row(row) for row in ACTIVATIONS.values()]
        show("activations", rows, json_, optional=_OPTIONAL)
        return
    from winitgen.catalog.spellings import ACTIVATIONS as SPELLINGS
    from winitgen.cli.entry import entry_json, named, options_table, show_entry
    from winitgen.spec.descriptions import activation_number

    row = ACTIVATIONS[named("activation", name, ACTIVATIONS, ALIASES, SPELLINGS)]
    options = options_table(activation_number(row).values())
    facts = {**_row(row), "options": options, "what": row.summary}
    if json_:
        entry_json("activations", facts)
        return
    del facts["options"]
    shown = {key: f"{value:.6g}" if isinstance(value, float) else value for key, value in facts.items()}
    show_entry(shown, options)


def _row(row: ActivationRow) -> dict[str, Any]:
    """Return the line of an activation in the list."""
    return {
        "activation": row.name,
        "formula": row.formula,
        "scheme": row.scheme,
        "gain": row.gain,
        "variance_gain": row.gains.variance,
        "backward_gain": row.gains.backward,
        "torch_gain": row.torch_gain,
        "bias": row.bias,
        "options": [{"option": row.parameter, "default": row.default}] if row.parameter else [],
        "also": list(row.aliases),
        "paper": row.source,
    }
