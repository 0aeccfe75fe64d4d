"""What reading one document may cost, however often it repeats what it says."""

from __future__ import annotations

from typing import Any

from winitgen.spec.operations import BadExpression

MOST_VALUES = 1_000_000
"""The most values of all variables, with those in lists and mappings written out."""
MOST_STEPS = 3_000_000
"""The most steps of all expressions: constants, names, operations, and items that ``in``, ``min`` and ``max`` go through.

A step takes about a microsecond. What else a repetition makes large is counted in such steps too.
"""
MOST_LISTED = 3_000_000
"""The most values in all lists that are options of layers and schemes; those of a few values do not count."""
FEW = 8

TOO_MUCH = f"variables, expressions and lists in from take more than {MOST_STEPS} steps, with repeats expanded; use fewer or shorter ones"
TOO_MANY_LISTED = f"more than {MOST_LISTED} values in lists, with repeats expanded; use fewer or shorter ones"


class Work:
    """Counts the values of variables and of lists, and the steps of expressions, for a whole document.

    ``known`` has the latest value of each expression, after its variables with theirs; ``machine`` is what
    evaluates them.
    """

    __slots__ = ("known", "listed", "machine", "steps", "values")

    def __init__(self) -> None:
        self.values = 0
        self.steps = 0
        self.listed = 0
        self.known: dict[str, tuple[tuple[tuple[str, Any], ...], Any]] = {}
        self.machine: Any = None

    @property
    def done(self) -> bool:
        """Whether there were more steps than are allowed."""
        return self.steps > MOST_STEPS

    @property
    def spent(self) -> tuple[int, int]:
        """The steps and the values of lists so far."""
        return self.steps, self.listed

    def spend(self, steps: int) -> None:
        """Count ``steps``; raise `BadExpression` if there are too many."""
        self.steps += steps
        if self.done:
            raise BadExpression(TOO_MUCH)

    def hold(self, value: Any) -> None:
        """Count the values of a long list; raise `BadExpression` if there are too many."""
        if isinstance(value, tuple) and len(value) > FEW:
            self.listed += len(value)
            if self.listed > MOST_LISTED:
                raise BadExpression(TOO_MANY_LISTED)
