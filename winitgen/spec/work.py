"""What reading one document may cost, however often it repeats what it says."""

from __future__ import annotations

from winitgen.spec.operations import BadExpression

MOST_VALUES = 1_000_000
"""The most values of all variables, with those in lists and mappings written out."""
MOST_STEPS = 3_000_000
"""The most steps of all expressions: constants, names, operations, and items that ``in``, ``min`` and ``max`` go through.

A step takes about a microsecond. What else a repetition makes large is counted in such steps too.
"""

TOO_MUCH = f"variables, expressions and lists in from take more than {MOST_STEPS} steps, with repeats expanded; use fewer or shorter ones"


class Work:
    """Counts the values of variables and the steps of expressions, for a whole document."""

    __slots__ = ("steps", "values")

    def __init__(self) -> None:
        self.values = 0
        self.steps = 0

    @property
    def done(self) -> bool:
        """Whether there were more steps than are allowed."""
        return self.steps > MOST_STEPS

    def spend(self, steps: int) -> None:
        """Count ``steps``; raise `BadExpression` if there are too many."""
        self.steps += steps
        if self.done:
            raise BadExpression(TOO_MUCH)
