"""Which rule applies to a parameter, and which rules never apply."""

from __future__ import annotations

from fnmatch import fnmatchcase

from winitgen.catalog.layers.weight import Weight
from winitgen.planning.flow import Step
from winitgen.planning.nearest_ids import did_you_mean
from winitgen.spec.mistakes import Mistakes, show, suggest
from winitgen.spec.model import Rule

TENSOR_ENDINGS = {".weight": "/kernel", ".bias": "/bias", "/weight": "/kernel"}


class RuleBook:
    """The rules of one spec; records which of them matched and which applied."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self.won: set[int] = set()
        self.matched: set[int] = set()
        self.seen: list[tuple[str, str, str]] = []
        self.buffers: list[str] = []
        self.tied: list[str] = []

    def pick(self, parameter_id: str, step: Step, weight: Weight) -> int | None:
        """Return the index of the last rule that matches, or None; buffers match none."""
        if not self.rules:
            return None
        self.seen.append((parameter_id, step.layer.type, weight.role))
        hits = [
            index
            for index, rule in enumerate(self.rules)
            if fnmatchcase(parameter_id, rule.match)
            and rule.type in ("", step.layer.type)
            and rule.role in ("", weight.role)
        ]
        self.matched.update(hits)
        if not hits:
            return None
        self.won.add(hits[-1])
        return hits[-1]

    def note_idle(self, mistakes: Mistakes) -> None:
        """Note every rule that never applies: a rule that is silently unused hides a wrong model."""
        for index, rule in enumerate(self.rules):
            if index in self.won:
                continue
            if index in self.matched:
                message = (
                    f"this rule never applies: later rules match everything that {show(rule.match)} matches"
                )
            else:
                message = f"this rule matches no parameter: {show(rule.match)}{self._advice(rule.match)}"
            key, narrowed = self._narrowed(rule)
            mistakes.add(rule.location.of(key), narrowed or message)

    def _narrowed(self, rule: Rule) -> tuple[str, str]:
        """Return the key that excludes all that the pattern matches, and a message; else ``match`` and no message."""
        hits = [kind for parameter_id, *kind in self.seen if fnmatchcase(parameter_id, rule.match)]
        types, roles = {kind for kind, _ in hits}, {role for _, role in hits}
        for key, wanted, there in (("type", rule.type, types), ("role", rule.role, roles)):
            if hits and wanted and wanted not in there:
                known = sorted(filter(None, there))
                others = f"; the {key}s here are {', '.join(known)}" if known else "; none of them has one"
                hint = suggest(wanted, known) or others
                return (
                    key,
                    f"no parameter that {show(rule.match)} matches has the {key} {show(wanted)}{hint}",
                )
        if hits and [rule.type, rule.role] not in hits and rule.type and rule.role:
            text = f"no parameter that {show(rule.match)} matches has the type {rule.type} and the role {rule.role}"
            return "role", text
        return "match", ""

    def _advice(self, match: str) -> str:
        """Return advice: the id that belongs to a tensor's name, why the match does not count, or a similar id."""
        for ending, role in TENSOR_ENDINGS.items():
            if match.endswith(ending):
                return f"; ids end in a role; try '{match.removesuffix(ending)}{role}'"
        if any(fnmatchcase(buffer, match) for buffer in self.buffers):
            return " matches only a buffer, which no rule reaches"
        if any(fnmatchcase(tied, match) for tied in self.tied):
            return " matches only a tied one, which has another's values"
        return (
            did_you_mean(match, [parameter_id for parameter_id, *_ in self.seen])
            or "; `winitgen plan --ids` lists the ids"
        )
