import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from winitgen.catalog.layers import LAYERS
from winitgen.catalog.presets import PRESETS
from winitgen.catalog.schemes import ALIASES, SCHEMES
from winitgen.spec.schema import json_schema

TESTS = Path(__file__).parents[1]
SPECS = sorted((TESTS.parent / "specs").glob("*.yaml"))
REFUSED = sorted((TESTS / "refused").glob("*.yaml"))
VALIDATOR = Draft7Validator(json_schema())


def load(path: Path) -> Any:
    """Return the values of a YAML file."""
    return YAML(typ="safe", pure=True).load(path.read_bytes())


def test_is_a_schema() -> None:
    """The schema is itself valid draft-07, and plain JSON."""
    Draft7Validator.check_schema(json_schema())

    assert json_schema() == json.loads(json.dumps(json_schema()))


@pytest.mark.parametrize("path", SPECS, ids=[path.stem for path in SPECS])
def test_accepts(path: Path) -> None:
    """The schema accepts every example."""
    assert [error.message for error in VALIDATOR.iter_errors(load(path))] == []


def rejected() -> list[str]:
    """Return the refused specs that are valid YAML and that the schema refuses as well."""
    names = []
    for path in REFUSED:
        try:
            valid = VALIDATOR.is_valid(load(path))
        except (YAMLError, RecursionError, ValueError, AttributeError, TypeError):
            continue
        if not valid:
            names.append(path.stem)
    return names


def test_rejects_many() -> None:
    """The schema refuses most mistakes that one value on its own shows."""
    found = rejected()

    assert len(found) >= 90
    assert {
        "units-zero",
        "units-given-as-text",
        "unknown-type",
        "unknown-activation",
        "unknown-scheme",
        "unknown-key-of-a-layer",
        "unknown-key-at-the-top",
        "scheme-with-the-wrong-option",
        "uniform-without-its-ends",
        "param-without-init",
        "activation-with-the-wrong-number",
        "name-with-a-space",
        "seed-of-two-to-the-64",
    } <= set(found)


@pytest.mark.parametrize("name", [*SCHEMES, *ALIASES])
def test_schemes(name: str) -> None:
    """Every scheme and alias is accepted in a mapping with the options that it needs."""
    needs = SCHEMES[ALIASES.get(name, name)].needs
    options = {
        "direction": "incoming",
        "part": "hidden",
        "window": [7, 7],
        "values": [0.5, 2],
        "sizes": [3, 4],
        "path": "w.npz",
        "tensor": "w",
        "sha256": "0f" * 32,
        "init": ["ones", "he"],
    }
    init = {"scheme": name, **{key: options.get(key, number) for number, key in enumerate(needs, 3)}}

    layer = {"type": "dense", "units": "${d}", "inputs": 5, "name": 0, "init": init}
    assert VALIDATOR.is_valid({"layers": [layer]})


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_type_is_described(name: str) -> None:
    """Every layer type has its options and the text that an editor shows."""
    schema = json_schema()["definitions"][f"{name}_layer"]

    assert schema["description"].endswith(".")
    assert not schema["additionalProperties"]


def undescribed(schema: Any, path: str = "") -> Iterator[str]:
    """Yield where a key, a word or a definition has no description; conditions describe nothing."""
    if isinstance(schema, list):
        for number, part in enumerate(schema):
            yield from undescribed(part, f"{path}[{number}]")
    if not isinstance(schema, dict):
        return
    for group in ("properties", "definitions"):
        for key, value in schema.get(group, {}).items():
            if not value.get("description", "").endswith("."):
                yield f"{path}.{key}"
    if "const" in schema and not schema.get("description"):
        yield f"{path}: {schema['const']}"
    for key, value in schema.items():
        if key in ("properties", "definitions"):
            for name, inner in value.items():
                yield from undescribed(inner, f"{path}.{name}")
        elif key not in ("if", "default", "examples"):
            yield from undescribed(value, path)


def test_everything_is_described() -> None:
    """An editor shows a sentence for every key, and a text for every type, scheme and activation."""
    assert [] == list(undescribed(json_schema()))


def test_a_key_without_a_description_would_be_seen() -> None:
    """The test above can fail: it sees keys, words and definitions, at any depth."""
    bare = {
        "properties": {"a": {"anyOf": [{"const": "x"}]}},
        "definitions": {"b": {"description": "No stop"}},
    }

    assert [".a", ".b", ".a[0]: x"] == list(undescribed(bare))


