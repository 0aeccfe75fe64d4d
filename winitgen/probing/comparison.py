"""What is said of compared runs: what a framework's preset left to the spec, and which runs are the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from winitgen.numeric.amount import amount
from winitgen.planning.kinds_of_parameters import is_tied
from winitgen.probing.prepare import Prepared

MOST_NAMED = 4
"""The most parameters that a note names."""


def kept_notes(networks: Sequence[Prepared]) -> Iterator[str]:
    """Yield a note for each preset that has no rule for some parameters of the model, which the spec draws."""
    for network in networks:
        preset = network.variant.preset
        if not preset:
            continue
        drawn = [
            parameter
            for parameter in network.plan.parameters
            if parameter.why != "buffer" and not is_tied(parameter)
        ]
        kept = [parameter.id for parameter in drawn if parameter.why != f"preset {preset}"]
        if kept:
            yield (
                f"{network.variant.label}: {len(kept):,} of {amount(len(drawn), 'parameter')} "
                f"{'is' if len(kept) == 1 else 'are'} as in the spec, as {preset} has no rule for {_named(kept)}"
            )


def _named(ids: Sequence[str]) -> str:
    more = len(ids) - MOST_NAMED
    return ", ".join(ids[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def equal_notes(runs: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield a note for each run that has the weights, and so all numbers, of one before it."""
    seen: list[dict[str, Any]] = []
    for run in runs:
        like = next((one for one in seen if _numbers(one) == _numbers(run)), None)
        if like is None:
            seen.append(run)
        else:
            yield f"{like['label']} and {run['label']} are the same here: all their numbers are equal"


def _numbers(run: dict[str, Any]) -> tuple[Any, Any]:
    """Return what a run measured and drew, without the words for it: two formulas may come to one number."""
    weights = [{key: row[key] for key in row if key not in ("scheme", "formula")} for row in run["weights"]]
    return weights, run["layers"]
