"""``winitgen import``: a layer-spec from the config of a model, from a weight file, or from a class that builds one."""

from __future__ import annotations

from typing import Any

import click

from winitgen.cli import completions, options
from winitgen.cli.commands._import_call import FROM_CONFIG, imported
from winitgen.cli.commands._new_file import of_a_new_file, write
from winitgen.cli.progress import Waiting
from winitgen.cli.sections import SectionedCommand, option
from winitgen.errors import WinitgenError, printable
from winitgen.files.output.output_path import output_path


@click.command("import", cls=SectionedCommand)
@click.argument("source", metavar="[SOURCE]", required=False, shell_complete=completions.path)
@of_a_new_file("OUT")
@options.variable
@options.of_a_config
@option(
    "Values",
    "--trace",
    metavar="[MODULE:CLASS]",
    is_flag=False,
    flag_value=FROM_CONFIG,
    help="Record how transformers draws the model of a config, or how a class that you name draws its own; "
    "the code of the class is run.",
)
@option("Values", "--kwargs", metavar="JSON", help="Arguments of that class, as a JSON object.")
@option("Values", "--fit", is_flag=True, help="Find the law of each tensor from the values of a weight file.")
@option(
    "Values", "--keep", is_flag=True, help="With --fit: take tensors that fit no law from the weight file."
)
@options.error_format
def command(source: str | None, error_format: str, **choices: Any) -> int:
    """Write the layer-spec of SOURCE: a config.json (- for standard input), or a weight file.

    Of a config, the layer-spec has the names, shapes, number formats and initialization of the library's own
    checkpoint; `winitgen families` lists the families. With --trace transformers itself is asked, for any model type
    that it has. Code that a config names is never run; MODULE:CLASS is, with all that it does.
    Of a weight file, the layer-spec has the names, shapes and number formats, with laws guessed by the names, or
    with --fit found in the values of a checkpoint that was not trained yet.

    \b
    Example:
      winitgen import config.json -o model.yaml
      winitgen import config.json --shrink -o tiny.yaml
      winitgen import checkpoint.safetensors --fit -o model.yaml
      winitgen import --trace torch.nn:Linear --kwargs '{"in_features": 3, "out_features": 2}'
    """
    try:
        choices["out"] = output_path(choices["out"])
        with Waiting("importing"):
            found = imported(source, choices)
        for note in found.notes:
            click.echo(f"winitgen: {printable(note)}", err=True)
        write(found.text, choices["out"], force=choices["force"])
    except WinitgenError as error:
        from winitgen.cli.errors import say

        say(error, error_format)
        return error.exit_code
    return 0
