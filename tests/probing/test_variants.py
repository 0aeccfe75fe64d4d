"""Compared schemes and sweeps: what they draw, and what is refused, with the whole message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import winitgen
from winitgen.errors import UsageError
from winitgen.probing.variants import Sweep, parse_schemes, parse_sweep, sweep_of, variants

SPEC: dict[str, Any] = {
    "input": 300,
    "vars": {"n": 200},
    "layers": [{"name": "fc", "type": "dense", "units": "${n}", "activation": "tanh", "init": "he"}],
}


def test_a_sweep_of_a_variable_between_whole_numbers_takes_whole_numbers() -> None:
    """Points that round to the same number count once."""
    assert (2, 5, 8) == parse_sweep("depth=2:8:3").values
    assert (2, 3, 4) == parse_sweep("depth=2:4:7").values
    assert (0.5, 1.25, 2.0) == parse_sweep("scale=0.5:2:3").values
    assert (2, 8, 4) == parse_sweep("depth=2,8,4").values


def test_a_sweep_ends_where_it_is_told_to() -> None:
    """The last value is the one that is given, and none is infinite, however far the ends are from each other."""
    assert (1e308, 5e307, 2) == parse_sweep("gain=1e308:2:3").values
    assert (1, 0.5, 5e-324) == parse_sweep("gain=1:5e-324:3").values
    wide = parse_sweep("n=-1.7e308:1.7e308:5").values
    assert pytest.approx((-1.7e308, -8.5e307, 0, 8.5e307, 1.7e308), rel=1e-15) == wide


def test_a_sweep_of_the_gain_takes_any_number() -> None:
    """A gain between 1 and 2 is not rounded."""
    assert ("gain", (1, 1.5, 2)) == parse_sweep("gain=1:2:3")


def test_every_scheme_at_every_value() -> None:
    """Labels name both."""
    found = variants(["he", "glorot_normal"], sweep_of({"n": [4, 5]}))

    assert ["he, n = 4", "he, n = 5", "glorot_normal, n = 4", "glorot_normal, n = 5"] == [
        v.label for v in found
    ]
    assert [{"n": 4}, {"n": 5}] == [v.variables for v in found[:2]]
    assert "xavier_normal" == found[2].instead["kernel"].scheme


@pytest.mark.parametrize(
    ("swept", "labels"),
    [
        ({"n": [1000000, 1000001, 2]}, ["n = 1000000", "n = 1000001", "n = 2"]),
        ({"n": [2**70, 3]}, ["n = 1.18059e+21", "n = 3"]),
        ({"n": [2**1024, 0.25]}, ["n = 1.79769e+308", "n = 0.25"]),
        ({"gain": [0.5, 1 / 3]}, ["gain = 0.5", "gain = 0.333333"]),
        ({"gain": [1.0, 1.0000002]}, ["gain = 1", "gain = 1.0000002"]),
        (
            {"gain": [0.3, 0.1 + 0.2]},
            ["gain = 0.29999999999999999", "gain = 0.30000000000000004"],
        ),
    ],
)
def test_labels_differ(swept: Any, labels: list[str]) -> None:
    """A label has as many digits as tell the values of the sweep apart; whole numbers have all of theirs."""
    ((name, values),) = swept.items()
    assert labels == [v.label for v in variants([], Sweep(name, tuple(values)))]


def std(**options: Any) -> float:
    """Return the planned standard deviation of the one kernel under one variant."""
    weights = winitgen.probe(SPEC, samples=2, **options)["runs"][0]["weights"]
    return float(weights[0]["std"])


@pytest.mark.parametrize(
    ("options", "variance"),
    [
        ({}, 2 / 300),
        ({"compare": ["spec"]}, 2 / 300),
        ({"compare": ["lecun_normal"]}, 1 / 300),
        ({"compare": ["xavier_uniform"]}, 2 / (300 + 200)),
        ({"compare": ["normal"]}, 1.0),
        ({"compare": ["auto"]}, 2 / (300 + 200)),
        ({"sweep": {"gain": [1.5]}}, 1.5**2 / 300),
        ({"compare": ["xavier_normal"], "sweep": {"n": [100]}}, 2 / (300 + 100)),
    ],
    ids=str,
)
def test_the_variance_of_the_drawn_kernels(options: dict[str, Any], variance: float) -> None:
    """A compared scheme replaces the layer's own; a gain is divided by the root of fan_in."""
    assert std(**options) == pytest.approx(variance**0.5, rel=1e-12)


def test_a_framework_draws_what_the_layers_state_too() -> None:
    """Keras draws Xavier, also where the layer states a scheme."""
    layer = {"name": "fc", "type": "dense", "units": 200, "activation": "relu"}
    open_spec, stated = ({**SPEC, "layers": [{**layer, **more}]} for more in ({}, {"init": "lecun"}))

    found = [
        winitgen.probe(spec, samples=2, compare=["keras"])["runs"][0]["weights"][0]
        for spec in (open_spec, stated)
    ]

    assert ["xavier_uniform", "xavier_uniform"] == [weight["scheme"] for weight in found]


