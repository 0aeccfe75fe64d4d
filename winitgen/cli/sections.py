"""Help texts in the style of a man page: options under headings, and the example at the end."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import click

SECTIONS = ("Output", "Values", "Signal", "Figures", "Check", "Report", "General")
"""The headings, in the order in which ``--help`` lists them."""

WIDEST = 30
"""Most columns for the names of an option; if they need more, its text starts on the next line."""


class SectionedOption(click.Option):
    """An option with the heading under which ``--help`` lists it."""

    def __init__(self, *names: Any, section: str, **settings: Any) -> None:
        super().__init__(*names, **settings)
        self.section = section


class ExampleLast(click.Command):
    """A command whose help ends with the example in its docstring."""

    def __init__(self, name: str | None, *, help: str | None, **settings: Any) -> None:
        # With python -OO there are no docstrings.
        text, _, example = inspect.cleandoc(help or "").partition("\b\nExample:\n")
        super().__init__(name, help=text, epilog=example, **settings)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; a mistake in them is one of this command, which click's parser does not know."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example under a heading."""
        from textwrap import dedent

        with formatter.section("Example"):
            formatter.write_text(f"\b\n{dedent(self.epilog or '')}")


class SectionedCommand(ExampleLast):
    """A command whose help lists its options under headings, all aligned."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under their headings."""
        sections = _sections(self, ctx)
        width = min(WIDEST, max(len(names) for rows in sections.values() for names, _ in rows))
        for heading, rows in sections.items():
            with formatter.section(heading):
                formatter.write_dl([(names.ljust(width), text) for names, text in rows], col_max=WIDEST)


def _sections(command: click.Command, ctx: click.Context) -> dict[str, list[tuple[str, str]]]:
    """Return the names and the text of each option by its heading; ``--help`` is general."""
    found: dict[str, list[tuple[str, str]]] = {heading: [] for heading in SECTIONS}
    for parameter in command.get_params(ctx):
        row = parameter.get_help_record(ctx)
        if row is not None and isinstance(parameter, click.Option):
            section = parameter.section if isinstance(parameter, SectionedOption) else SECTIONS[-1]
            found[section].append(row)
    return {heading: rows for heading, rows in found.items() if rows}


class WholeNumber(click.IntRange):
    """A whole number of an option; a refusal says in words which are taken."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number, or fail with the least and the largest."""
        try:
            if isinstance(value, str) and not re.fullmatch(r"\s*[-+]?[0-9]+\s*", value):
                self.fail("", param, ctx)
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            from winitgen.spec.mistakes import show

            most = "2^64 - 1" if self.max == 2**64 - 1 else self.max
            range_ = f"of at least {self.min}" if most is None else f"from {self.min} to {most}"
            self.fail(f"expected a whole number {range_}, not {show(str(value))}", param, ctx)


def option(section: str, *names: str, **settings: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds an option under a heading of `SECTIONS`; ``settings`` are click's."""
    return click.option(*names, cls=SectionedOption, section=section, **settings)
