"""The recipe in a file: what is valid, its hash, and how two recipes differ."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.files.recipe import BadRecipe, Recipe, RecipeHash, difference, fitting, metadata, parse, read

SPEC: dict[str, Any] = {"model": "m", "input": 3, "layers": [{"name": "fc", "type": "dense", "units": 2}]}
GOOD = {"dtype": "float32", "layout": "torch", "seed": 7, "spec": {"model": "m"}, "stream": 1}
NONE = "it is not a JSON object with a seed, spec, dtype, layout and stream"


def without(key: str) -> dict[str, Any]:
    """Return a recipe that lacks one key."""
    return {name: value for name, value in GOOD.items() if name != key}


def test_what_is_written_is_read_back() -> None:
    """A plan's recipe is one line of JSON with sorted keys, and is read back unchanged."""
    planned = winitgen.plan(SPEC, seed=2**64 - 1, layout="keras")
    text = metadata(planned)["winitgen"]

    assert Recipe.of(planned) == parse(text)
    assert text == Recipe.of(planned).text
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))


def test_the_framework_stands_beside_the_recipe() -> None:
    """The framework is stored under the key ``format``, where other programs look for it."""
    assert ["pt", "np", "flax", "flax"] == [
        metadata(winitgen.plan(SPEC, layout=layout))["format"] for layout in ("torch", "keras", "flax", "nnx")
    ]


def test_room_for_a_recipe_or_for_its_hash() -> None:
    """Bytes are counted, not characters; the hash covers the whole text."""
    assert ("漢字", '{"sha256":"' + hashlib.sha256("漢字".encode()).hexdigest() + '"}') == (
        fitting("漢字", 6),
        fitting("漢字", 5),
    )
    recipe = Recipe(**GOOD)
    assert recipe.hash == parse(fitting(recipe.text, 10))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        *((text, NONE) for text in ("", "{", "[]", "null", "{}", '{"other":1}', '{"sha256":3}', "\ud800")),
        *(pytest.param(json.dumps(without(key)), NONE, id=f"without {key}") for key in GOOD),
        *(
            pytest.param(json.dumps(GOOD | {key: value}), NONE, id=f"{key} {value!r}")
            for key, value in (("seed", "7"), ("seed", 7.0), ("seed", True), ("stream", None), ("dtype", 3))
        ),
        pytest.param(json.dumps(GOOD | {"spec": float("nan")}), NONE, id="NaN"),
        pytest.param(json.dumps(GOOD)[:-1] + ',"x":1e999}', NONE, id="infinity"),
        pytest.param(json.dumps(GOOD)[:-1] + ',"x":"\\ud800"}', NONE, id="half a character"),
        pytest.param('{"seed":' + "1" * 5000 + "}", NONE, id="5,000 digits"),
        pytest.param("[" * 100_000 + "]" * 100_000, NONE, id="100,000 levels"),
        pytest.param('"' + "漢" * (1 << 24) + '"', NONE, id="long in wide letters"),
        pytest.param(
            json.dumps(GOOD | {"spec": json.loads("[" * 300 + "]" * 300)}),
            "it is nested deeper than 128 levels",
            id="300 levels",
        ),
        pytest.param(
            "[" + "0," * 3_000_001 + "0]",
            "it has more than 3,000,000 values, the most that winitgen reads",
            id="values",
        ),
        pytest.param(
            "\0" * 100_000_001, "it has more than 100,000,000 bytes, the most that winitgen reads", id="bytes"
        ),
    ],
)
def test_what_is_no_recipe(text: str, why: str) -> None:
    """`read` gives the reason for refusing a text, and `parse` returns None."""
    with pytest.raises(BadRecipe) as caught:
        read(text)

    assert why == str(caught.value)
    assert parse(text) is None


def test_a_file_without_a_recipe() -> None:
    """A missing text is no recipe."""
    assert parse(None) is None


def test_a_hash_that_stands_beside_a_whole_recipe_is_not_needed() -> None:
    """A whole recipe takes precedence over a hash in the same text."""
    assert Recipe(**GOOD) == parse(json.dumps(GOOD | {"sha256": "00"}))
    assert RecipeHash("00") == parse('{"sha256":"00"}')


@pytest.mark.parametrize(
    ("changed", "clause"),
    [
        ({}, ""),
        ({"seed": 8}, "its seed is 8, not 7"),
        ({"seed": 10**40}, "its seed differs"),
        ({"spec": {}}, "its spec differs"),
        ({"spec": "m"}, "its spec differs"),
        ({"dtype": "float16"}, "its dtype is float16, not float32"),
        ({"dtype": "\x1b[2J"}, "its dtype differs"),
        ({"layout": "x" * 41}, "its layout differs"),
        ({"stream": 2, "seed": 8}, "its seed is 8, not 7"),
        ({"stream": 2}, "its stream is 2, not 1"),
    ],
)
def test_the_first_thing_in_which_two_differ(changed: dict[str, Any], clause: str) -> None:
    """A value is shown only if it is short and printable, because the file is untrusted."""
    assert clause == difference(Recipe(**(GOOD | changed)), Recipe(**GOOD))


@pytest.mark.parametrize("name", ["w.safetensors", "w.h5", "w.npz", "w/", "w.safetensors.index.json"])
def test_the_report_states_the_hash_of_the_recipe(name: str, tmp_path: Path) -> None:
    """The report's hash is that of the recipe which the plan has, whatever the form of the file."""
    written = winitgen.write(SPEC, f"{tmp_path}/{name}", seed=3)

    assert Recipe.of(winitgen.plan(SPEC, seed=3)).hash.sha256 == written.report["recipe"]


def test_a_hash_says_only_that_something_differs() -> None:
    """The hash covers the whole recipe."""
    wanted = Recipe(**GOOD)

    assert "" == difference(wanted.hash, wanted)
    assert "its seed, spec or options differ" == difference(wanted._replace(seed=8).hash, wanted)


@pytest.mark.parametrize(
    ("init", "bits"),
    [
        ({"scheme": "arange", "start": -0.0, "step": -1}, [-0.0, -1.0, -2.0, -3.0]),
        ({"scheme": "causal_mask", "above": -0.0}, [1.0, -0.0, 1.0, 1.0]),
        ({"scheme": "listed", "values": [-0.0, 0.0]}, [-0.0, 0.0, -0.0, 0.0]),
        ({"scheme": "constant", "value": -0.0}, [-0.0] * 4),
    ],
)
def test_the_sign_of_zero(init: dict[str, Any], bits: list[float], tmp_path: Path) -> None:
    """A zero with a sign is not the default of its option, which has none; nor is the scheme that of the defaults."""
    layer = {"name": "p", "type": "param", "shape": [2, 2], "init": init}
    dense = {
        "name": "d",
        "type": "dense",
        "inputs": 1,
        "units": 4,
        "init": {"scheme": "constant", "value": -0.0},
    }
    spec = {"defaults": {"init": {"scheme": "constant", "value": 0.0}}, "layers": [layer, dense]}
    winitgen.write(spec, tmp_path / "w.npz")
    found = np.load(tmp_path / "w.npz")

    assert np.array(bits, "f4").tobytes() == found["p"].tobytes()
    assert np.array([-0.0] * 4, "f4").tobytes() == found["d.weight"].tobytes()
    assert "verified" == winitgen.verify(tmp_path / "w.npz")["status"]