def test_all_variants_see_the_same_samples_and_the_same_draws() -> None:
    """Gaussian schemes differ only in scale, so that the comparison is of the schemes."""
    report = winitgen.probe(SPEC, compare=["normal", "lecun_normal"], samples=50)
    plain, lecun = (run["layers"][0]["pre"]["std"] for run in report["runs"])

    assert plain / lecun == pytest.approx(300**0.5, rel=1e-5)


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "no points": (
        lambda: parse_sweep("gain=0.5:2:0"),
        "--sweep takes NAME=FROM:TO:POINTS or NAME=A,B,C, such as gain=0.5:2:16, not 'gain=0.5:2:0'; a sweep has 1 to 1000 points",
    ),
    "a gain beyond float64": (
        lambda: sweep_of({"gain": [2**1024 - 1]}),
        "a gain must be below 1.8e308, not 1.79769e+308",
    ),
    "an empty list": (
        lambda: sweep_of({"gain": []}),
        "a sweep of gain has no points; give it at least one value",
    ),
    "nothing after the name": (
        lambda: parse_sweep("gain="),
        "--sweep takes NAME=FROM:TO:POINTS or NAME=A,B,C, such as gain=0.5:2:16, not 'gain='",
    ),
    "no name": (
        lambda: parse_sweep("=1:2:3"),
        "--sweep takes NAME=FROM:TO:POINTS or NAME=A,B,C, such as gain=0.5:2:16, not '=1:2:3'",
    ),
    "two numbers of three": (
        lambda: parse_sweep("gain=1:2"),
        "--sweep takes NAME=FROM:TO:POINTS or NAME=A,B,C, such as gain=0.5:2:16, not 'gain=1:2'",
    ),
    "text as a number": (
        lambda: parse_sweep("gain=one:2:3"),
        "--sweep takes NAME=FROM:TO:POINTS or NAME=A,B,C, such as gain=0.5:2:16, not 'gain=one:2:3'; 'one' is not a number",
    ),
    "a gain of zero": (lambda: parse_sweep("gain=0:2:3"), "a gain must be above 0, not 0"),
    "two things at once": (lambda: sweep_of({"gain": [1], "n": [2]}), "a sweep varies one variable, not 2"),
    "a scheme nobody knows": (
        lambda: variants(["he_norml"], None),
        "--compare: unknown scheme 'he_norml'; did you mean 'he_normal'?",
    ),
    "a scheme by another program's name": (
        lambda: variants(["RandomUniform"], None),
        "--compare: unknown scheme 'RandomUniform'; did you mean 'uniform'?",
    ),
    "a scheme like no other": (
        lambda: variants(["zzz"], None),
        "--compare: unknown scheme 'zzz'; `winitgen schemes` and `winitgen presets` list them",
    ),
    "a scheme that needs an option": (
        lambda: variants(["constant"], None),
        "--compare: the scheme constant needs value; write it in the spec and compare with 'spec'",
    ),
    "a scheme twice": (
        lambda: parse_schemes("he,xavier,he"),
        "--compare takes schemes such as xavier_normal,he_normal; in 'he,xavier,he' 'he' appears twice",
    ),
    "a value twice": (
        lambda: parse_sweep("n=1,2,1"),
        "--sweep takes NAME=FROM:TO:POINTS or NAME=A,B,C, such as gain=0.5:2:16, not 'n=1,2,1'; 1 appears twice",
    ),
    "a value of a mapping twice": (
        lambda: sweep_of({"n": [3, 1, 1.0]}),
        "a sweep of n has 1.0 twice; give each value once",
    ),
    "an empty name": (
        lambda: parse_schemes("he,,xavier"),
        "--compare takes schemes such as xavier_normal,he_normal; in 'he,,xavier' a name is empty",
    ),
    "schemes together with a gain": (
        lambda: variants(["he"], sweep_of({"gain": [1, 2]})),
        "a sweep of the gain draws every kernel with that gain; it cannot be combined with --compare",
    ),
    "a variable that does not exist": (
        lambda: winitgen.probe(SPEC, sweep={"depth": [1, 2]}),
        "the spec has no variable 'depth' in 'vars'",
    ),
    "a variable of a spec that is read": (
        lambda: winitgen.probe(winitgen.load_spec(SPEC), sweep={"n": [1, 2]}),
        "variables are replaced when a spec is read; pass its path, not a ModelSpec",
    ),
    "half a sample": (
        lambda: winitgen.probe(SPEC, samples=0.5),  # type: ignore[arg-type]
        "samples is a whole number of at least 1, not 0.5",
    ),
}


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(call: Callable[[], object], message: str) -> None:
    """One line says what is wrong, and what to do."""
    with pytest.raises(UsageError) as refused:
        call()

    assert message == str(refused.value)


def test_an_option_that_does_not_exist() -> None:
    """A misspelt option is an error, as for any function."""
    with pytest.raises(TypeError, match=r"^probe\(\) got an unexpected keyword argument 'sample'$"):
        winitgen.probe(SPEC, sample=3)  # type: ignore[call-arg]
