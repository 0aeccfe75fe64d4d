"""Which rule applies to a parameter, and which rules never apply."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from winitgen.catalog.layers.weight import Weight
from winitgen.numeric.kept_property import KeptProperty
from winitgen.planning.flow import Step
from winitgen.planning.known_ids import KnownIds
from winitgen.planning.nearest_ids import did_you_mean
from winitgen.planning.rule_patterns import FREE, MOST_WORK, RulePattern
from winitgen.spec.mistakes import Mistakes, show, suggest
from winitgen.spec.model import Rule

Reaching = list[tuple[int, str, RulePattern]]
"""Rules, the last one first: the index, what an id that matches holds, and the pattern."""

MOST_TRIED = 1_000_000
"""The most ids with which the rules that never apply are compared one by one, to say why: two seconds. One is always told."""

TENSOR_ENDINGS = {".weight": "/kernel", ".bias": "/bias", "/weight": "/kernel"}


class Met(NamedTuple):
    """A parameter that rules may reach, and the index of the one that applied, -1 if none did."""

    id: str
    kind: str
    role: str
    picked: int


class MetGroup(NamedTuple):
    """The parameters of one type and role."""

    mets: list[Met]
    ids: KnownIds


class RuleBook:
    """The rules of one spec; records which of them applied.

    ``tried`` is how many ids were searched, and ``work`` what the searches have taken; once it is more than `MOST_WORK`, ``costly`` is the index of the rule
    with the most stars, which is refused, and no further rule is tried.
    """

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self.patterns = {rule.match: RulePattern(rule.match) for rule in rules}
        self.reaching: dict[tuple[str, str], Reaching] = {}
        self.tried = 0
        self.work = 0
        self.costly: int | None = None
        self.won: set[int] = set()
        self.seen: list[Met] = []
        self.buffers: list[str] = []
        self.tied: list[str] = []

    def pick(self, parameter_id: str, step: Step, weight: Weight) -> int | None:
        """Return the index of the last rule that matches, or None; buffers match none."""
        if not self.rules:
            return None
        kind, role, letters = step.layer.type, weight.role, frozenset(parameter_id)
        picked = -1
        for index, middle, pattern in self._reaching(kind, role):
            if middle in parameter_id and self._found(pattern, parameter_id, letters):
                picked = index
                self.won.add(index)
                break
        self.seen.append(Met(parameter_id, kind, role, picked))
        return None if picked < 0 else picked

    def _found(self, pattern: RulePattern, parameter_id: str, letters: frozenset[str]) -> bool:
        """Return whether an id of these letters matches; nothing does once that took too much work."""
        if self.costly is not None or not pattern.may_match(parameter_id, letters):
            return False
        self.tried += 1
        self.work += pattern.work
        if self.work > MOST_WORK:
            stars = [self.patterns[rule.match].stars for rule in self.rules]
            self.costly = stars.index(max(stars))
        return pattern.found_in(parameter_id)

    def _any_matches(self, pattern: RulePattern, known: KnownIds, ids: Iterable[str] | None = None) -> bool:
        """Return whether one of the ``known`` ids matches, or of those ``ids`` among them that are given."""
        if not known.may_have(pattern):
            return False
        return any(
            pattern.middle in one and self._found(pattern, one, frozenset(one))
            for one in (known.ids if ids is None else ids)
        )

    def _reaching(self, kind: str, role: str) -> Reaching:
        """Return the rules that a parameter of this type and role may meet, the last one first."""
        if (kind, role) not in self.reaching:
            self.reaching[kind, role] = [
                (index, self.patterns[rule.match].middle, self.patterns[rule.match])
                for index, rule in reversed([*enumerate(self.rules)])
                if rule.type in ("", kind) and rule.role in ("", role)
            ]
        return self.reaching[kind, role]

    @KeptProperty
    def _known(self) -> KnownIds:
        return KnownIds([met.id for met in self.seen])

    @KeptProperty
    def _known_buffers(self) -> KnownIds:
        return KnownIds(self.buffers)

    @KeptProperty
    def _known_tied(self) -> KnownIds:
        return KnownIds(self.tied)

    @KeptProperty
    def _groups(self) -> dict[tuple[str, str], MetGroup]:
        """The parameters by their types and roles."""
        groups: dict[tuple[str, str], list[Met]] = {}
        for met in self.seen:
            groups.setdefault((met.kind, met.role), []).append(met)
        return {both: MetGroup(mets, KnownIds([met.id for met in mets])) for both, mets in groups.items()}

    def _hits(self, index: int) -> set[tuple[str, str]]:
        """Return the types and roles of what a rule that never applies matches; what met it before is not tried again."""
        rule, found = self.rules[index], set()
        for both, group in self._groups.items():
            reached = rule.type in ("", both[0]) and rule.role in ("", both[1])
            untried = (met.id for met in group.mets if index < met.picked) if reached else None
            if self._any_matches(self.patterns[rule.match], group.ids, untried):
                found.add(both)
        return found

    def note_idle(self, mistakes: Mistakes) -> None:
        """Note every rule that never applies: a rule that is silently unused hides a wrong model."""
        before = self.tried
        for index, rule in enumerate(self.rules):
            if index in self.won:
                continue
            if self.tried - before > MOST_TRIED:
                break
            hits = self._hits(index)
            if any(rule.type in ("", kind) and rule.role in ("", role) for kind, role in hits):
                message = (
                    f"this rule never applies: later rules match everything that {show(rule.match)} matches"
                )
            else:
                message = (
                    f"this rule matches no parameter: {show(rule.match)}{self._advice(rule.match, mistakes)}"
                )
            if self.costly is not None:
                break
            key, narrowed = self._narrowed(rule, hits)
            mistakes.add(rule.location.of(key), narrowed or message)
        if self.costly is not None:
            self._refuse(self.rules[self.costly], mistakes)

    def _refuse(self, rule: Rule, mistakes: Mistakes) -> None:
        """Note a pattern that takes too long."""
        stars = self.patterns[rule.match].stars
        mistakes.add(
            rule.location.of("match"),
            f"this pattern has {stars} stars: with all rules and ids, its matching would take too long; "
            f"write patterns of at most {FREE} stars",
        )

    def _narrowed(self, rule: Rule, hits: set[tuple[str, str]]) -> tuple[str, str]:
        """Return the key that excludes all of ``hits``, and a message; else ``match`` and no message."""
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
        both = rule.type, rule.role
        if hits and all(both) and both not in hits:
            text = f"no parameter that {show(rule.match)} matches has the type {rule.type} and the role {rule.role}"
            return "role", text
        return "match", ""

    def _advice(self, match: str, mistakes: Mistakes) -> str:
        """Return advice: the id that belongs to a tensor's name, why the match does not count, or a similar id."""
        for ending, role in TENSOR_ENDINGS.items():
            if match.endswith(ending):
                return f"; ids end in a role; try '{match.removesuffix(ending)}{role}'"
        if self._any_matches(self.patterns[match], self._known_buffers):
            return " matches only a buffer, which no rule reaches"
        if self._any_matches(self.patterns[match], self._known_tied):
            return " matches only a tied one, which has another's values"
        return (
            did_you_mean(match, self._known.ids, mistakes.comparisons)
            or "; `winitgen plan --ids` lists the ids"
        )
