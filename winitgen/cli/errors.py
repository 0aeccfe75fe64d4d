"""The messages of refusals and failures, and the exit codes."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import click

from winitgen.cli import workflow_commands
from winitgen.errors import (
    DiffersError,
    Mistake,
    OutputError,
    SpecError,
    WinitgenError,
    printable,
    without_secrets,
)

BROKEN_PIPE, BUG, OF_THE_SYSTEM = 141, 4, 3

WITH_OUTPUT = frozenset({"", "init", "finalize", "import", "convert", "probe"})
"""Commands that write files; none has been found yet if the name is empty."""


def exit_code(error: BaseException, call: Sequence[str] = ()) -> int:
    """Print the message of ``error`` on standard error and return the exit code.

    ``call`` are the arguments of the call that it stopped: the command, and how messages are printed.
    """
    style = style_of(call)
    handlers = (handler for kind, handler in _HANDLERS.items() if isinstance(error, kind))
    code = next(handlers, _bug)(error, style)
    if isinstance(code, str):
        ending = "; no output is complete" if "".join(call[:1]) in WITH_OUTPUT else ""
        _say_line(f"{code}{ending}", style)
        code = OF_THE_SYSTEM
    drop_output()
    return code


def style_of(call: Sequence[str]) -> str:
    """Return what ``--error-format`` says in the arguments of a call, be they right or wrong: ``text`` or ``github``.

    >>> style_of(["plan", "m", "--error-format", "github"]), style_of(["plan", "--", "--error-format=github"])
    ('github', 'text')
    """
    said = "text"
    for argument, after in zip(call, [*call[1:], ""], strict=False):
        if argument == "--":
            break
        name, equals, value = argument.partition("=")
        if name == "--error-format":
            said = value if equals else after
    return "github" if said == "github" else "text"


def _refused(error: Any, style: str) -> int:
    say(error, style)
    return int(error.exit_code)


def _misused(error: Any, style: str) -> int:
    """Say what is wrong with the call; a call without a command is answered by the help."""
    from winitgen.cli.misuse import is_empty, line

    if style == "github" and not is_empty(error):
        workflow_commands.obey(_annotation(Mistake("", 0, 0, "", line(error))))
    else:
        click.echo(error.ctx.get_help() if is_empty(error) else line(error), err=True)
    return 2


def _refused_by_the_system(error: Any, _: str) -> str:
    """Tell an error of the operating system that no file or stream of the call explains, such as too few descriptors."""
    if error.filename is None and error.errno == errno.ENOENT:
        from winitgen.files.working_folder import REMOVED, is_removed

        if is_removed():
            return REMOVED
    about = f"{error.filename!r}: " if error.filename is not None else ""
    return f"{about}{error.strerror or error}"


def _not_loaded(error: Any, style: str) -> int | str:
    """Tell a library that cannot be loaded, be it damaged or too large for the memory; one of winitgen is a bug."""
    cause = error.__cause__ if isinstance(error.__cause__, ImportError) else error
    if (cause.name or "").partition(".")[0] == "winitgen":
        return _bug(error, style)
    first, *_ = str(cause).strip().splitlines() or ["no reason is given"]
    return f"a library cannot be loaded: {first}"


def _no_memory(*_: object) -> str:
    return "not enough memory for this"


def _no_thread(error: Any, style: str) -> int | str:
    """Tell that the system starts no more threads, or has no memory for one; any other `RuntimeError` is a bug."""
    if "allocate lock" in str(error):
        return _no_memory()
    return "the system starts no more threads" if "new thread" in str(error) else _bug(error, style)


def drop_output() -> None:
    """Write what is left in the buffer, or discard it: otherwise Python reports an error on exit.

    After a part that could not be written no other follows.
    """
    try:
        if getattr(sys.stdout, "failed", False):
            raise OutputError("a part is missing")
        sys.stdout.flush()
    except (OSError, OutputError):
        with suppress(OSError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, sys.stdout.fileno())
            os.close(null)


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
    location = [f"file={_property(_in_workspace(mistake.file))}"] if mistake.file else []
    if mistake.line:
        location += [f"line={mistake.line}", f"col={mistake.column}"]
    message = f"{mistake.path}: {mistake.message}" if mistake.path else mistake.message
    return f"::error {','.join([*location, 'title=winitgen'])}::{_escaped(message)}"


def _in_workspace(file: str) -> str:
    """Return the path of a file from the folder of the repository, if GitHub names it and the file is there.

    A step of a workflow may have another working directory, and an annotation stands at the file only by that path.
    """
    workspace = os.environ.get("GITHUB_WORKSPACE")
    if not workspace or not os.path.isfile(file):
        return file
    root, path = os.path.realpath(workspace), os.path.realpath(file)
    inside = path.startswith(os.path.join(root, ""))
    return os.path.relpath(path, root).replace(os.sep, "/") if inside else file


def _escaped(text: str) -> str:
    return workflow_commands.without_hashes(printable(without_secrets(text))).replace("%", "%25")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _say_line(text: str, style: str) -> None:
    """Print one message that is about no place in a file."""
    if style == "github":
        workflow_commands.obey(_annotation(Mistake("", 0, 0, "", text)))
    else:
        click.echo(f"winitgen: {printable(without_secrets(text))}", err=True)


def _bug(error: BaseException, style: str) -> int:
    """Report a bug of winitgen; the traceback is printed only on request."""
    if os.environ.get("WINITGEN_TRACEBACK"):
        import traceback

        traceback.print_exception(error)
    _say_line(
        "a bug in winitgen, please report it with the layer-spec and the command: "
        f"{type(error).__name__}: {error} (WINITGEN_TRACEBACK=1 shows where)",
        style,
    )
    return BUG


_HANDLERS: dict[type[BaseException], Callable[[Any, str], int | str]] = {
    SystemExit: lambda error, _: error.code if isinstance(error.code, int) else 0,
    BrokenPipeError: lambda *_: BROKEN_PIPE,  # quietly: the reader of standard output has closed it
    MemoryError: _no_memory,
    OSError: _refused_by_the_system,
    ImportError: _not_loaded,
    RuntimeError: _no_thread,
    click.ClickException: _misused,
    WinitgenError: _refused,
}
"""The handler of each exception; the first that matches is used. It returns the exit code, or what the system lacks."""
