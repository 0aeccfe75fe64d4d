"""The options that leave tensors out and change names, before names are compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from winitgen.cli.sections import option


def of_names(section: str, whose: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds ``--ignore --rename --strip-prefix``; the help says ``whose`` names are replaced."""
    added = (
        option(
            section,
            "--ignore",
            metavar="PATTERN",
            multiple=True,
            help="Leave out tensors with such names, as in '*.num_batches_tracked'.",
        ),
        option(
            section,
            "--rename",
            metavar="FROM=TO",
            multiple=True,
            help=rf"Replace the first match of a regular expression in the names of {whose}, as in 'gamma$=weight'; \1 is a group.",
        ),
        option(
            section, "--strip-prefix", metavar="PREFIX", help="Take PREFIX off all names that begin with it."
        ),
    )

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for one in reversed(added):
            command = one(command)
        return command

    return add
