"""The options of ``init`` that copy tensors from a trained model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from winitgen.cli import completions
from winitgen.cli.sections import option

if TYPE_CHECKING:
    from winitgen.writing.base.choice import BaseChoice


def of_a_base(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options ``--base --only --except --add``."""
    for add in reversed((_BASE, _ONLY, _EXCEPT, _ADD)):
        command = add(command)
    return command


_BASE = option(
    "Values",
    "--base",
    metavar="FILE",
    help="Copy the tensors that are not drawn from FILE, bit for bit.",
    shell_complete=completions.path,
)
_ONLY = option(
    "Values",
    "--only",
    metavar="PATTERN",
    multiple=True,
    help="With --base, draw only tensors with such names, as in 'classifier.*'.",
)
_EXCEPT = option(
    "Values",
    "--except",
    "except_",
    metavar="PATTERN",
    multiple=True,
    help="With --base, draw all tensors but those with such names.",
)
_ADD = option("Values", "--add", is_flag=True, help="With --base, also draw tensors that FILE lacks.")


def choice(choices: dict[str, Any]) -> BaseChoice | None:
    """Return what is drawn and what is copied, None without a base; raise `UsageError` for a conflict."""
    from winitgen.writing.base.choice import base_choice

    return base_choice(choices["base"], choices["only"], choices["except_"], add=choices["add"])
