"""The recipe in a file gives the plan it was written from; an invalid recipe is refused in one line."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.audit.conftest import LAYOUTS, SPECS, TORCH_ONLY, with_recipe
from winitgen.audit.recipe_plan import plan_of
from winitgen.files.input.open_file import OpenFile
from winitgen.files.recipe import metadata
from winitgen.layouts import tensors
from winitgen.planning.plan import Plan


def read_back(text: str) -> Plan:
    """Return the plan of a file that holds only a recipe."""
    return plan_of(OpenFile("w", "safetensors", recipe=text))


PLANS = [
    pytest.param(path, layout, id=f"{path.stem}-{layout}")
    for path in sorted(SPECS.glob("*.yaml"))
    for layout in (LAYOUTS[:1] if path.stem in TORCH_ONLY else LAYOUTS)
]


@pytest.mark.parametrize(("path", "layout"), PLANS)
def test_a_recipe_gives_the_same_plan(path: Path, layout: str) -> None:
    """Every parameter, key, scheme and name equals that of the spec, whose own dtype llama-tiny keeps."""
    planned = winitgen.plan(path, seed=2**64 - 1, layout=layout)

    again = read_back(metadata(planned)["winitgen"])

    assert planned.parameters == again.parameters
    assert metadata(planned) == metadata(again)
    assert [tensor.name for tensor in tensors(planned)] == [t.name for t in tensors(again)]


@pytest.mark.parametrize("dtype", ["float64", "float16", "float8_e4m3fnuz"])
def test_a_number_format_is_that_of_the_recipe(dtype: str) -> None:
    """An option that replaced the spec's dtype is in the recipe."""
    planned = winitgen.plan(SPECS / "llama-tiny.yaml", dtype=dtype)

    assert planned.parameters == read_back(metadata(planned)["winitgen"]).parameters
    assert dtype == planned.parameters[0].dtype


def test_a_spec_of_a_kilobyte_with_thousands_of_layers() -> None:
    """A recipe with written-out repetitions may exceed the limits of a spec and is still read."""
    layer = {"name": "x" * 90, "type": "dense", "units": 2, "init": {"scheme": "he_normal", "gain": 1.25}}
    planned = winitgen.plan(
        {
            "input": 2,
            "layers": [{"type": "repeat", "times": 5000, "name": "a" * 90 + "{i}", "layers": [layer]}],
        }
    )

    text = metadata(planned)["winitgen"]

    assert len(text) > 2**20
    assert planned.parameters == read_back(text).parameters


def test_the_deepest_spec_that_is_read() -> None:
    """A repeat takes two levels in a spec and four in its recipe."""

    def nested(levels: int) -> dict[str, Any]:
        layers: list[dict[str, Any]] = [
            {"type": "dense", "units": 4, "activation": {"name": "elu", "alpha": 2}}
        ]
        for number in range(levels):
            layers = [{"type": "repeat", "times": 1, "name": f"r{number}", "layers": layers}]
        return {"input": 4, "layers": layers}

    with pytest.raises(winitgen.SpecError, match="nested deeper than 64 levels"):
        winitgen.plan(nested(31))
    planned = winitgen.plan(nested(30))

    assert planned.parameters == read_back(metadata(planned)["winitgen"]).parameters


def test_text_that_yaml_would_read_otherwise() -> None:
    """A model called 'no', '1e3' or '~' keeps its name in the recipe and in the plan."""
    for name in ("no", "1e3", "~", "null", "#x", "- a", "{", '"', "a: b", "\u00e9\u4e2d\U0001f600"):
        planned = winitgen.plan({"model": name, "input": 2, "layers": [{"type": "dense", "units": 2}]})

        assert name == read_back(metadata(planned)["winitgen"]).model


GOOD: dict[str, Any] = {
    "dtype": "float32",
    "layout": "torch",
    "seed": 0,
    "spec": {"input": 3, "layers": [{"name": "fc", "type": "dense", "units": 2}]},
    "stream": 1,
}
LAYER = GOOD["spec"]["layers"][0]


def spec(**changes: Any) -> str:
    """Return a recipe with a changed spec."""
    return json.dumps(GOOD | {"spec": GOOD["spec"] | changes})


