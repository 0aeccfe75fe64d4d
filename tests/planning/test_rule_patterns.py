"""Patterns of rules match what `fnmatch` matches, without a search where none is needed."""

from __future__ import annotations

import time
from fnmatch import fnmatchcase
from random import Random
from typing import Any

import pytest

import winitgen
from winitgen.errors import SpecError
from winitgen.planning import rules
from winitgen.planning.nearest_ids import nearest
from winitgen.planning.rule_patterns import RulePattern
from winitgen.spec.likeness import MOST_PAIRS_OF_ALL, Comparisons
from winitgen.spec.mistakes import Mistakes

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


def costly(stars: int, rules: int, layers: int) -> dict[str, Any]:
    """Return a spec whose patterns of so many stars match its ids but for the end: q stands behind b."""
    return {
        "input": 1,
        "rules": [{"match": "*a" * (stars - 4) + f"*q*{i % 10}*b*", "init": "zeros"} for i in range(rules)],
        "layers": [
            {
                "type": "repeat",
                "times": layers,
                "name": "a" * 100 + ".{i}",
                "layers": [{"type": "dense", "units": 1, "name": "b0123456789q", "use_bias": False}],
            }
        ],
    }


def test_many_stars_for_many_ids_are_refused() -> None:
    """Two hundred such patterns would take a minute; what they take is bounded, and the worst one is told."""
    spec = costly(90, 200, 3000)
    spec["rules"][7]["match"] = "*a" + spec["rules"][7]["match"]
    start = time.process_time()

    with pytest.raises(SpecError) as refused:
        winitgen.plan(spec)

    assert time.process_time() - start < 8
    assert (
        "<mapping>:1:1511: rules[7].match: this pattern has 91 stars: with all rules and ids, its matching would take "
        "too long; write patterns of at most 8 stars" == str(refused.value)
    )


def test_usual_patterns_are_never_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patterns of eight stars take no work worth counting, however many there are."""
    monkeypatch.setattr(rules, "MOST_WORK", 0)
    spec = costly(8, 20, 50)

    with pytest.raises(SpecError) as refused:
        winitgen.plan(spec)

    assert 20 == str(refused.value).count("this rule matches no parameter: '*a*a*a*a*q*")


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
