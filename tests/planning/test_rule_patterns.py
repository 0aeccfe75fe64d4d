"""Patterns of rules match what `fnmatch` matches, without a search where none is needed."""

from __future__ import annotations

import time
from fnmatch import fnmatchcase
from random import Random

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
