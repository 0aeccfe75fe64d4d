"""The layer-spec that ``winitgen example`` and ``winitgen new`` write: their options, and where it goes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from winitgen.cli import completions, options
from winitgen.cli.sections import option
from winitgen.errors import UsageError, printable


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


def check_new_file(out: str) -> None:
    """Raise `UsageError` for a name that no file on a disk has."""
    from winitgen.files.formats import check_file_name
    from winitgen.files.stores.address import is_remote

    if not out:
        raise UsageError("the output is empty; name a file")
    if is_remote(out):
        raise UsageError(f"{out}: a layer-spec is read from a disk, and written to one; name a file there")
    check_file_name(out, "a layer-spec", "model.yaml")


def write(text: str, out: str, *, force: bool) -> None:
    """Write a layer-spec to a file or to standard output; raise `ExistsError` if it would replace another content."""
    from winitgen.files.output.output_path import output_path

    out = output_path(out)
    if out == options.STDIN:
        sys.stdout.write(text)
        return
    check_new_file(out)
    from winitgen.files.output.side_file import is_up_to_date, write_side_file

    content = text.encode()
    if not is_up_to_date(out, content, force=force):
        write_side_file(out, content, replace=force)
    click.echo(f"wrote {printable(out)}", err=True)