@pytest.mark.parametrize(
    ("definition", "key", "text", "default"),
    [
        (
            "conv2d_layer",
            "groups",
            "Groups of channels that are convolved separately. Takes a whole number from 1 to 2^40. Default: 1.",
            1,
        ),
        (
            "dense_layer",
            "units",
            "Features that flow out. Takes a whole number from 1 to 2^40. Required.",
            None,
        ),
        (
            "gated_mlp_layer",
            "activation",
            "Activation of the gate. Takes the name of an activation, or a mapping such as {name: leaky_relu, slope: 0.2}. Default: silu.",
            "silu",
        ),
        (
            "layer_norm_layer",
            "epsilon",
            "Added to the variance, or to the mean square, before the root. Takes a number above 0, at most 1. Default: 1e-5.",
            1e-5,
        ),
        (
            "dense_layer",
            "dtype",
            "Number format of the layer's parameters; if absent, the model's. Takes a number format, such as float32.",
            None,
        ),
    ],
    ids=["a default", "a required key", "an activation", "a small number", "no default"],
)
def test_what_an_editor_shows(definition: str, key: str, text: str, default: object) -> None:
    """A key's description says what it means, what it takes, and what holds without it."""
    shown = json_schema()["definitions"][definition]["properties"][key]

    assert (text, default) == (shown["description"], shown.get("default"))


def test_defaults_and_examples_are_valid() -> None:
    """What an editor offers for a key is what the schema accepts there."""
    schema = json_schema()
    offered = [
        (key, value)
        for key, inner in schema["properties"].items()
        for value in (*inner.get("examples", ()), *([inner["default"]] if "default" in inner else ()))
    ]

    assert len(offered) >= 9
    layers = [{"type": "dense", "units": 4}]
    assert [] == [pair for pair in offered if not VALIDATOR.is_valid({"layers": layers, pair[0]: pair[1]})]


def test_numbers_may_be_expressions() -> None:
    """`${...}` can replace any number, in lists too; other text cannot."""
    layer = {"type": "conv2d", "filters": "${4 * d}", "kernel_size": [3, "${k}"]}

    assert VALIDATOR.is_valid({"input": ["${c}", 32, 32], "layers": [layer]})
    assert not VALIDATOR.is_valid({"layers": [{**layer, "filters": "many"}]})
    assert not VALIDATOR.is_valid({"layers": [{**layer, "kernel_size": [3, "odd"]}]})


def test_all_but_text_may_be_an_expression() -> None:
    """`${...}` can be a switch, a list, a word, a scheme or an activation; a variable can be anything."""
    layer = {"type": "conv2d", "filters": 4, "kernel_size": "${k}", "use_bias": "${b}", "padding": "${p}"}
    values = {
        "n": 3,
        "b": False,
        "a": "relu",
        "k": [3, 5],
        "stages": [{"width": 4, "scheme": {"scheme": "he"}}],
    }

    assert VALIDATOR.is_valid({"vars": values, "layers": [{**layer, "init": "${s}", "activation": "${a}"}]})
    assert VALIDATOR.is_valid({"vars": {"pad": None, "m": {"pad": None}}, "layers": [layer]})
    assert not VALIDATOR.is_valid({"layers": [{**layer, "use_bias": "yes"}]})
    assert not VALIDATOR.is_valid({"layers": [{**layer, "init": "s"}]})


@pytest.mark.parametrize(
    ("keys", "valid"),
    [
        ({"times": 3}, True),
        ({"over": "${stages}"}, True),
        ({"over": [{"width": 3}, 4], "as": "stage", "vars": {"n": "${i + 1}"}, "when": "${deep}"}, True),
        ({"times": 3, "when": False}, True),
        ({"over": 3}, False),
        ({"over": [3], "as": "my-stage"}, False),
        ({"times": 3, "vars": [3]}, False),
        ({"times": 3, "when": "no"}, False),
    ],
)
def test_repetitions(keys: dict[str, Any], valid: bool) -> None:
    """A repeat goes over a list or counts, has variables, and may be left out."""
    repeat = {"type": "repeat", "name": "a{i}", "layers": [{"type": "dense", "units": "${width}"}], **keys}

    assert valid == VALIDATOR.is_valid({"layers": [repeat]})


@pytest.mark.parametrize(
    ("layer", "valid"),
    [
        ({"type": "conv1d_transpose", "filters": 4, "kernel_size": 3, "output_padding": [1]}, True),
        ({"type": "conv2d_transpose", "filters": 4, "kernel_size": 3, "output_padding": -1}, False),
        ({"type": "depthwise_conv2d", "kernel_size": 3, "depth_multiplier": 2, "quirks": "keras"}, True),
        ({"type": "depthwise_conv2d", "kernel_size": 3, "filters": 2}, False),
        ({"type": "separable_conv1d", "filters": 4, "kernel_size": 3, "quirks": "none"}, True),
        ({"type": "separable_conv1d", "kernel_size": 3}, False),
        ({"type": "instance_norm", "affine": True}, True),
        ({"type": "instance_norm", "quirks": "torch"}, False),
        ({"type": "positional_embedding", "count": 5, "dim": "${d}", "quirks": "flax"}, True),
        ({"type": "positional_embedding", "count": 5, "dim": 4, "quirks": "jax"}, False),
        ({"type": "group", "name": "b", "tied_to": "a", "tied": "omit"}, True),
        (
            {"type": "conv1d", "filters": 4, "kernel_size": 3, "tied_to": {"kernel": "a", "bias": "a/bias"}},
            True,
        ),
        ({"type": "layer_norm", "tied_to": ["a"]}, False),
        ({"type": "flatten", "tied_to": "a"}, False),
        ({"type": "param", "name": "p", "shape": [4], "dtype": "int64", "init": "arange"}, True),
        ({"type": "param", "name": "p", "shape": [4], "dtype": "complex64", "init": "arange"}, False),
        ({"type": "dense", "units": 4, "dtype": "int64"}, False),
        ({"type": "sinusoidal_embedding", "shape": [1, 9, 4], "order": "halves", "base": 100}, True),
        ({"type": "sinusoidal_embedding", "shape": [4]}, False),
        ({"type": "dense", "units": 4, "kernel_norm": "${norm}", "tied_to": "${ties}"}, True),
        ({"type": "dense", "units": 4, "kernel_norm": "norm"}, False),
        ({"type": "gated_mlp", "units": 4, "names": "${names}"}, True),
        ({"type": "gated_mlp", "units": 4, "names": "names"}, False),
    ],
)
def test_options_of_one_layer(layer: dict[str, Any], valid: bool) -> None:
    """A layer has the options of its own type, and no others."""
    assert valid == VALIDATOR.is_valid({"layers": [layer]})


