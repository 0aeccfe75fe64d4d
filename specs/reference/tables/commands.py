"""Tables of the command line: the commands, and the options of each."""

from __future__ import annotations

import click

from specs.reference.tables.markdown import code, codes, table
from winitgen.cli import COMMANDS, group


def overview(_: str, before: str) -> str:
    """Return every command with what it does."""
    rows = ([f"[{code(name)}](#{name})", _command(name).get_short_help_str(200)] for name in COMMANDS)
    return table(["command", "does"], rows)


def command(name: str, before: str) -> str:
    """Return the call of a command, and its options."""
    found = _command(name)
    context = click.Context(found, info_name=f"winitgen {name}")
    call = " ".join(["winitgen", name, *found.collect_usage_pieces(context)])
    options = [option for option in found.params if isinstance(option, click.Option)]
    if not options:
        return f"```\n{call}\n```"
    rows = map(_option, options)
    return f"```\n{call}\n```\n\n{table(['option', 'does'], rows)}"


def _command(name: str) -> click.Command:
    found = group.get_command(click.Context(group), name)
    assert found is not None
    return found


def _option(option: click.Option) -> list[str]:
    """Return an option with its value, and what it does."""
    value, takes = _value(option)
    text = " ".join((option.help or "").split())
    default = f" Default: {code(option.default)}." if isinstance(option.default, str) else ""
    return [code(" ".join([", ".join(option.opts), *value.split()])), f"{text}{takes}{default}"]


def _value(option: click.Option) -> tuple[str, str]:
    """Return what an option's value is called, and which values there are."""
    if isinstance(option.type, click.Choice):
        return (option.name or "").rpartition("_")[
            2
        ].upper(), f" One of {codes(map(str, option.type.choices))}."
    if isinstance(option.type, click.IntRange):
        least, most = option.type.min, option.type.max
        return "N", f" From {least} to {most}." if most is not None else f" At least {least}."
    return option.metavar or "", ""
