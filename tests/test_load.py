"""From a spec to its plan: what is refused under which options, and that nothing is planned twice."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.conftest import Counted
from winitgen import load

FLOAT8 = """\
dtype: float8_e4m3fn
input: 3
layers:
  - {name: fc, type: dense, units: 4, bias_init: {scheme: constant, value: 1000}}
"""
KERAS = """\
layout: keras
input: [4, 5, 5]
layers:
  - {name: up, type: conv2d_transpose, filters: 4, kernel_size: 3, groups: 2}
"""

TOO_LARGE = (
    "model.yaml:4:50: layers[0].bias_init: fc/bias: values up to 1000 do not fit in float8_e4m3fn, "
    "whose largest number is 448"
)
GROUPS = "model.yaml:4:76: layers[0].groups: Keras's conv2d_transpose has no groups; leave groups out"
FLAX_GROUPS = "model.yaml:4:76: layers[0].groups: Flax's ConvTranspose has no groups; leave groups out"

POSSIBLE = {
    "another dtype": (FLOAT8, {"dtype": "float32"}),
    "another layout": (KERAS, {"layout": "torch"}),
}
IMPOSSIBLE = {
    "the spec's own dtype": (FLOAT8, {}, TOO_LARGE),
    "the spec's own layout": (KERAS, {}, GROUPS),
    "a dtype for a layout": (KERAS, {"dtype": "float64"}, GROUPS),
    "a layout for a dtype": (FLOAT8, {"layout": "keras"}, TOO_LARGE),
    "a dtype that is too small": (
        FLOAT8.replace("float8_e4m3fn", "float32"),
        {"dtype": "float8_e4m3fn"},
        TOO_LARGE,
    ),
    "a layout without groups": (KERAS.replace("keras", "torch"), {"layout": "keras"}, GROUPS),
    "another layout without groups": (KERAS, {"layout": "nnx"}, FLAX_GROUPS),
}

DRAWS: dict[str, Callable[..., object]] = {
    "plan": winitgen.plan,
    "generate": winitgen.generate,
    "write": lambda path, **options: winitgen.write(path, "w.npz", **options),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of the test, where its spec is ``model.yaml``."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("draw", DRAWS)
@pytest.mark.parametrize("name", POSSIBLE)
def test_what_the_options_replace_refuses_nothing(name: str, draw: str, folder: Path) -> None:
    """A dtype or a layout that the spec states and the call replaces has no say."""
    text, options = POSSIBLE[name]
    (folder / "model.yaml").write_text(text)

    assert DRAWS[draw]("model.yaml", **options)


@pytest.mark.parametrize("draw", DRAWS)
@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_the_options_make_impossible_is_refused(name: str, draw: str, folder: Path) -> None:
    """The message is the one that the spec gets if it states the same itself."""
    text, options, message = IMPOSSIBLE[name]
    (folder / "model.yaml").write_text(text)

    with pytest.raises(winitgen.SpecError) as caught:
        DRAWS[draw]("model.yaml", **options)
    assert message == str(caught.value)
    assert not (folder / "w.npz").exists()


@pytest.mark.parametrize(("text", "message"), [(FLOAT8, TOO_LARGE), (KERAS, GROUPS)], ids=["dtype", "layout"])
def test_load_spec_refuses_what_cannot_be_drawn_as_it_is(text: str, message: str, folder: Path) -> None:
    """A ModelSpec can be drawn: its plan is checked with the spec's own dtype and layout."""
    (folder / "model.yaml").write_text(text)

    with pytest.raises(winitgen.SpecError) as caught:
        winitgen.load_spec("model.yaml")
    assert message == str(caught.value)


def test_mistakes_of_reading_and_of_planning_are_reported_together() -> None:
    """The options decide what the plan adds to the mistakes that no option can mend."""
    text = FLOAT8 + "  - {name: out, type: dense, units: 0}\n"
    unit = "layers[1].units: expected a whole number from 1 to 2^40, not 0"

    def messages(**options: Any) -> list[str]:
        with pytest.raises(winitgen.SpecError) as caught:
            load.plan_of(load.read_content(text.encode(), "model.yaml"), **options)
        return [f"{mistake.path}: {mistake.message}" for mistake in caught.value.mistakes]

    assert [unit] == messages(dtype="float32")
    assert [TOO_LARGE.partition(" ")[2], unit] == messages()


def test_a_spec_is_planned_once_for_the_same_choices(counted: Counted) -> None:
    """The plan that checks a spec is the one that is drawn, whether the choices are spelled out or not."""
    builds = counted("winitgen.load.build")
    spec = winitgen.load_spec(
        {"seed": 5, "input": 3, "layers": [{"name": "fc", "type": "dense", "units": 4}]}
    )
    planned = winitgen.plan(spec)

    assert planned is winitgen.plan(spec, seed=5, dtype="float32", layout="torch")
    assert 1 == len(builds)
    assert 6 == winitgen.plan(spec, seed=6).seed
    assert "float64" == winitgen.plan(spec, dtype="float64").dtype
    assert "keras" == winitgen.plan(spec, layout="keras").layout
    assert 4 == len(builds)


def test_equal_specs_have_plans_of_their_own() -> None:
    """What is kept belongs to one spec, and not to all that are equal to it."""
    source = {"input": 3, "layers": [{"name": "fc", "type": "dense", "units": 4}]}

    assert winitgen.plan(winitgen.load_spec(source)) == winitgen.plan(winitgen.load_spec(source))
    assert winitgen.plan(winitgen.load_spec(source)) is not winitgen.plan(winitgen.load_spec(source))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dtype": "float61"}, "unknown dtype 'float61'; did you mean 'float64'?"),
        ({"layout": "keras2"}, "unknown layout 'keras2'; did you mean 'keras'?"),
        ({"seed": -1}, "a seed is a whole number from 0 to 2^64 - 1, not -1"),
    ],
)
def test_a_spec_with_replaced_fields(changes: dict[str, Any], message: str) -> None:
    """What `dataclasses.replace` puts into a spec is checked as an option is."""
    spec = winitgen.load_spec({"input": 3, "layers": [{"name": "fc", "type": "dense", "units": 4}]})
    replaced = dataclasses.replace(spec, **changes)
    with pytest.raises(winitgen.UsageError) as refused:
        winitgen.plan(replaced)
    with pytest.raises(winitgen.UsageError) as probed:
        winitgen.probe(replaced)

    assert [message, message] == [str(refused.value), str(probed.value)]