def test_containers_nest() -> None:
    """A mistake is seen at any depth."""
    inner: dict[str, Any] = {"type": "dense", "units": 0}
    for kind in ("group", "residual", "group"):
        inner = {"type": kind, "layers": [inner]}

    assert not VALIDATOR.is_valid({"layers": [inner]})


def test_presets() -> None:
    """An editor knows the presets, and marks any other name."""
    layers = [{"type": "dense", "units": 4, "inputs": 5}]

    assert VALIDATOR.is_valid({"defaults": {"preset": "torch"}, "layers": layers})
    assert not VALIDATOR.is_valid({"defaults": {"preset": "torhc"}, "layers": layers})


def test_presets_are_described() -> None:
    """An editor shows what each preset draws, and its version."""
    defaults = VALIDATOR.schema["properties"]["defaults"]["anyOf"][0]["properties"]
    choices = defaults["preset"]["anyOf"][0]["anyOf"]
    described = {choice["const"]: choice["description"] for choice in choices if "const" in choice}

    assert [*PRESETS] == [*described]
    assert "As RegNet (timm 1.0.31)." == described["timm-regnet"]


@pytest.mark.parametrize(
    "spec",
    [
        {"dtype": "${t}", "layout": "${'keras'}", "layers": [{"type": "dense", "units": 3}]},
        {"layers": [{"type": "${'dense'}", "units": 3}]},
        {"layers": [{"type": "dense", "units": 3, "dtype": "${t}", "activation": {"name": "${a}", "alpha": 0.3}}]},
        {"layers": [{"type": "dense", "units": 3, "init": {"scheme": "${s}", "std": 0.1}}]},
        {"defaults": {"preset": "${p}"}, "layers": [{"type": "dense", "units": 3}]},
        {"rules": [{"match": "*", "type": "${t}", "init": "he"}], "layers": [{"type": "dense", "units": 3}]},
        {"layers": [{"type": "residual", "layers": [{"type": "dense", "units": 3}], "shortcut": None}]},
    ],
)  # fmt: skip
def test_words_may_be_expressions(spec: dict[str, Any]) -> None:
    """What stands for a word of a list is a variable or an expression, and what may be left out is nothing."""
    assert VALIDATOR.is_valid(spec)


def test_names_may_be_a_variable() -> None:
    """The other names of parts are a mapping of names, or a variable that is one."""
    layer = {"type": "multi_head_attention", "heads": 2}

    assert VALIDATOR.is_valid({"layers": [{**layer, "names": "${names}"}]})
    assert VALIDATOR.is_valid({"layers": [{**layer, "names": {"query": "q"}}]})
    assert not VALIDATOR.is_valid({"layers": [{**layer, "names": "query"}]})


@pytest.mark.parametrize(
    ("spec", "accepted"),
    [
        ({"layers": [{"type": "conv1d", "filters": 4, "kernel_size": 3, "strides": None, "dtype": None}]}, True),
        ({"layers": [{"type": "conv1d", "filters": None, "kernel_size": 3}]}, False),
        ({"layers": [{"type": "dense", "units": 4, "init": {"scheme": "he", "mode": None}}]}, True),
        ({"layers": [{"type": "dense", "units": 4, "init": {"scheme": "constant", "value": None}}]}, False),
        ({"layers": [{"type": "dense", "units": 4, "activation": {"name": "elu", "alpha": None}}]}, True),
        ({"layers": [{"type": "dense", "units": 4, "activation": {"name": None}}]}, False),
        ({"layers": [{"type": "group", "layers": None}]}, False),
        ({"defaults": {"init": None, "preset": None}, "layers": [{"type": "dense", "units": 4}]}, True),
        ({"rules": [{"match": "*", "init": "ones", "role": None}], "layers": [{"type": "flatten"}]}, True),
        ({"rules": [{"match": "*", "init": None}], "layers": [{"type": "flatten"}]}, False),
    ],
)  # fmt: skip
def test_null_is_accepted_where_the_key_may_be_left_out(spec: dict[str, Any], accepted: bool) -> None:
    """What is required cannot be null."""
    assert VALIDATOR.is_valid(spec) is accepted
