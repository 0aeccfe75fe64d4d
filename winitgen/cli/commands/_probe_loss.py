"""The options of ``winitgen probe`` on a loss and the first step against it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from winitgen.cli.sections import option
from winitgen.errors import UsageError

LOSSES = ("cross_entropy", "mse")
"""`winitgen.probing.diagnostics.loss.LOSSES`; to show the options, nothing of a probe is imported."""


def of_a_loss(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options ``--loss`` and ``--learning-rate``."""
    rate = option(
        "Signal",
        "--learning-rate",
        metavar="NUMBER",
        help="The rate of the plain step against --loss.  [default: 1]",
    )
    loss = option(
        "Signal",
        "--loss",
        type=click.Choice(LOSSES),
        help="Send back the gradient of this loss, with labels or targets by the seed; shows each update beside its weights.",
    )
    return loss(rate(command))


def chosen(choices: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments ``loss`` and ``learning_rate`` of a probe; raise `UsageError` if they do not fit."""
    from winitgen.probing.diagnostics.loss import loss_of

    loss, written = choices["loss"], choices["learning_rate"]
    rate = None if written is None else _number(written)
    loss_of(
        loss,
        rate,
        backward=not choices["no_backward"],
        places=("--loss", "--learning-rate", "--no-backward"),
    )
    return {"loss": loss, "learning_rate": rate}


def _number(written: str) -> float:
    try:
        return float(written)
    except ValueError:
        from winitgen.spec.mistakes import show

        raise UsageError(f"--learning-rate: expected a number above 0, not {show(written)}") from None
