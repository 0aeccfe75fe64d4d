"""The rules of a spec, or what stands for them in a spec that has none, as most do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winitgen.catalog.layers.weight import Weight
    from winitgen.planning.flow import Step
    from winitgen.planning.rules import RuleBook
    from winitgen.spec.mistakes import Mistakes
    from winitgen.spec.model import Rule


class NoRules:
    """The rules of a spec without any: a `RuleBook` in which none applies, and none is idle."""

    def __init__(self) -> None:
        self.buffers: list[str] = []
        self.tied: list[str] = []

    def pick(self, parameter_id: str, step: Step, weight: Weight) -> None:
        """Return None: no rule matches."""

    def note_idle(self, mistakes: Mistakes) -> None:
        """Note nothing."""


def rule_book(rules: tuple[Rule, ...]) -> RuleBook | NoRules:
    """Return the book of the rules of one spec."""
    if not rules:
        return NoRules()
    from winitgen.planning.rules import RuleBook

    return RuleBook(rules)
