"""``winitgen new``: a layer-spec of one's own, from a template."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import click

from winitgen.cli import completions, options
from winitgen.cli.commands._new_file import of_a_new_file, write
from winitgen.cli.sections import SectionedCommand, WholeNumber, option
from winitgen.errors import UsageError, WinitgenError

if TYPE_CHECKING:
    from winitgen.spec.operations import Plain


@click.command("new", cls=SectionedCommand)
@click.argument("kind", metavar="KIND", shell_complete=completions.template)
@of_a_new_file()
@option(
    "Values",
    "--input",
    "sample",
    metavar="SHAPE",
    help="A sample: 784; 3,32,32 (channels, height, width) of a cnn; the tokens of a transformer.",
)
@option(
    "Values",
    "--units",
    type=WholeNumber(1),
    help="Units of a hidden layer, filters of the first stage, or numbers for each token.",
)
@option("Values", "--classes", type=WholeNumber(1), help="Number of classes, or of tokens in the vocabulary.")
@options.variable
def command(kind: str, out: str, *, force: bool, **choices: Any) -> int:
    """Print a commented layer-spec to start from, or write it to a file; KIND is mlp, cnn or transformer.

    It works at once with init, plan and probe. --set gives any of its variables, which stand at its head, another value.

    \b
    Example:
      winitgen new mlp
      winitgen new mlp --input 20 --units 64 --classes 3 -o model.yaml
      winitgen new cnn --input 1,28,28 --set stages=2 -o cnn.yaml
    """
    from winitgen.examples.beginnings import TEMPLATES, beginning

    if kind not in TEMPLATES:
        from winitgen.spec.mistakes import show, suggest

        hint = (
            suggest(kind.lower(), TEMPLATES)
            or f"; KIND is {', '.join(TEMPLATES)}, and `winitgen example` lists whole models"
        )
        raise UsageError(f"unknown template {show(kind)}{hint}")
    try:
        write(beginning(kind, _variables(kind, choices), _name(out)), out, force=force)
    except WinitgenError as error:
        from winitgen.cli.errors import say

        say(error, "text")
        return error.exit_code
    return 0


def _variables(kind: str, choices: dict[str, Any]) -> dict[str, Plain]:
    """Return the variables that the call gives; raise `UsageError` for one that two options give."""
    from winitgen.examples.beginnings import TEMPLATES, sample_variables
    from winitgen.spec.mistakes import show

    found = options.variables(choices)
    template = TEMPLATES[kind]
    given: dict[str, dict[str, Plain]] = {
        "--input": {} if choices["sample"] is None else sample_variables(kind, choices["sample"]),
        "--units": {} if choices["units"] is None else {template.units: choices["units"]},
        "--classes": {} if choices["classes"] is None else {template.classes: choices["classes"]},
    }
    for name, values in given.items():
        if twice := [variable for variable in values if variable in found]:
            raise UsageError(f"{name} and --set give the variable {show(twice[0])}; use one")
        found |= values
    return found


def _name(out: str) -> str:
    """Return what the commands in the comment call the file."""
    name = os.path.basename(out)
    return name if re.fullmatch(r"\w[\w.-]*", name) else "model.yaml"
