"""``winitgen probe``: what an initialization does to a signal."""

from __future__ import annotations

import sys
from typing import Any

import click

from winitgen.cli import options
from winitgen.errors import WinitgenError


@click.command("probe", short_help="Send a signal through the drawn network, and a gradient back.")
@click.argument("spec", metavar="SPEC")
@options.drawing
@click.option(
    "--samples", type=click.IntRange(1), help="Samples in the batch.  [default: 500, fewer if large]"
)
@click.option("--steps", type=click.IntRange(1), help="Replace the number of positions of a sequence.")
@click.option(
    "--input", metavar="FILE", help="Send the samples in FILE.npy, .npz or .csv instead of Gaussian ones."
)
@click.option(
    "--no-backward", is_flag=True, help="Send no gradient back; takes less memory and half the time."
)
@click.option(
    "--compare",
    metavar="SCHEME,...",
    help="Draw the kernels by each of these schemes; spec is the spec's own.",
)
@click.option(
    "--sweep",
    metavar="NAME=FROM:TO:POINTS",
    help="Give a variable of the spec, or gain, several values in turn.",
)
@click.option("--plot", metavar="FILE", multiple=True, help="Draw the figures to FILE.png, .svg or .html.")
@click.option(
    "--figure",
    metavar="NAME",
    multiple=True,
    help="Draw this figure alone: deck, depth, histograms or sweep.",
)
@click.option(
    "--layer", metavar="NAME", help="The layer of the figure deck.  [default: the first with a kernel]"
)
@click.option(
    "--report", metavar="FILE", multiple=True, help="Write the report to FILE.json, .md or .html too."
)
@click.option(
    "--fail-on", metavar="VERDICT,...", help="Exit 1 for these: vanishing, exploding, saturating, dead."
)
@click.option(
    "--threads", type=click.IntRange(1, 1024), help="Threads that compute.  [default: all cores, at most 16]"
)
@options.as_json
@options.error_format
def command(spec: str, error_format: str, **choices: Any) -> int:
    """Send a batch through the network of the layer-spec SPEC, as it is drawn, and a gradient back.

    For each layer: what enters and leaves its activation, the gradient, and beside each figure, in
    parentheses, what mean-field theory says of it. The verdict is healthy, vanishing, exploding,
    saturating or dead, with the layer where it starts.

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
