"""Which rules may match an id: decided once for all ids that differ only in their numbers, as those of repeated layers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from winitgen.planning.rule_patterns import SET, RulePattern

NUMBER = re.compile(r"[0-9]+")
_LOOSE = re.compile(rf"{SET.pattern}|\?|[0-9]+")

_MOST_KEPT = 4096
"""The most forms of ids of which is kept which rules may match; what is kept of so many is a few megabytes."""


class ReachingRule(NamedTuple):
    """A rule that may match an id of some form; one without a ``pattern`` is sure to."""

    rule: int
    pattern: RulePattern | None


class LoosePattern:
    """A pattern and a looser one, which has a star for each of its numbers, its sets and its question marks.

    Where the pattern matches an id, the looser one matches the form of the id, in which one digit stands for each number; if
    it has nothing but stars in common with numbers (it is ``sure``), the two match the same ids.
    """

    __slots__ = ("exact", "loose", "sure")

    def __init__(self, exact: RulePattern, match: str) -> None:
        loose = _LOOSE.sub("*", match)
        self.exact = exact
        self.loose = RulePattern(loose)
        self.sure = loose == match


class ReachingRules:
    """The rules that parameters of one type and role may meet, the last one first; counts the ``work`` of looking for them."""

    def __init__(self, rules: Iterable[tuple[int, LoosePattern]]) -> None:
        self.work = 0
        self._rules = list(rules)
        self._kept: dict[str, list[ReachingRule]] = {}

    def of(self, parameter_id: str) -> list[ReachingRule]:
        """Return those that may match an id; none stands behind one that is sure to."""
        form = NUMBER.sub("0", parameter_id)
        found = self._kept.get(form)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[form] = self._looked_for(form)
        return found

    def _looked_for(self, form: str) -> list[ReachingRule]:
        found = []
        for index, pattern in self._rules:
            before = pattern.loose.work
            matches = pattern.loose.matches(form)
            self.work += look(form) + pattern.loose.work - before
            if matches:
                found.append(ReachingRule(index, None if pattern.sure else pattern.exact))
                if pattern.sure:
                    break
        return found


def look(parameter_id: str) -> int:
    """Return the work of a look at an id for a pattern's text, in steps of a tenth of a microsecond."""
    return 1 + len(parameter_id) // 64