NO_RECIPE = "it is not a JSON object with a seed, spec, dtype, layout and stream"
DAMAGED = [
    ("", NO_RECIPE),
    ("{", NO_RECIPE),
    ("[]", NO_RECIPE),
    ("null", NO_RECIPE),
    ("\ud800", NO_RECIPE),
    ('{"seed": 0}', NO_RECIPE),
    (json.dumps(GOOD | {"seed": "0"}), NO_RECIPE),
    (json.dumps(GOOD | {"seed": 1.5}), NO_RECIPE),
    (json.dumps(GOOD | {"stream": None}), NO_RECIPE),
    (json.dumps(GOOD | {"stream": []}), NO_RECIPE),
    (json.dumps(GOOD | {"seed": 10**30}), f"a seed is a whole number from 0 to 2^64 - 1, not {10**30}"),
    (
        json.dumps(GOOD | {"seed": 10**4000}),
        "a seed is a whole number from 0 to 2^64 - 1, not a number of 13288 bits",
    ),
    (json.dumps(GOOD)[:-1].replace('"seed": 0', '"seed": 1' + "0" * 9000) + "}", NO_RECIPE),
    ("[" * 100_000 + "]" * 100_000, NO_RECIPE),
    (json.dumps(GOOD | {"seed": -1}), "a seed is a whole number from 0 to 2^64 - 1, not -1"),
    (json.dumps(GOOD | {"dtype": "float31"}), "unknown dtype 'float31'; did you mean 'float32'?"),
    (
        json.dumps(GOOD | {"layout": "\x1b[2J"}),
        r"unknown layout '\x1b[2J'; the layouts are flax, keras, nnx, torch",
    ),
    (json.dumps(GOOD | {"dtype": "int64"}), "unknown dtype 'int64'"),
    (
        json.dumps(GOOD | {"spec": None}),
        "a layer-spec is a mapping such as {input: 784, layers: [...]}, not nothing",
    ),
    (
        json.dumps(GOOD | {"spec": [1]}),
        "a layer-spec is a mapping such as {input: 784, layers: [...]}, not [1]",
    ),
    (json.dumps(GOOD | {"spec": {}}), "a layer-spec needs 'layers', a list of layers"),
    (
        spec(layers=[LAYER | {"units": 0}]),
        "layers[0].units: expected a whole number from 1 to 2^40, not 0",
    ),
    (
        spec(layers=[LAYER | {"units": 0}, LAYER | {"activation": "rellu"}]),
        "layers[0].units: expected a whole number from 1 to 2^40, not 0, and 1 more",
    ),
    (spec(input="${n}"), "it has an expression, ${...}, where winitgen writes its value;"),
    (spec(vars={"n": 3}), "it has 'vars', which winitgen writes out;"),
    (spec(layers=[LAYER | {"when": True}]), "it has 'when', which winitgen writes out;"),
    (
        spec(layers=[{"type": "repeat", "times": 50_000, "name": "a{i}", "layers": [LAYER]}]),
        "it has a repeat, which winitgen writes out;",
    ),
    (spec(), "its spec is not in the form in which winitgen writes it;"),
    (
        spec(layers=[LAYER | {"units": 2**200}]),
        "layers[0].units: expected a whole number from 1 to 2^40, not ",
    ),
    (spec(layers=json.loads("[" * 200 + "]" * 200)), "it is nested deeper than 128 levels"),
    (
        spec(layers=[0] * 1000),
        "layers[0]: a layer is a mapping such as {type: dense, units: 10}, not 0, and 99 more",
    ),
]


@pytest.mark.parametrize(("text", "why"), DAMAGED)
def test_a_damaged_recipe(text: str, why: str) -> None:
    """One line says what is wrong with the recipe, and what to do instead."""
    with pytest.raises(winitgen.UnreadableError) as caught:
        read_back(text)

    message = str(caught.value)
    assert message.startswith(f"the recipe in w is damaged: {why}")
    assert message.endswith("; name its layer-spec: winitgen verify w SPEC")
    assert len(message) < 400
    assert message.isprintable()


@pytest.mark.parametrize("number", [0, 2, -1, 2**63])
def test_a_stream_of_another_release(number: int) -> None:
    """Values drawn with another stream are not compared."""
    with pytest.raises(winitgen.UnreadableError) as caught:
        read_back(json.dumps(GOOD | {"stream": number}))

    message = (
        f"w was drawn with stream {number}, but this winitgen only knows stream 1; "
        "verify it with the release that wrote it"
    )
    assert message == str(caught.value)


TEXT = metadata(winitgen.plan(GOOD["spec"]))["winitgen"]
OTHER_TEXTS = {
    "spaces": json.dumps(json.loads(TEXT), sort_keys=True),
    "a line end": f"{TEXT}\n",
    "another order": json.dumps(dict(reversed(json.loads(TEXT).items())), separators=(",", ":")),
    "a key twice": '{"seed":5,' + TEXT[1:],
    "another key": TEXT[:-1] + ',"x":1}',
    "a hash beside it": TEXT[:-1] + ',"sha256":"00"}',
    "-0": TEXT.replace('"seed":0', '"seed":-0'),
    "an escape": TEXT.replace("torch", "t\\u006frch"),
}
FORM = "its text is not in the form in which winitgen writes it"


