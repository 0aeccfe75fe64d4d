"""The ids that a pattern was probably meant to match."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from winitgen.spec.likeness import Comparisons
from winitgen.spec.mistakes import LONGEST_COMPARED, MOST_COMPARED

if TYPE_CHECKING:
    from difflib import SequenceMatcher

MOST = 3
LEAST_ALIKE = 0.6
"""The similarity below which an id is no suggestion, as in `difflib.get_close_matches`."""
NEARLY = 0.05
"""How much less similar than the best a suggestion may be."""

WILD = re.compile(r"[*?]+")
NUMBER = re.compile(r"[0-9]+")


def did_you_mean(pattern: str, ids: Collection[str], comparisons: Comparisons | None = None) -> str:
    """Return ``; did you mean 'a', 'b' or 'c'?`` for the nearest ids, or an empty text.

    Of ids that differ only in their numbers, as those of repeated layers, the most similar one is named.

    >>> did_you_mean("*/mlp.?/bias", ["b0.mlp.0/bias", "b1.mlp.0/bias", "b0.mlp.0/kernel", "b0.norm/beta"])
    "; did you mean 'b0.mlp.0/bias'?"
    """
    close = nearest(pattern, ids, comparisons)
    if not close:
        return ""
    *others, last = [f"'{near}'" for near in close]
    either = f"{', '.join(others)} or " if others else ""
    return f"; did you mean {either}{last}?"


def nearest(pattern: str, ids: Collection[str], comparisons: Comparisons | None = None) -> list[str]:
    """Return up to three ids, the most similar first; of equals, the first given.

    ``comparisons`` bounds the work: after many searches there is no answer.
    """
    from difflib import SequenceMatcher

    comparisons = comparisons or Comparisons()
    if not comparisons.begin(len(ids)):
        return []
    matcher = SequenceMatcher(autojunk=False)
    literal = WILD.sub("", pattern)[:LONGEST_COMPARED].lower()
    wild = len(literal) < len(pattern)
    matcher.set_seq2(literal)
    scores: dict[str, tuple[float, str]] = {}
    near = _nearest_in_length(pattern, ids, wild=wild)
    for parameter_id in comparisons.affordable(literal, near):
        matcher.set_seq1(parameter_id[:LONGEST_COMPARED].lower())
        score = _covered(matcher, len(literal)) if wild else matcher.ratio()
        form = NUMBER.sub("#", parameter_id)
        if score > scores.get(form, (0.0, ""))[0]:
            scores[form] = score, parameter_id
    best = max((score for score, _ in scores.values()), default=0.0)
    least = max(LEAST_ALIKE, best - NEARLY)
    close = sorted((found for found in scores.values() if found[0] >= least), key=lambda found: -found[0])
    return [parameter_id for _, parameter_id in close[:MOST]]


def _nearest_in_length(pattern: str, ids: Iterable[str], *, wild: bool) -> list[str]:
    """Return at most 500 ids: with wildcards the first, without them those nearest in length."""
    if wild:
        return list(ids)[:MOST_COMPARED]
    return sorted(ids, key=lambda other: abs(len(other) - len(pattern)))[:MOST_COMPARED]


def _covered(matcher: SequenceMatcher[str], literal: int) -> float:
    """Return the share of the pattern's literal characters that the id has, in order, in runs of two or more."""
    runs = [block.size for block in matcher.get_matching_blocks() if block.size > 1]
    return sum(runs) / literal if literal else 0.0
