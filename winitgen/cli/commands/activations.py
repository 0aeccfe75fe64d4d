"""``winitgen activations``: the table of activations."""

from __future__ import annotations

import click

from winitgen.cli.listing import show
from winitgen.cli.options import as_json
from winitgen.cli.sections import SectionedCommand


@click.command("activations", cls=SectionedCommand)
@as_json
def command(json_: bool) -> None:
    """List every activation with the scheme that init: auto chooses for it, its gain and its default bias.

    The gain is 1 / sqrt(E[f(z)^2]) for z ~ N(0, 1), the variance gain 1 / sqrt(Var f(z)), the backward
    gain 1 / sqrt(E[f'(z)^2]); torch gain is the value of PyTorch's calculate_gain.

    \b
    Example:
      winitgen activations --json
    """
    from winitgen.catalog.activations import ACTIVATIONS

    rows = [
        {
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
        for row in ACTIVATIONS.values()
    ]
    show("activations", rows, json_)
