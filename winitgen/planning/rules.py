"""Which rule applies to a parameter, and which rules never apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from winitgen.catalog.layers.weight import Weight
from winitgen.numeric.kept_property import KeptProperty
from winitgen.planning.flow import Step
from winitgen.planning.known_ids import KnownIds
from winitgen.planning.nearest_ids import did_you_mean
from winitgen.planning.reaching_rules import LoosePattern, ReachingRules, look
from winitgen.planning.rule_patterns import RulePattern
from winitgen.spec.mistakes import Mistakes, show, suggest
from winitgen.spec.model import Rule

MOST_WORK = 8_000_000
"""The most work of all searches for the rules of one spec, in steps of a tenth of a microsecond."""

MOST_TOLD = 5_000_000
"""The most work of it to say why rules never apply: half a second. One is always told."""

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

    ``work`` is what the searches have taken; once it is more than `MOST_WORK`, ``costly`` is the index of the rule that took
    the most of it, which is refused, and no further rule is tried.
    """

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self.patterns = {rule.match: RulePattern(rule.match) for rule in rules}
        self.loose = {match: LoosePattern(pattern, match) for match, pattern in self.patterns.items()}
        self.reaching: dict[tuple[str, str], ReachingRules] = {}
        self.work = 0
        self.costly: int | None = None
        self.won: set[int] = set()
        self.seen: list[Met] = []
        self.buffers: list[str] = []
        self.tied: list[str] = []

    def pick(self, parameter_id: str, step: Step, weight: Weight) -> int | None:
        """Return the index of the last rule that matches, or None; buffers match none."""
        kind, role = step.layer.type, weight.role
        picked = -1 if self.costly is not None else self._first(self._reaching(kind, role), parameter_id)
        if picked >= 0:
            self.won.add(picked)
        self.seen.append(Met(parameter_id, kind, role, picked))
        return None if picked < 0 else picked

    def _first(self, rules: ReachingRules, parameter_id: str) -> int:
        """Return the first of the rules that matches an id, -1 if none does."""
        before = rules.work
        reaching = rules.of(parameter_id)
        self._count(rules.work - before)
        letters, each = frozenset(parameter_id) if reaching else frozenset(), look(parameter_id)
        for index, pattern in reaching:
            if pattern is None:
                return index
            self.work += each
            if (
                pattern.middle in parameter_id
                and pattern.may_match(parameter_id, letters)
                and self._found(pattern, parameter_id)
            ):
                return index
        return -1

    def _found(self, pattern: RulePattern, parameter_id: str) -> bool:
        """Return whether a search finds that an id matches, which may; nothing does once that took too much work."""
        if self.costly is not None:
            return False
        before = pattern.work
        found = pattern.found_in(parameter_id)
        self._count(pattern.work - before)
        return found

    def _count(self, work: int) -> None:
        """Count work; once it is too much, note which rule took most of it."""
        self.work += work
        if self.work > MOST_WORK and self.costly is None:
            took = [self.patterns[rule.match].work for rule in self.rules]
            self.costly = took.index(max(took))

    def _matching(self, pattern: RulePattern, ids: Iterable[str]) -> Iterator[str]:
        """Yield the ids that match."""
        for one in ids:
            self.work += look(one)
            if (
                pattern.middle in one
                and pattern.may_match(one, pattern.letters)
                and self._found(pattern, one)
            ):
                yield one

    def _any_matches(self, pattern: RulePattern, known: KnownIds, ids: Iterable[str] | None = None) -> bool:
        """Return whether one of the ``known`` ids matches, or of those ``ids`` among them that are given."""
        if not known.may_have(pattern):
            return False
        return any(True for _ in self._matching(pattern, known.ids if ids is None else ids))

    def _reaching(self, kind: str, role: str) -> ReachingRules:
        """Return the rules that a parameter of this type and role may meet."""
        if (kind, role) not in self.reaching:
            self.reaching[kind, role] = ReachingRules(
                (index, self.loose[rule.match])
                for index, rule in reversed([*enumerate(self.rules)])
                if rule.type in ("", kind) and rule.role in ("", role)
            )
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
        before = self.work
        for index, rule in enumerate(self.rules):
            if index in self.won:
                continue
            if self.work - before > MOST_TOLD:
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
        mistakes.add(
            rule.location.of("match"),
            "to match all rules with all ids would take too long, and this pattern takes the longest; "
            "write fewer wildcards, or begin it with the name of a layer",
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
