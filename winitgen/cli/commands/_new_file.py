"""The layer-spec that ``winitgen example`` and ``winitgen new`` write: their options, and where it goes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from winitgen.cli import completions, options
from winitgen.cli.sections import option
from winitgen.errors import printable


def of_a_new_file(metavar: str = "FILE") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what adds the options of a command that writes a layer-spec, ``--output --force``; ``metavar`` stands for the file."""
    out = option(
        "Output",
        "-o",
        "--output",
        "out",
        metavar=metavar,
        default=options.STDIN,
        help="The layer-spec to write.  [default: standard output]",
        shell_complete=completions.path,
    )
    force = option("Output", "--force", is_flag=True, help=f"Replace {metavar} if it has other content.")
    return lambda command: out(force(command))


def write(text: str, out: str, *, force: bool) -> None:
    """Write a layer-spec to a file or to standard output; raise `ExistsError` if it would replace another content."""
    from winitgen.files.output.output_path import output_path

    if out == options.STDIN:
        sys.stdout.write(text)
        return
    from winitgen.files.output.side_file import is_up_to_date, write_side_file

    out, content = output_path(out), text.encode()
    if not is_up_to_date(out, content, force=force):
        write_side_file(out, content, replace=force)
    click.echo(f"wrote {printable(out)}", err=True)
