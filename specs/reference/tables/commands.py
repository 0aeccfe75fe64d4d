"""Tables of the command line: the commands, and the options of each."""

from __future__ import annotations

import click

from specs.reference.tables.markdown import code, table
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
    rows = (_option(option, context) for option in options)
    return f"```\n{call}\n```\n\n{table(['option', 'does'], rows)}"


def _command(name: str) -> click.Command:
    found = group.get_command(click.Context(group), name)
    assert found is not None
    return found


def _option(option: click.Option, context: click.Context) -> list[str]:
    """Return an option with its value, as ``--help`` shows them."""
    record = option.get_help_record(context)
    assert record is not None
    return [code(record[0]), " ".join(record[1].split())]
