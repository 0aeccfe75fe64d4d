"""A recipe that is accepted is one that winitgen writes: written, read and written again it stays the same."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import winitgen
from tests.hostile.models import Model, models
from winitgen import load
from winitgen.audit.recipe_plan import plan_of
from winitgen.errors import SpecError, UnreadableError
from winitgen.files.canonical import check_canonical
from winitgen.files.input.open_file import OpenFile
from winitgen.files.recipe import BadRecipe, metadata
from winitgen.planning.plan import Plan

ROOT = Path(__file__).parents[2]
CASES = 200
MUTATIONS = 400

PAGES = sorted([*(ROOT / "specs").rglob("*.yaml"), *(ROOT / "tests").rglob("*.yaml")])


def again(text: str) -> Plan:
    """Return the plan of a recipe."""
    return plan_of(OpenFile("w", "safetensors", recipe=text))


def check(planned: Plan) -> None:
    """Write the recipe of a plan, read it, and write it again."""
    text = metadata(planned)["winitgen"]
    read = again(text)

    assert planned.parameters == read.parameters or [p._replace(why="") for p in planned.parameters] == [
        p._replace(why="") for p in read.parameters
    ]
    assert text == metadata(read)["winitgen"]


@pytest.mark.slow
@settings(max_examples=CASES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(models())
def test_generated_specs(model: Model) -> None:
    """From a plan to its recipe, to the plan of it, to its recipe: nothing changes."""
    check(winitgen.plan(model.spec))


@pytest.mark.slow
def test_all_specs_of_the_repository() -> None:
    """Every spec that lies here and has a plan keeps its recipe."""
    sound = 0
    for path in PAGES:
        try:
            planned = winitgen.plan(path)
        except (SpecError, UnreadableError):
            continue
        check(planned)
        sound += 1

    assert sound >= 32, sound


@pytest.mark.slow
def test_all_families() -> None:
    """The model of every family that a short config describes keeps its recipe."""
    sound = 0
    for path in sorted((ROOT / "winitgen" / "families").glob("*.yaml")):
        config = json.dumps({"model_type": path.stem, "num_hidden_layers": 2}).encode()
        try:
            planned = load.plan_of(load.read_content(config, path.stem))
        except SpecError:  # a family in which the number of layers is said elsewhere
            continue
        check(planned)
        sound += 1

    assert sound >= 100, sound


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return all places in a plain value: the list or mapping, and the index or key."""
    found: list[tuple[Any, Any]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += [(value, key), *_places(inner)]
    return found


def _changed(spec: Any, chance: random.Random) -> str:
    """Change one thing of a spec into what winitgen never writes; return what it was."""
    kind = chance.choice(["repeat", "expression", "vars", "when", "null", "default", "float", "scheme"])
    layers = [
        place for place in _places(spec) if isinstance(place[0], list) and "type" in str(place[0][place[1]])
    ]
    layers = [
        place for place in layers if isinstance(place[0][place[1]], dict) and "type" in place[0][place[1]]
    ]
    holder, at = chance.choice(layers)
    layer = holder[at]
    numbers = [
        (inner, key)
        for inner, key in _places(spec)
        if isinstance(inner[key], int) and not isinstance(inner[key], bool)
    ]
    match kind:
        case "repeat":
            holder[at] = {"type": "repeat", "times": 50_000, "name": "r{i}", "layers": [layer]}
        case "expression":
            inner, key = chance.choice(numbers)
            inner[key] = "${" + "+".join(["0"] * 80) + f"+{inner[key]}}}"
        case "vars":
            spec["vars"] = {"a": [1] * 10}
        case "when":
            layer["when"] = True
        case "null":
            layer["name"] = layer.get("name")
            layer["when" if chance.random() < 0.5 else "bias_init"] = None
        case "default":
            spec["seed"] = 0
        case "float":
            inner, key = chance.choice(numbers)
            inner[key] = float(inner[key])
        case "scheme":
            spec["defaults"].pop("init", None)
    return kind


SOURCE = {
    "model": "m",
    "input": [3, 16, 16],
    "outputs": {"type": "head"},
    "layers": [
        {"type": "conv2d", "name": "c", "filters": 8, "kernel_size": 3, "activation": "relu"},
        {"type": "repeat", "times": 3, "name": "b{i}", "layers": [{"type": "residual", "layers": [
            {"type": "conv2d", "name": "a", "filters": 8, "kernel_size": 3, "padding": "same"},
            {"type": "batch_norm", "name": "n"},
        ]}]},
        {"type": "flatten"},
        {"type": "dense", "name": "head", "units": 5, "init": {"scheme": "normal", "std": 0.5}},
    ],
}  # fmt: skip


def test_changed_recipes_are_refused_at_once() -> None:
    """What winitgen never writes is refused in one line, whatever it would mean and cost."""
    text = metadata(winitgen.plan(SOURCE))["winitgen"]
    seen = set()
    begin = time.process_time()
    for number in range(MUTATIONS):
        recipe = json.loads(text)
        seen.add(_changed(recipe["spec"], random.Random(number)))  # noqa: S311  # the same on every run
        with pytest.raises(UnreadableError) as caught:
            again(json.dumps(recipe, sort_keys=True, separators=(",", ":")))
        message = str(caught.value)
        assert message.startswith("the recipe in w is damaged: "), message
        assert message.endswith("; name its layer-spec: winitgen verify w SPEC"), message

    assert len(seen) == 8
    assert time.process_time() - begin < 20
    again(text)


EXPRESSION = "${" + "+".join(["1"] * 89) + "}"
BOMBS = [
    [{"type": "repeat", "times": 50_000, "layers": [
        {"type": "param", "name": "p{i}", "shape": [1], "init": {"scheme": "normal", "mean": EXPRESSION, "std": EXPRESSION}}
    ]}],
    [{"type": "param", "name": f"p{number}", "shape": [EXPRESSION] * 8, "init": "zeros"} for number in range(20_000)],
]  # fmt: skip


@pytest.mark.parametrize("layers", BOMBS, ids=["repeated", "written out"])
def test_recipes_that_would_take_minutes(layers: Any) -> None:
    """Nothing is evaluated or repeated for a recipe."""
    recipe = json.loads(metadata(winitgen.plan(SOURCE))["winitgen"])
    recipe["spec"]["layers"] = layers
    text = json.dumps(recipe)
    begin = time.process_time()
    with pytest.raises(UnreadableError):
        again(text)

    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    ("one", "other"), [(1, 1.0), (1, True), (0, False), (0.0, -0.0), ([1], [1, 2]), ({"a": 1}, {"b": 1})]
)
def test_what_is_the_same(one: Any, other: Any) -> None:
    """Numbers of two kinds are two texts in a recipe."""
    check_canonical({"a": [one, (2, "x")]}, {"a": (one, [2, "x"])})
    with pytest.raises(BadRecipe) as caught:
        check_canonical(one, other)

    assert str(caught.value) == "its spec is not in the form in which winitgen writes it"


