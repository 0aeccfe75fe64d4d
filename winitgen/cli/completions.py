"""Shell completion: the values that a shell suggests for options and arguments.

Each function receives click's context, the parameter and the incomplete word. Catalogs are imported only
when a shell asks, so that ``--help`` loads none of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

SHELLS = ("bash", "zsh", "fish")

VARIABLE = "_WINITGEN_COMPLETE"
"""The environment variable by which a completion script asks for suggestions."""


def path(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Let the shell complete a path."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def layout(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Suggest layouts."""
    from winitgen.catalog.layouts import LAYOUTS

    return _beginning_with(incomplete, sorted(LAYOUTS))


def file_format(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Suggest file formats."""
    from winitgen.files.formats import FORMATS

    return _beginning_with(incomplete, FORMATS)


def engine(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Suggest engines, and the beginnings of their addresses."""
    return _beginning_with(incomplete, ("dask", "dask://", "ray", "ray://"))


def figure(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Suggest the figures of a probe."""
    from winitgen.report.plots.figures import NAMES

    return _beginning_with(incomplete, NAMES)


def report(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Suggest the commands whose JSON has a schema."""
    from winitgen.report.schemas.of_reports import REPORTS

    return _beginning_with(incomplete, REPORTS)


def verdicts(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Suggest verdicts for a list separated by commas."""
    from winitgen.probing.verdict import ANY, VERDICTS

    return _next_in_list(incomplete, (*VERDICTS, ANY))


def threshold(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Suggest thresholds."""
    from winitgen.probing.thresholds import Thresholds

    return _beginning_with(incomplete, [f"{name}=" for name in Thresholds._fields])


def faults(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Suggest the faults of a file for a list separated by commas."""
    from winitgen.audit.inspect.faults import FAULTS

    return _next_in_list(incomplete, FAULTS)


def columns(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Suggest columns of the command's table for a list separated by commas."""
    from winitgen.report.titles import BY_COMMAND

    return _next_in_list(incomplete, BY_COMMAND[context.command.name or ""])


def compared(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Suggest schemes that draw a kernel without options, presets, and the spec itself for a list separated by commas."""
    from winitgen.probing.variants import comparable

    return _next_in_list(incomplete, comparable())


def preset(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Suggest presets."""
    from winitgen.catalog.presets import PRESETS

    return _beginning_with(incomplete, PRESETS)


def scheme(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Suggest schemes."""
    from winitgen.catalog.schemes import SCHEMES

    return _beginning_with(incomplete, SCHEMES)


def activation(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Suggest activations."""
    from winitgen.catalog.activations import ACTIVATIONS

    return _beginning_with(incomplete, ACTIVATIONS)


def family(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Suggest the model types of the families."""
    from winitgen.configs.family import model_types

    return _beginning_with(incomplete, sorted(model_types()))


def layer_type(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Suggest layer types."""
    from winitgen.catalog.layers import LAYERS

    return _beginning_with(incomplete, sorted(LAYERS))


def example(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Suggest examples."""
    from winitgen.examples.shipped import example_names

    return _beginning_with(incomplete, example_names())


def template(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Suggest templates of a new layer-spec."""
    from winitgen.examples.beginnings import TEMPLATES

    return _beginning_with(incomplete, TEMPLATES)


def _beginning_with(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _next_in_list(incomplete: str, names: Iterable[str]) -> list[str]:
    """Return the list with each name that it can continue with; no name is suggested twice.

    >>> _next_in_list("he,le", ["he", "lecun", "lecun_normal"])
    ['he,lecun', 'he,lecun_normal']
    """
    listed, comma, last = incomplete.rpartition(",")
    taken = listed.split(",")
    return [f"{listed}{comma}{name}" for name in _beginning_with(last, names) if name not in taken]
