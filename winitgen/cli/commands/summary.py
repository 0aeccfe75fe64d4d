"""``winitgen summary``: the layers of a model, with their outputs, parameters and multiply-adds."""

from __future__ import annotations

import sys
from typing import Any

import click

from winitgen.cli import options, stdio
from winitgen.cli.sections import SectionedCommand, WholeNumber, option
from winitgen.cli.table_options import of_a_table, view_of
from winitgen.errors import WinitgenError
from winitgen.report.titles import SUMMARY


@click.command("summary", cls=SectionedCommand)
@options.path("spec", "SPEC")
@options.choices
@option(
    "Report",
    "--depth",
    type=WholeNumber(1),
    help="Show layers whose names agree in so many parts as one.  [default: each layer]",
)
@of_a_table
@options.as_json
@options.error_format
def command(spec: str, error_format: str, json_: bool, **choices: Any) -> int:
    """Show the layers of the layer-spec SPEC (- for standard input): outputs, parameters, multiply-adds.

    Neighbouring blocks that are equal are one line, h.(0-11), with the numbers of each; --wide shows all. A value counts
    once: those of buffers, such as running statistics, and of tied parameters stand apart. The multiply-adds are those of one sample in
    products of matrices and in convolutions, without biases, norms and activations.

    \b
    Example:
      winitgen summary specs/resnet18.yaml
      winitgen summary specs/vit-b16.yaml --depth 1
      winitgen summary config.json --json
    """
    try:
        view = view_of(choices, SUMMARY, "--json" if json_ else "")
        planned = options.planned(spec, choices)
    except WinitgenError as error:
        from winitgen.cli.errors import say

        say(error, error_format)
        return error.exit_code
    from winitgen.report.model_summary import summarize_layers

    report = summarize_layers(planned, choices["depth"])
    if json_:
        from winitgen.report.files import as_json
        from winitgen.report.versions import versioned

        stdio.write_json(as_json(versioned("summary", report)), sys.stdout)
        return 0
    from winitgen.report.summary_table import table, total_lines
    from winitgen.report.terminal import print_table

    print_table(*table(report, fold=not view.wide), sys.stdout, view)
    sys.stdout.write("\n" + "".join(f"{line}\n" for line in total_lines(report)))
    return 0
