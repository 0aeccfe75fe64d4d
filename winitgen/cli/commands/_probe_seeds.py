"""The option of ``winitgen probe`` for several seeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from winitgen.cli.sections import WholeNumber, option


def several(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--seeds``."""
    return _SEEDS(command)


_SEEDS = option(
    "Values",
    "--seeds",
    type=WholeNumber(2, 1000),
    metavar="N",
    help="Probe N seeds, from the seed on: mean and spread of every figure, and the verdict of each; "
    "--fail-on fails if any seed has it.",
)
