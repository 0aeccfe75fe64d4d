"""The messages of refusals and failures, and the exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import click

from winitgen.cli import workflow_commands
from winitgen.errors import DiffersError, Mistake, SpecError, WinitgenError, printable

BROKEN_PIPE, BUG = 141, 4


def exit_code(error: BaseException) -> int:
    """Print the message of ``error`` on standard error and return the exit code."""
    for kind, handler in _HANDLERS.items():
        if isinstance(error, kind):
            return handler(error)
    return _bug(error)


def _refused(error: Any) -> int:
    say(error)
    return int(error.exit_code)


def _misused(error: Any) -> int:
    """Say what is wrong with the call; a call without a command is answered by the help."""
    from winitgen.cli.misuse import is_empty, line

    click.echo(error.ctx.get_help() if is_empty(error) else line(error), err=True)
    return 2


def _no_reader(_: BaseException) -> int:
    """End quietly: the reader of standard output has closed it."""
    _drop_output()
    return BROKEN_PIPE


def _no_room(error: Any) -> int:
    """Report why standard output cannot be written; errors of other files are reported where they occur."""
    _drop_output()
    click.echo(f"winitgen: cannot write standard output: {printable(str(error.strerror or error))}", err=True)
    return 3


def _no_memory(_: BaseException) -> int:
    click.echo("winitgen: not enough memory for this; no output is complete", err=True)
    return 3


def _drop_output() -> None:
    """Discard what is left in the buffer: otherwise Python reports an error on exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(error: WinitgenError, style: str = "text") -> None:
    """Print a refusal, one line for each mistake."""
    for line in lines(error, style):
        if style == "github":
            workflow_commands.obey(line)
        else:
            click.echo(line, err=True)


def lines(error: WinitgenError, style: str) -> list[str]:
    """Return the lines of a refusal: plain text, or annotations of a pull request on GitHub."""
    mistakes = error.mistakes if isinstance(error, SpecError | DiffersError) else ()
    if style == "github":
        return [_annotation(mistake) for mistake in mistakes or (Mistake("", 0, 0, "", str(error)),)]
    if mistakes:
        return [str(mistake) for mistake in mistakes]
    return [f"winitgen: {printable(str(error))}"]


def _annotation(mistake: Mistake) -> str:
    """Return one mistake as a workflow command of GitHub."""
    location = [f"file={_property(mistake.file)}"] if mistake.file else []
    if mistake.line:
        location += [f"line={mistake.line}", f"col={mistake.column}"]
    message = f"{mistake.path}: {mistake.message}" if mistake.path else mistake.message
    return f"::error {','.join([*location, 'title=winitgen'])}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _bug(error: BaseException) -> int:
    """Report a bug of winitgen; the traceback is printed only on request."""
    if os.environ.get("WINITGEN_TRACEBACK"):
        import traceback

        traceback.print_exception(error)
    reported = printable(f"{type(error).__name__}: {error}")
    click.echo(
        f"winitgen: a bug in winitgen, please report it with the layer-spec and the command: {reported} "
        "(WINITGEN_TRACEBACK=1 shows where)",
        err=True,
    )
    return BUG


_HANDLERS: dict[type[BaseException], Callable[[Any], int]] = {
    SystemExit: lambda error: error.code if isinstance(error.code, int) else 0,
    click.exceptions.Exit: lambda error: int(error.exit_code),
    BrokenPipeError: _no_reader,
    MemoryError: _no_memory,
    OSError: _no_room,
    click.ClickException: _misused,
    WinitgenError: _refused,
}
"""The handler of each exception; the first that matches is used."""
