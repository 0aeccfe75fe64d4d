"""Rules that never apply are told without a look at every id for each of them."""

from __future__ import annotations

from typing import Any

import pytest

import winitgen
from winitgen.errors import SpecError
from winitgen.planning import rules
from winitgen.planning.rule_patterns import RulePattern

LAYERS = [
    {
        "type": "repeat",
        "times": 30,
        "name": "b{i}",
        "layers": [{"name": "d", "type": "dense", "units": 8}, {"name": "n", "type": "batch_norm"}],
    }
]


def told(monkeypatch: pytest.MonkeyPatch, *given: dict[str, Any]) -> tuple[list[str], int]:
    """Return the messages of a spec with these rules, without suggestions, and how many ids were searched."""
    searches = [0]
    found_in = RulePattern.found_in

    def counted(pattern: RulePattern, parameter_id: str) -> bool:
        searches[0] += 1
        return found_in(pattern, parameter_id)

    monkeypatch.setattr(RulePattern, "found_in", counted)
    with pytest.raises(SpecError) as refused:
        winitgen.plan({"input": 8, "rules": [{"init": "zeros", **rule} for rule in given], "layers": LAYERS})
    lines = str(refused.value).splitlines()
    return [line.split(": ", 1)[1].partition(";")[0] for line in lines], searches[0]


def test_rules_of_an_unknown_role(monkeypatch: pytest.MonkeyPatch) -> None:
    """One id of each type and role is enough: there are kernels and biases of dense, and gammas and betas of norms, and buffers."""
    roles = [{"match": "*", "role": f"nosuch{number}"} for number in range(40)]

    lines, searches = told(monkeypatch, *roles)

    assert lines[7] == "rules[7].role: no parameter that '*' matches has the role 'nosuch7'"
    assert (40, 5 * 40) == (len(lines), searches)


def test_rules_whose_text_is_in_no_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """No id is searched, nor a buffer; one pattern is looked for in what the ids have in common."""
    patterns = [
        {"match": match} for match in ("*z*", "x*kernel", "*kernelx", "b1*q*l", "*nel*2z", "b9*[ab]x")
    ]

    lines, searches = told(monkeypatch, *patterns)

    assert lines[0] == "rules[0].match: this rule matches no parameter: '*z*'"
    assert (6, 1) == (len(lines), searches)


def test_rules_that_match_a_buffer_or_nothing_though_all_text_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Then the ids are searched, and the messages are the same as ever."""
    lines, _ = told(monkeypatch, {"match": "b1.*b2.*"}, {"match": "*/moving_mean"}, {"match": "b3.d/gamma"})

    assert lines == [
        "rules[0].match: this rule matches no parameter: 'b1.*b2.*'",
        "rules[1].match: this rule matches no parameter: '*/moving_mean' matches only a buffer, which no rule reaches",
        "rules[2].match: this rule matches no parameter: 'b3.d/gamma'",
    ]


def test_long_searches_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """After many ids no further rule is told; one always is."""
    given = [{"match": "*kernel*b*", "role": "bias"}] * 50
    assert 50 == len(told(monkeypatch, *given)[0])
    monkeypatch.setattr(rules, "MOST_TOLD", 0)

    assert ["rules[0].match: this rule matches no parameter: '*kernel*b*'"] == told(monkeypatch, *given)[0]
