"""``winitgen probe``: the effect of an initialization on a signal and its gradient."""

from __future__ import annotations

import sys
from typing import Any

import click

from winitgen.cli import completions, options
from winitgen.cli.commands import _probe_seeds
from winitgen.cli.commands._probe_loss import of_a_loss
from winitgen.cli.commands._probe_pictures import of_figures
from winitgen.cli.sections import SectionedCommand, WholeNumber, option
from winitgen.cli.table_options import of_a_table
from winitgen.errors import WinitgenError


@click.command("probe", cls=SectionedCommand)
@options.path("spec", "SPEC")
@options.drawing
@option(
    "Signal",
    "--samples",
    type=WholeNumber(1),
    help="Number of samples in the batch.  [default: 500, fewer if large]",
)
@option("Signal", "--steps", type=WholeNumber(1), help="Replace the number of positions in a sequence.")
@option(
    "Signal",
    "--input",
    metavar="FILE",
    help="Send the samples in FILE.npy, .npz or .csv instead of Gaussian noise.",
    shell_complete=completions.path,
)
@option(
    "Signal", "--no-backward", is_flag=True, help="Send no gradient back; uses less memory and half the time."
)
@of_a_loss
@option(
    "Values",
    "--compare",
    metavar="SCHEME,...",
    help="Draw the kernels by each of these schemes, or as a preset does, such as torch, or as in the spec.",
    shell_complete=completions.compared,
)
@option(
    "Values",
    "--sweep",
    metavar="NAME=FROM:TO:POINTS",
    help="Repeat for several values of a variable of the spec, or of gain.",
)
@_probe_seeds.several
@of_figures
@options.report
@option(
    "Report", "--force", is_flag=True, help="Replace also files that are no reports or figures of winitgen."
)
@option(
    "Check",
    "--fail-on",
    metavar="VERDICT,...",
    help="Exit 1 on these verdicts: vanishing, exploding, saturating, dead; or on any.",
    shell_complete=completions.verdicts,
)
@option(
    "Check",
    "--threshold",
    "thresholds",
    metavar="NAME=NUMBER",
    multiple=True,
    help="Where a verdict begins: signal=1500, gradient=200, growth=1500 (factors), distinct=0.002, saturated=0.5, dead=0.9 (shares).",
    shell_complete=completions.threshold,
)
@options.threads("compute")
@of_a_table
@options.as_json
@options.error_format
def command(spec: str, error_format: str, **choices: Any) -> int:
    """Send a batch through the network of the layer-spec SPEC with freshly drawn weights, and a gradient back.

    For each layer: mean and standard deviation before and after its activation, and the gradient,
    each followed by the prediction of mean-field theory in parentheses. The verdict is healthy,
    vanishing, exploding, saturating or dead, with the layer where it starts.

    \b
    Example:
      winitgen probe specs/deck.yaml --compare normal,lecun_normal,xavier_normal,he_normal
      winitgen probe specs/glorot2010.yaml --sweep gain=0.5:2:16 --plot gain.png
      winitgen probe specs/vgg16.yaml --samples 8 --fail-on vanishing,exploding
    """
    from winitgen.cli.commands import _probe_output

    try:
        failing = _probe_output.check_call(spec, choices)
        report, content = _probe_output.run(spec, choices)
        _probe_output.write_files(report, choices, content)
    except WinitgenError as error:
        from winitgen.cli.errors import say

        say(error, error_format)
        return error.exit_code
    _probe_output.show(report, sys.stdout, choices)
    return 1 if failing.intersection(f["verdict"] for run in report["runs"] for f in run["findings"]) else 0
