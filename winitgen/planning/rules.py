"""Which rule applies to a parameter, and which rules never apply."""

from __future__ import annotations

from winitgen.catalog.layers.weight import Weight
from winitgen.planning.flow import Step
from winitgen.planning.nearest_ids import did_you_mean
from winitgen.planning.rule_patterns import RulePattern
from winitgen.spec.mistakes import Mistakes, show, suggest
from winitgen.spec.model import Rule

TENSOR_ENDINGS = {".weight": "/kernel", ".bias": "/bias", "/weight": "/kernel"}


class RuleBook:
    """The rules of one spec; records which of them applied."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self.patterns = {rule.match: RulePattern(rule.match) for rule in rules}
        self.reaching: dict[tuple[str, str], list[tuple[int, RulePattern]]] = {}
        self.won: set[int] = set()
        self.seen: list[tuple[str, str, str]] = []
        self.buffers: list[str] = []
        self.tied: list[str] = []

    def pick(self, parameter_id: str, step: Step, weight: Weight) -> int | None:
        """Return the index of the last rule that matches, or None; buffers match none."""
        if not self.rules:
            return None
        self.seen.append((parameter_id, step.layer.type, weight.role))
        for index, pattern in self._reaching(step.layer.type, weight.role):
            if pattern.matches(parameter_id):
                self.won.add(index)
                return index
        return None

    def _reaching(self, kind: str, role: str) -> list[tuple[int, RulePattern]]:
        """Return the rules that a parameter of this type and role may meet, the last one first."""
        if (kind, role) not in self.reaching:
            self.reaching[kind, role] = [
                (index, self.patterns[rule.match])
                for index, rule in reversed([*enumerate(self.rules)])
                if rule.type in ("", kind) and rule.role in ("", role)
            ]
        return self.reaching[kind, role]

    def note_idle(self, mistakes: Mistakes) -> None:
        """Note every rule that never applies: a rule that is silently unused hides a wrong model."""
        for index, rule in enumerate(self.rules):
            if index in self.won:
                continue
            hits = [met for met in self.seen if self.patterns[rule.match].matches(met[0])]
            if any(rule.type in ("", kind) and rule.role in ("", role) for _, kind, role in hits):
                message = (
                    f"this rule never applies: later rules match everything that {show(rule.match)} matches"
                )
            else:
                message = (
                    f"this rule matches no parameter: {show(rule.match)}{self._advice(rule.match, mistakes)}"
                )
            key, narrowed = self._narrowed(rule, hits)
            mistakes.add(rule.location.of(key), narrowed or message)

    def _narrowed(self, rule: Rule, hits: list[tuple[str, str, str]]) -> tuple[str, str]:
        """Return the key that excludes all of ``hits``, and a message; else ``match`` and no message."""
        types, roles = {kind for _, kind, _ in hits}, {role for *_, role in hits}
        for key, wanted, there in (("type", rule.type, types), ("role", rule.role, roles)):
            if hits and wanted and wanted not in there:
                known = sorted(filter(None, there))
                others = f"; the {key}s here are {', '.join(known)}" if known else "; none of them has one"
                hint = suggest(wanted, known) or others
                return (
                    key,
                    f"no parameter that {show(rule.match)} matches has the {key} {show(wanted)}{hint}",
                )
        both = rule.type, rule.role
        if hits and all(both) and both not in {(kind, role) for _, kind, role in hits}:
            text = f"no parameter that {show(rule.match)} matches has the type {rule.type} and the role {rule.role}"
            return "role", text
        return "match", ""

    def _advice(self, match: str, mistakes: Mistakes) -> str:
        """Return advice: the id that belongs to a tensor's name, why the match does not count, or a similar id."""
        for ending, role in TENSOR_ENDINGS.items():
            if match.endswith(ending):
                return f"; ids end in a role; try '{match.removesuffix(ending)}{role}'"
        if any(self.patterns[match].matches(buffer) for buffer in self.buffers):
            return " matches only a buffer, which no rule reaches"
        if any(self.patterns[match].matches(tied) for tied in self.tied):
            return " matches only a tied one, which has another's values"
        return (
            did_you_mean(match, [met[0] for met in self.seen], mistakes.comparisons)
            or "; `winitgen plan --ids` lists the ids"
        )
