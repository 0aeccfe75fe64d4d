"""``winitgen probe``: the effect of an initialization on a signal and its gradient."""

from __future__ import annotations

import sys
from typing import Any

import click

from winitgen.cli import options
from winitgen.errors import WinitgenError


@click.command("probe", short_help="Send a signal through the network, and a gradient back.")
@click.argument("spec", metavar="SPEC")
@options.drawing
@click.option(
    "--samples",
    type=click.IntRange(1),
    help="Number of samples in the batch.  [default: 500, fewer if large]",
)
@click.option("--steps", type=click.IntRange(1), help="Replace the number of positions in a sequence.")
@click.option(
    "--input", metavar="FILE", help="Send the samples in FILE.npy, .npz or .csv instead of Gaussian noise."
)
@click.option(
    "--no-backward", is_flag=True, help="Send no gradient back; uses less memory and half the time."
)
@click.option(
    "--compare",
    metavar="SCHEME,...",
    help="Draw the kernels by each of these schemes, or as torch, keras or flax do by default, or as in the spec.",
)
@click.option(
    "--sweep",
    metavar="NAME=FROM:TO:POINTS",
    help="Repeat for several values of a variable of the spec, or of gain.",
)
@click.option("--plot", metavar="FILE", multiple=True, help="Write the figures to FILE.png, .svg or .html.")
@click.option(
    "--figure",
    metavar="NAME",
    multiple=True,
    help="Draw only this figure: deck, depth, histograms or sweep.",
)
@click.option(
    "--layer", metavar="NAME", help="The layer shown in the figure deck.  [default: the first with a kernel]"
)
@click.option(
    "--report", metavar="FILE", multiple=True, help="Also write the report to FILE.json, .md or .html."
)
@click.option(
    "--fail-on",
    metavar="VERDICT,...",
    help="Exit 1 on these verdicts: vanishing, exploding, saturating, dead.",
)
@click.option(
    "--threads",
    type=click.IntRange(1, 1024),
    help="Number of computing threads.  [default: all cores, at most 16]",
)
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
        report = _probe_output.run(spec, choices)
        _probe_output.write_files(report, choices)
    except WinitgenError as error:
        from winitgen.cli.errors import say

        say(error, error_format)
        return error.exit_code
    _probe_output.show(report, sys.stdout, json_=choices["json_"])
    return 1 if failing.intersection(f["verdict"] for run in report["runs"] for f in run["findings"]) else 0
