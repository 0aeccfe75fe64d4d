"""The ids of a model that a pattern may match."""

from __future__ import annotations

from collections.abc import Sequence

from winitgen.numeric.kept_property import KeptProperty
from winitgen.planning.rule_patterns import RulePattern


class KnownIds:
    """Some ids, none of which has a line break, and what tells at once that a pattern matches none of them."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = ids

    @KeptProperty
    def _lines(self) -> str:
        return "\n".join(["", *self.ids, ""])

    @KeptProperty
    def _letters(self) -> frozenset[str]:
        return frozenset(self._lines)

    def may_have(self, pattern: RulePattern) -> bool:
        """Return whether the texts outside of the pattern's wildcards are all found, be it in different ids."""
        return (
            pattern.letters <= self._letters
            and pattern.middle in self._lines
            and f"\n{pattern.head}" in self._lines
            and f"{pattern.tail}\n" in self._lines
        )
