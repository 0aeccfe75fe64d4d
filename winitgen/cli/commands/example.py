"""``winitgen example``: the examples that come with winitgen."""

from __future__ import annotations

import click

from winitgen.cli import completions
from winitgen.cli.commands._new_file import of_a_new_file, write
from winitgen.cli.listing import show
from winitgen.cli.options import STDIN, as_json
from winitgen.cli.sections import SectionedCommand


@click.command("example", cls=SectionedCommand)
@click.argument("name", required=False, shell_complete=completions.example)
@of_a_new_file()
@as_json
def command(name: str | None, out: str, json_: bool, *, force: bool) -> None:
    """Print the layer-spec of the example NAME, or write it to a file; without NAME, list the examples.

    \b
    Example:
      winitgen example
      winitgen example lenet5
      winitgen example resnet18 -o resnet18.yaml
    """
    from winitgen.errors import UsageError
    from winitgen.examples.shipped import about, example, example_names

    if name is not None:
        if json_:
            raise UsageError("--json is about the list of examples; leave out NAME")
        write(example(name), out, force=force)
        return
    if out != STDIN or force:
        raise UsageError(
            f"{'--force' if out == STDIN else '-o'} needs the NAME of an example; `winitgen example` lists them"
        )
    show("example", [{"example": found, "what": about(example(found))} for found in example_names()], json_)
