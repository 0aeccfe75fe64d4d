"""All ranks of a group learn of each other's complaints, so that either all go on or all raise the same error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch

from winitgen.audit.verify.headers import as_mistakes
from winitgen.errors import DiffersError, Mistake


class RankReport(NamedTuple):
    """What a rank tells the others: the hash of its recipe, and what does not fit; or the text of the error that it met."""

    recipe: str = ""
    lines: Sequence[str] = ()
    refusal: str = ""


class Ranks:
    """The ranks of a ``group``, None for the default group; only this process if it is ``alone`` or nothing is initialized.

    ``label`` names the module in messages.
    """

    def __init__(self, label: str, group: Any = None, *, alone: bool) -> None:
        self._label, self._group = label, group
        self._alone = alone or not (torch.distributed.is_available() and torch.distributed.is_initialized())

    def agree(self, mine: RankReport) -> None:
        """Raise `DiffersError`, with the same lines on every rank, if something does not fit on one or if recipes differ.

        All ranks have to call. A refusal that all of them met is for the caller to raise.
        """
        reports = [mine]
        if not self._alone:
            reports *= torch.distributed.get_world_size(self._group)
            torch.distributed.all_gather_object(reports, mine, group=self._group)
        if lines := self._wrong(reports):
            raise DiffersError("\n".join(map(str, lines)), mistakes=lines)

    def _wrong(self, reports: Sequence[RankReport]) -> list[Mistake]:
        """Return what is wrong: once if it is the same on all ranks, and else rank by rank."""
        if all(report[1:] == reports[0][1:] for report in reports):
            recipes = [report.recipe for report in reports]
            return as_mistakes(self._label, reports[0].lines or other_recipes(recipes))
        found = []
        for rank, (_, lines, refusal) in enumerate(reports):
            found += as_mistakes(f"rank {rank}: {self._label}", lines)
            found += as_mistakes(f"rank {rank}", refusal.splitlines())
        return found


def other_recipes(recipes: Sequence[str]) -> list[str]:
    """Return a line for each rank whose recipe is not that of most ranks.

    >>> other_recipes(["a", "a", "b"])
    ['rank 2 has the recipe b, and 2 of 3 ranks have a; give all the same spec, seed and dtype']
    """
    if len(set(recipes)) < 2:
        return []
    (most, count), *_ = Counter(recipes).most_common(1)
    common = f"{count} of {len(recipes)} ranks have {most}"
    return [
        f"rank {rank} has the recipe {recipe}, and {common}; give all the same spec, seed and dtype"
        for rank, recipe in enumerate(recipes)
        if recipe != most
    ]
