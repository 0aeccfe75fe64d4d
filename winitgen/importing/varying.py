"""The numbers that differ from round to round of a stack: a formula of the index, or a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from winitgen.configs.filled_template import literal
from winitgen.importing.stacks import formula


class Rounds:
    """The repetitions around a layer: how many are nested, and what varies in the one that varies, if any."""

    def __init__(self, depth: int = 0, index: str = "", start: int = 0) -> None:
        self.depth = depth
        self.index = index
        self.start = start
        self.columns: dict[str, list[Any]] = {}
        self._known: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def deeper(self) -> Rounds:
        """Return the repetitions with one more inside, whose rounds are equal."""
        inner = Rounds(self.depth + 1, self.index, self.start)
        inner.columns, inner._known, inner._counts = self.columns, self._known, self._counts
        return inner

    def inside(self, index: str, start: int) -> Rounds:
        """Return the repetitions with one more inside, whose rounds differ in numbers."""
        return Rounds(self.depth + 1, index, start)

    def expression(self, key: str, column: Sequence[Any]) -> str:
        """Return the expression for an option with these values, one for each round."""
        values = list(column)
        if all(isinstance(value, float) for value in values) and (
            text := formula(values, self.start, self.index)
        ):
            return text
        if (shown := repr(values)) not in self._known:
            self._known[shown] = self._free_name(key)
            self.columns[self._known[shown]] = values
        return self._known[shown]

    def _free_name(self, key: str) -> str:
        """Return a name for a variable for an option that none has yet."""
        while True:
            self._counts[key] += 1
            name = key if self._counts[key] == 1 else f"{key}_{self._counts[key]}"
            if name not in self.columns:
                return name

    def over(self, count: int, *, varying: bool) -> list[str]:
        """Return the lines of a repeat that say how often, or over what, it repeats."""
        if not varying or not self.columns:
            return [f"times: {count}"]
        if len(self.columns) == 1:
            ((name, values),) = self.columns.items()
            return [f"over: {literal(values)}", f"as: {name}"]
        items = [
            dict(zip(self.columns, values, strict=True))
            for values in zip(*self.columns.values(), strict=True)
        ]
        return [f"over: {literal(items)}"]
