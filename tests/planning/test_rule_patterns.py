"""Patterns of rules match what `fnmatch` matches, without a search where none is needed."""

from __future__ import annotations

import time
from fnmatch import fnmatchcase
from random import Random
from typing import Any

import pytest

import winitgen
from winitgen.catalog.init import Init
from winitgen.errors import SpecError
from winitgen.planning import rules
from winitgen.planning.nearest_ids import nearest
from winitgen.planning.reaching_rules import LoosePattern, ReachingRules
from winitgen.planning.rule_patterns import RulePattern
from winitgen.planning.rules import RuleBook
from winitgen.spec.likeness import MOST_PAIRS_OF_ALL, Comparisons
from winitgen.spec.mistakes import Location, Mistakes
from winitgen.spec.model import Rule

PARTS = (
    "*",
    "?",
    "[ab]",
    "[!a]",
    "[",
    "]",
    "[]",
    "[a*b]",
    "[?]x",
    "a",
    "b",
    "ab",
    ".",
    "/",
    "kernel",
    "\n",
    "A",
    "-",
)


def test_like_fnmatch() -> None:
    """Two thousand random patterns, each on ids that are nearly made by it."""
    pick = Random(4)  # noqa: S311 - patterns, not secrets
    matched = 0
    for _ in range(2000):
        pattern = "".join(pick.choices(PARTS, k=pick.randrange(7)))
        compiled = RulePattern(pattern)
        for _ in range(8):
            text = "".join(pick.choice(("a", "b", "x", "")) if part in "*?[]" else part for part in pattern)
            text = text.replace("!", "") if pick.random() < 0.5 else text
            assert fnmatchcase(text, pattern) == compiled.matches(text), (pattern, text)
            matched += compiled.matches(text)
    assert matched > 1000


def test_stars_take_no_longer_than_the_id() -> None:
    """Ten stars and an id that matches all of the pattern but its end: a search that goes back never ends."""
    compiled = RulePattern("*a" * 10 + "*c*[b]")
    start = time.process_time()

    assert not compiled.matches("a" * 5000 + "cab" + "a")
    assert not compiled.matches("a" * 5000 + "b")
    assert time.process_time() - start < 1


def costly(rules: int, layers: int, pattern: str = "*a*q*{0}*{0}*b*") -> dict[str, Any]:
    """Return a spec whose patterns match its ids but for one digit, which is there once and not twice."""
    return {
        "input": 1,
        "rules": [{"match": pattern.format(i % 10), "init": "zeros"} for i in range(rules)],
        "layers": [
            {
                "type": "repeat",
                "times": layers,
                "name": "q" + "a" * 120 + ".{i}",
                "layers": [{"type": "dense", "units": 1, "name": "q0123456789b", "use_bias": False}],
            }
        ],
    }


LONG = (
    "to match all rules with all ids would take too long, and this pattern takes the longest; "
    "write fewer wildcards, or begin it with the name of a layer"
)


@pytest.mark.parametrize(
    "pattern",
    [
        "*a*q*{0}*{0}*b*",
        "*a" * 60 + "*q*{0}*{0}*b*",
        "*" + "?" * 90 + "q*{0}*{0}*b*",
        "*" + "[ab]" * 80 + "q*{0}*{0}*b*",
    ],
)
def test_much_matching_is_refused(pattern: str) -> None:
    """Two hundred such patterns would take seconds or, of question marks and sets, a minute; their work is bounded.

    A quiet machine takes four seconds of these ten.
    """
    start = time.process_time()

    with pytest.raises(SpecError) as refused:
        winitgen.plan(costly(200, 9000, pattern))

    assert time.process_time() - start < 10
    assert str(refused.value).endswith(f".match: {LONG}")


