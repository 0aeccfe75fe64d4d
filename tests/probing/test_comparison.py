"""``--compare`` with a framework's preset is that framework, whatever the spec says; what it leaves to the spec is told."""

from __future__ import annotations

from typing import Any

import pytest

import winitgen

NUMBERS = ("layers", "verdict", "findings", "measured")


def spec(**inits: Any) -> dict[str, Any]:
    """Return a network of two layers with unequal fans, and what else it says."""
    return {
        "input": 50,
        "layers": [
            {"name": "fc1", "type": "dense", "units": 40, "activation": "tanh"},
            {"name": "norm", "type": "layer_norm"},
            {"name": "fc2", "type": "dense", "units": 30},
        ],
        **inits,
    }


STATED: dict[str, dict[str, Any]] = {
    "defaults": spec(
        defaults={"init": {"scheme": "normal", "std": 1}, "bias_init": {"scheme": "constant", "value": 3}}
    ),
    "rules": spec(
        rules=[
            {"match": "*kernel", "init": {"scheme": "normal", "std": 1}},
            {"match": "norm*", "init": "zeros"},
        ]
    ),
    "quirks": spec(defaults={"quirks": "keras"}),
    "another preset": spec(defaults={"preset": "keras"}),
}
STATED["layers"] = spec()
STATED["layers"]["layers"][0].update(
    init={"scheme": "normal", "std": 1}, bias_init={"scheme": "normal", "std": 2}
)


@pytest.mark.parametrize("preset", ["torch", "keras", "flax"])
@pytest.mark.parametrize("where", STATED)
def test_a_preset_is_its_framework(where: str, preset: str) -> None:
    """Schemes of layers, rules and defaults, other fans and another preset make no difference."""
    plain = winitgen.probe(spec(defaults={"preset": preset}), samples=20)["runs"][0]
    compared = winitgen.probe(STATED[where], samples=20, compare=[preset])

    assert {key: plain[key] for key in NUMBERS} == {key: compared["runs"][0][key] for key in NUMBERS}
    assert [] == compared["notes"]


def test_what_is_left_to_the_spec_is_told() -> None:
    """A framework that has no such layer draws nothing for it."""
    model = spec()
    model["layers"].append({"name": "extra", "type": "param", "shape": [3], "init": "ones"})
    notes = winitgen.probe(model, samples=5, compare=["torch", "spec"])["notes"]

    assert "torch: 1 of 7 parameters is as in the spec, as torch has no rule for extra" == notes[-1]
    assert 1 == sum("has no rule" in note for note in notes)


def test_rows_that_are_the_same_are_told() -> None:
    """Twice the same weights are no comparison."""
    model = spec(defaults={"init": "he_normal"})
    notes = winitgen.probe(model, samples=5, compare=["spec", "xavier_normal", "he_normal"])["notes"]

    assert ["spec and he_normal are the same here: all their numbers are equal"] == notes


def test_rows_whose_formulas_differ_are_the_same() -> None:
    """Of as many inputs as outputs, 1/n and 2/(n + n) are one number: only the text of the formula differs."""
    model = {"input": 40, "layers": [{"name": "fc", "type": "dense", "units": 40}]}
    notes = winitgen.probe(model, samples=5, compare=["normal", "lecun_normal", "xavier_normal"])["notes"]

    assert ["lecun_normal and xavier_normal are the same here: all their numbers are equal"] == notes
