"""Patterns of names, as a shell has them: matched with all names of a file within a bound."""

from __future__ import annotations

from collections.abc import Iterable

from winitgen.errors import UsageError
from winitgen.planning.reaching_rules import look
from winitgen.planning.rule_patterns import RulePattern
from winitgen.spec.mistakes import show

MOST_WORK = 12_000_000
"""The most work of all searches for the patterns of one option, in steps of a tenth of a microsecond, as for rules."""


class NamePatterns:
    """The patterns of one ``option`` of a call; ``*``, ``?`` and ``[]`` are those of a shell.

    >>> NamePatterns("ignore", ["*.bias", "classifier.*"]).match("classifier.weight")
    True
    """

    def __init__(self, option: str, patterns: Iterable[str]) -> None:
        self.option = option
        self.patterns = {pattern: RulePattern(pattern) for pattern in patterns}
        self.work = 0

    def match(self, *names: str) -> bool:
        """Tell whether one of the patterns matches one of the names; raise `UsageError` if that takes too long."""
        return any(self.fits(pattern, name) for name in names for pattern in self.patterns)

    def fits(self, pattern: str, name: str) -> bool:
        """Tell whether a pattern, one of these, matches a name; raise `UsageError` as `match` does."""
        compiled = self.patterns[pattern]
        before = compiled.work
        found = compiled.matches(name)
        self.work += look(name) + compiled.work - before
        if self.work > MOST_WORK:
            longest = max(self.patterns, key=lambda other: self.patterns[other].work)
            raise UsageError(
                f"to match all patterns of {self.option} with all names would take too long, and {show(longest)} takes "
                "the longest; write fewer wildcards, or begin it with what the names begin with"
            )
        return found