def test_the_pattern_that_takes_the_longest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message has its place."""
    monkeypatch.setattr(rules, "MOST_WORK", 20_000)
    spec = costly(10, 400)
    spec["rules"][7]["match"] = "*a*a*a" + spec["rules"][7]["match"]

    with pytest.raises(SpecError) as refused:
        winitgen.plan(spec)

    assert str(refused.value) == f"<mapping>:1:335: rules[7].match: {LONG}"


def test_repeated_layers_are_matched_once_by_rules_without_numbers() -> None:
    """Two hundred rules take a step for each of a thousand layers, and not two hundred."""
    patterns = {"*a*a*a*q*b*z*": 199, "*a*b*": 1}
    matches = [match for match, count in patterns.items() for _ in range(count)]
    loose = [(index, LoosePattern(RulePattern(match), match)) for index, match in enumerate(matches)]
    book, reaching = RuleBook(()), ReachingRules(loose)

    assert {199} == {book._first(reaching, f"{'a' * 100}.{layer}.q0123456789b") for layer in range(1000)}
    assert book.work < 200 * 12


def test_the_first_rule_that_matches_is_found_as_one_after_another() -> None:
    """Random rules and ids with numbers: the rules are looked for once a form, and give what `fnmatch` gives for each id."""
    pick = Random(7)  # noqa: S311 - patterns, not secrets
    parts = (*PARTS, "1", "12", "0", "[0-9]", "*", "*")
    hits = 0
    for _ in range(300):
        matches = ["".join(pick.choices(parts, k=pick.randrange(1, 6))) for _ in range(6)]
        reaching = ReachingRules(
            (index, LoosePattern(RulePattern(match), match)) for index, match in enumerate(matches)
        )
        book = RuleBook(tuple(Rule(match, Init("zeros"), "", "", Location(0, 0, "")) for match in matches))
        for _ in range(20):
            text = "".join(
                pick.choices(("a", "b", "1", "12", "120", ".", "x", "[", "0"), k=pick.randrange(5))
            )
            first = next((index for index, match in enumerate(matches) if fnmatchcase(text, match)), -1)
            assert first == book._first(reaching, text), (matches, text)
            hits += first >= 0
    assert hits > 1000


def test_an_idle_rule_is_tried_on_what_met_another_first() -> None:
    """It matches, but a later rule does, too; and the other type, which it never met, is named."""
    spec = {
        "input": 3,
        "rules": [
            {"match": "a/kernel", "init": "zeros"},
            {"match": "*kernel", "type": "conv1d", "init": "zeros"},
            {"match": "*/kernel", "init": "ones"},
        ],
        "layers": [{"type": "dense", "units": 2, "name": "a"}, {"type": "dense", "units": 2, "name": "b"}],
    }

    with pytest.raises(SpecError) as refused:
        winitgen.plan(spec)

    assert [
        "rules[0].match: this rule never applies: later rules match everything that 'a/kernel' matches",
        "rules[1].type: no parameter that '*kernel' matches has the type 'conv1d'; the types here are dense",
    ] == [line.split(": ", 1)[1] for line in str(refused.value).splitlines()]


def test_suggestions_end() -> None:
    """Names of one letter, which take longest to compare: the first get a suggestion, and a thousand take seconds."""
    known = ["a" * 190 + f"{number}" for number in range(500)]
    mistakes = Mistakes("model.yaml")
    start = time.process_time()

    assert "; did you mean 'ab'?" == mistakes.suggest("abc", ["ab", "xyz"])
    for number in range(1000):
        mistakes.suggest("a" * 180 + f"{number}", known)
    assert time.process_time() - start < 5
    assert "" == mistakes.suggest("abd", ["ab"])
    assert "; did you mean 'ab'?" == mistakes.suggest("abc", ["ab", "xyz"])


def test_ids_are_suggested_within_bounds() -> None:
    """The nearest ids are looked for until what is allowed for all mistakes is used."""
    comparisons = Comparisons(MOST_PAIRS_OF_ALL)
    ids = [f"layer{number}/kernel" for number in range(500)]

    assert ["layer1/kernel"] == nearest("layer1/kernal", ids[:2], comparisons)
    while comparisons.left > 0:
        nearest("a" * 150, ["a" * 150 + str(number) for number in range(500)], comparisons)
    assert [] == nearest("layer1/kernal", ids[:2], comparisons)


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("ab*ba", "abba", "aba"),
        ("a*b*c*b", "a.b.c.b", "a.b.c"),
        ("*aa*aa*", "aaaa", "aaa"),
        ("a*bc*c", "abcc", "abc"),
        ("*", "", None),
        ("a*", "a\n", "ba"),
    ],
)
def test_stars_alone_need_no_regular_expression(pattern: str, yes: str, no: str | None) -> None:
    """The texts between them are looked for one after another, and none of them twice, which takes a tenth of the time."""
    compiled = RulePattern(pattern)
    compiled._full = lambda _: pytest.fail("a regular expression is searched for")

    assert compiled.matches(yes)
    assert no is None or not compiled.matches(no)