def test_names_that_are_keys_of_a_spec() -> None:
    """Inputs and outputs may be called as what is written out."""
    spec = {
        "input": {"vars": 3, "times": 3, "type": 3},
        "outputs": {"type": "repeat", "when": "repeat"},
        "layers": [
            {"type": "add", "name": "sum", "from": ["vars", "times", "type"]},
            {"type": "dense", "name": "repeat", "units": 2},
        ],
    }
    check(winitgen.plan(spec))


def test_a_text_that_a_call_sets_cannot_be_an_expression() -> None:
    """A recipe has no expressions, so that no value may look like one."""
    spec = {"vars": {"a": "x"}, "model": "${a}", "input": 3, "layers": [{"type": "dense", "units": 2}]}
    with pytest.raises(SpecError) as caught:
        winitgen.load_spec(spec, variables={"a": "${x}"})

    message = "<mapping>:1:31: model: '${a}' gives '${x}', but a text cannot have '${' in it"
    assert message == str(caught.value)


def test_a_repeat_of_no_times_stays() -> None:
    """It is in the recipe as it is, and costs nothing."""
    nothing = {"type": "repeat", "times": 0, "name": "n{i}", "layers": [{"type": "dense", "units": 3}]}
    check(winitgen.plan({"input": 3, "layers": [nothing, {"type": "dense", "units": 2}]}))
