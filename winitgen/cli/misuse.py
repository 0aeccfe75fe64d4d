"""A call that click refuses, in one line: the command, what is wrong, and what to write instead."""

from __future__ import annotations

import click

from winitgen.errors import printable

_LONGEST = 700


def line(error: click.ClickException) -> str:
    """Return the line for a call of a command that does not exist, or with options that do not fit."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    command = context.command_path if context else "winitgen"
    what = _said(error)
    remedy = "" if "; " in what or _names_values(error) else f"; see {command} --help"
    return printable(f"{command}: {what}{remedy}")


def is_empty(error: click.ClickException) -> bool:
    """Tell whether there is no command at all: click then wants to show the help."""
    return type(error).__name__ == "NoArgsIsHelpError"  # a class that older releases do not have


def _names_values(error: click.ClickException) -> bool:
    """Tell whether the message names the values that there are."""
    return isinstance(error, click.BadParameter) and not isinstance(error, click.MissingParameter)


def _said(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        return _unknown(error)
    if isinstance(error, click.MissingParameter):
        return f"{_name(error)} is missing"
    if isinstance(error, click.BadParameter):
        return f"{_name(error)}: {_sentence(error.message)}"
    if isinstance(error, click.BadOptionUsage):
        return _sentence(error.message.removeprefix("Option ").replace("'", ""))
    return _sentence(error.message)


def _name(error: click.BadParameter) -> str:
    """Return an option or an argument as the help has it, without quotes."""
    if error.param is None or error.ctx is None:
        return "a value"
    return error.param.get_error_hint(error.ctx).replace("'", "").removesuffix("...")


def _unknown(error: click.NoSuchOption) -> str:
    """Return that there is no such option, with a suggestion of the one that was meant."""
    from winitgen.spec.mistakes import show, suggest

    parameters = error.ctx.command.get_params(error.ctx) if error.ctx else []
    names = [name for parameter in parameters for name in parameter.opts if name.startswith("-")]
    return f"no such option {show(error.option_name)}{suggest(error.option_name, names)}"


def _sentence(message: str) -> str:
    """Return click's sentence as the end of a line: without a capital and a full stop."""
    from winitgen.spec.mistakes import shortened

    return shortened(message[:1].lower() + message[1:].removesuffix("."), _LONGEST)
