"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from winitgen.catalog.layouts import LAYOUTS
from winitgen.cli import completions, stdio
from winitgen.cli.progress import Waiting
from winitgen.cli.sections import WholeNumber, option
from winitgen.numeric.dtypes import FLOAT_DTYPES

if TYPE_CHECKING:
    from winitgen.planning.plan import Plan
    from winitgen.spec.operations import Plain

STDIN = "-"


def drawing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that change the values drawn: ``--seed --dtype --set``."""
    for add in reversed((_SEED, _DTYPE, variable)):
        command = add(command)
    return command


def choices(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that replace values of the spec: ``--seed --dtype --layout --set``."""
    for add in reversed((_SEED, _DTYPE, _LAYOUT, variable)):
        command = add(command)
    return command


_SEED = option("Values", "--seed", type=WholeNumber(0, 2**64 - 1), help="Replace the spec's seed.")


class _NumberFormat(click.Choice[str]):
    """A number format by its name; a refusal says which one another name means."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name, or fail with the name that was meant."""
        if value not in FLOAT_DTYPES:
            from winitgen.catalog.spellings import DTYPES
            from winitgen.spec.mistakes import show, suggest

            hint = suggest(str(value), FLOAT_DTYPES, DTYPES) or f"; the dtypes are {', '.join(FLOAT_DTYPES)}"
            self.fail(f"unknown dtype {show(value)}{hint}", param, ctx)
        return str(value)


_DTYPE = option(
    "Values", "--dtype", type=_NumberFormat(FLOAT_DTYPES), help="Replace the spec's number format."
)
rounded = option(
    "Values", "--dtype", type=_NumberFormat(FLOAT_DTYPES), help="Round all floats to this number format."
)
_OTHERS, _LAST = sorted(LAYOUTS)[:-1], sorted(LAYOUTS)[-1]
_LAYOUT = option(
    "Values",
    "--layout",
    metavar="LAYOUT",
    help=f"Replace the spec's layout: {', '.join(_OTHERS)} or {_LAST}.",
    shell_complete=completions.layout,
)
variable = option(
    "Values",
    "--set",
    "settings",
    metavar="VAR=VALUE",
    multiple=True,
    help="Replace a variable of the spec; in quotes, as in \"n='4'\", VALUE is text.",
)


def of_a_config(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that only a config has: ``--shrink --init --family``."""
    for add in reversed((_SHRINK, _INIT, _FAMILY)):
        command = add(command)
    return command


_SHRINK = option(
    "Values",
    "--shrink",
    is_flag=True,
    help="Make the model of a config as small as it can be with every kind of tensor.",
)
_INIT = option(
    "Values",
    "--init",
    type=click.Choice(["library", "paper"]),
    help="Draw the model of a config as its library does, or its paper.  [default: library]",
)

_FAMILY = option(
    "Values",
    "--family",
    metavar="FILE",
    help="Read a config by a family's file of your own.",
    shell_complete=completions.path,
)

error_format = option(
    "General",
    "--error-format",
    type=click.Choice(["text", "github"]),
    default="text",
    show_default=True,
    help="How to print errors; github makes annotations of a pull request.",
)

as_json = option("Report", "--json", "json_", is_flag=True, help="Print JSON instead of a table.")

report = option(
    "Report",
    "--report",
    metavar="FILE",
    multiple=True,
    help="Also write the report to FILE.json, .md or .html; replaces a former report.",
    shell_complete=completions.path,
)


def threads(task: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds ``--threads``; ``task`` is what the threads do."""
    return option(
        "General",
        "--threads",
        type=WholeNumber(1, 1024),
        help=f"Number of threads that {task}.  [default: all cores, at most 16]",
    )


def path(name: str, metavar: str, **settings: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds an argument that is a path, or several; ``settings`` are click's."""
    return click.argument(name, metavar=metavar, shell_complete=completions.path, **settings)


def planned(path: str, choices: dict[str, Any]) -> Plan:
    """Return the plan of the layer-spec at ``path``; the options in ``choices`` replace values of the spec."""
    return planned_content(*content(path), choices)


def planned_content(content: bytes, file: str, choices: dict[str, Any]) -> Plan:
    """Do what `planned` does with the text of a layer-spec; ``file`` is its name in messages."""
    from winitgen import load

    with Waiting("planning"):
        draft = load.read_content(content, file, variables=variables(choices))
        return load.plan_of(draft, seed=choices["seed"], dtype=choices["dtype"], layout=choices["layout"])


def variables(choices: dict[str, Any]) -> dict[str, Plain]:
    """Return the variables that the call replaces, by their names."""
    from winitgen.spec.replacements import parse_variables

    return parse_variables(choices["settings"])


def content(path: str) -> tuple[bytes, str]:
    """Return the bytes of the layer-spec and its name; the path ``-`` is standard input."""
    from winitgen import load
    from winitgen.spec.yaml import MOST_BYTES

    if path == STDIN:
        return stdio.read_input(MOST_BYTES + 1), "<stdin>"
    return load.read_file(path), path
