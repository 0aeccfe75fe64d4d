"""The layer-spec that ``winitgen example`` and ``winitgen new`` write: their options, and where it goes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from winitgen.cli import completions, options
from winitgen.cli.sections import option
from winitgen.errors import printable

_OUT = option(
    "Output",
    "-o",
    "--output",
    "out",
    metavar="FILE",
    default=options.STDIN,
    help="The layer-spec to write.  [default: standard output]",
    shell_complete=completions.path,
)
_FORCE = option("Output", "--force", is_flag=True, help="Replace FILE if it has other content.")


def of_a_new_file(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a command that writes a layer-spec: ``--output --force``."""
    return _OUT(_FORCE(command))


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