@pytest.mark.parametrize("text", OTHER_TEXTS.values(), ids=OTHER_TEXTS)
def test_a_recipe_has_one_text(text: str, tmp_path: Path, small: Any) -> None:
    """Its hash is that of the text, so that another text for the same plan is not a recipe; nor for inspect."""
    with pytest.raises(winitgen.UnreadableError) as caught:
        read_back(text)
    assert f"the recipe in w is damaged: {FORM}; name its layer-spec: winitgen verify w SPEC" == str(
        caught.value
    )

    path, spec = tmp_path / "w.safetensors", GOOD["spec"]
    winitgen.write(spec, path, fsync=False)
    expect = hashlib.sha256(TEXT.encode()).hexdigest()
    assert expect == winitgen.verify(path, expect=expect)["recipe"]
    assert expect == winitgen.inspect(path)["provenance"]["sha256"]
    with_recipe(path, text)
    assert winitgen.inspect(path)["provenance"] is None
    assert [
        f"the file carries a different recipe: {FORM}; its values are those of the spec"
    ] == winitgen.verify(path, spec)["notes"]


def test_a_hash_in_place_of_a_recipe() -> None:
    """An archive that carries only the hash of its recipe is refused with the reason."""
    with pytest.raises(winitgen.UnreadableError) as caught:
        read_back('{"sha256":"00"}')

    assert (
        "w carries only the hash of its recipe, which was too long for a zip comment; "
        "name its layer-spec: winitgen verify w SPEC" == str(caught.value)
    )


HOSTILE = """
import resource, sys
sys.path[:0] = {path!r}
import winitgen
resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
try:
    winitgen.verify(sys.argv[1])
except winitgen.WinitgenError as error:
    print(type(error).__name__, str(error)[:300])
"""


@pytest.mark.parametrize(
    "layers",
    [
        "[" + "{}," * 2_000_000 + "{}]",
        "[" + "[]," * 2_000_000 + "[]]",
        '["' + "x" * 90_000_000 + '"]',
        "[" + '{"type":"dense","units":1},' * 60_000 + "0]",
        '[{"type":"dense","units":1,"name":"' + "." * 40_000_000 + '"}]',
        '[{"type":"param","name":"p","init":"zeros","shape":[' + "1," * 500_000 + "1]}]",
    ],
    ids=["mappings", "lists", "text", "layers", "name", "shape"],
)
def test_a_hostile_recipe_takes_bounded_memory_and_time(layers: str, tmp_path: Path, small: Any) -> None:
    """Two gigabytes of address space and a minute suffice to refuse any recipe."""
    path = tmp_path / "w.safetensors"
    winitgen.write(small, path, fsync=False)
    text = json.dumps(GOOD)[:-1] + "}"
    with_recipe(path, text.replace(json.dumps(GOOD["spec"]["layers"]), layers))

    code = HOSTILE.format(path=sys.path)
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)

    refused = (
        f"the recipe in {path} is damaged: ",
        f"{path} has a header that is too large to read: more than 250,000 tensors, or as much other content",
    )
    assert run.stdout.removeprefix("UnreadableError ").startswith(refused)


def test_the_seed_of_a_recipe_decides(tmp_path: Path, small: Any, wrong: Callable[..., list[str]]) -> None:
    """With the next seed, the first element of the first tensor differs."""
    path = tmp_path / "w.safetensors"
    winitgen.write(small, path, seed=6, fsync=False)
    with_recipe(path, lambda recipe: recipe.update(seed=7))

    before, after = (str(winitgen.generate(small, seed=seed)["fc1.weight"][0, 0]) for seed in (6, 7))
    assert [f"fc1.weight[0, 0] (element 0) is {before}, not {after}"] == wrong(path)


def test_a_spec_of_a_recipe_decides(tmp_path: Path, small: Any, wrong: Callable[..., list[str]]) -> None:
    """One more unit is found before anything is drawn."""
    path = tmp_path / "w.safetensors"
    winitgen.write(small, path, fsync=False)
    with_recipe(path, lambda recipe: recipe["spec"]["layers"][2].update(units=8))

    assert [
        "out.weight has the shape [7, 500], not [8, 500]",
        "out.bias has the shape [7], not [8]",
    ] == wrong(path)
