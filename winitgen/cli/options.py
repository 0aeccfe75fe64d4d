"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from winitgen.catalog.layouts import LAYOUTS
from winitgen.cli import stdio
from winitgen.numeric.dtypes import FLOAT_DTYPES

if TYPE_CHECKING:
    from winitgen.planning.plan import Plan

STDIN = "-"

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def drawing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that change the values drawn: ``--seed --dtype --set``."""
    for option in reversed((_SEED, _DTYPE, _SET)):
        command = option(command)
    return command


def choices(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that replace values of the spec: ``--seed --dtype --layout --set``."""
    for option in reversed((_SEED, _DTYPE, _LAYOUT, _SET)):
        command = option(command)
    return command


_SEED = click.option("--seed", type=click.IntRange(0, 2**64 - 1), help="Replace the spec's seed.")
_DTYPE = click.option("--dtype", type=click.Choice(FLOAT_DTYPES), help="Replace the spec's number format.")
_OTHERS, _LAST = sorted(LAYOUTS)[:-1], sorted(LAYOUTS)[-1]
_LAYOUT = click.option(
    "--layout", metavar="LAYOUT", help=f"Replace the spec's layout: {', '.join(_OTHERS)} or {_LAST}."
)
_SET = click.option(
    "--set", "settings", metavar="VAR=NUMBER", multiple=True, help="Replace a variable of the spec."
)


def error_format(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--error-format``, the style in which mistakes are printed."""
    return click.option(
        "--error-format",
        type=click.Choice(["text", "github"]),
        default="text",
        show_default=True,
        help="How to print mistakes; github makes annotations of a pull request.",
    )(command)


as_json = click.option("--json", "json_", is_flag=True, help="Print JSON instead of a table.")


def planned(path: str, choices: dict[str, Any]) -> Plan:
    """Return the plan of the layer-spec at ``path``; the options in ``choices`` replace values of the spec."""
    from winitgen import load
    from winitgen.spec.document import parse_variable

    variables = dict(parse_variable(setting) for setting in choices["settings"])
    draft = load.read_content(*content(path), variables=variables)
    return load.plan_of(draft, seed=choices["seed"], dtype=choices["dtype"], layout=choices["layout"])


def content(path: str) -> tuple[bytes, str]:
    """Return the bytes of the layer-spec and its name; the path ``-`` is standard input."""
    from winitgen import load
    from winitgen.spec.yaml import MOST_BYTES

    if path == STDIN:
        return stdio.read_input(MOST_BYTES + 1), "<stdin>"
    return load.read_file(path), path
