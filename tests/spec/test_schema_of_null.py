"""Every key of every object of the schema, set to null: the schema and the reader agree whether that is a mistake."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft7Validator

from winitgen.catalog.layers import LAYERS
from winitgen.errors import SpecError
from winitgen.load import load_spec
from winitgen.spec.schema import json_schema

SCHEMA = json_schema()
VALIDATOR = Draft7Validator(SCHEMA)
DENSE = {"name": "b", "type": "dense", "units": 4, "inputs": 4}
WHOLE = {"input": 4, "layers": [DENSE]}


def reader_accepts(spec: Any) -> bool:
    """Tell whether a spec is read and planned without a mistake."""
    try:
        load_spec(spec)
    except SpecError:
        return False
    return True


def mistakes_of_reader(spec: Any) -> str:
    """Return all mistakes, as lines."""
    with pytest.raises(SpecError) as refused:
        load_spec(spec)
    return str(refused.value)


def schema_accepts(definition: str, key: str) -> bool:
    """Tell whether the schema of one object takes null for a key."""
    one = SCHEMA["definitions"][definition]["properties"][key]
    return Draft7Validator({**one, "definitions": SCHEMA["definitions"]}).is_valid(None)


@pytest.mark.parametrize("kind", sorted(LAYERS))
def test_keys_of_layers(kind: str) -> None:
    """Null is refused for what a layer needs, and for ``when``; the planner may say more of the layer."""
    definition = SCHEMA["definitions"][f"{kind}_layer"]
    for key in definition["properties"]:
        if key in definition["required"]:
            assert not schema_accepts(f"{kind}_layer", key), key
            assert not reader_accepts({"input": 4, "layers": [{"type": kind, key: None}]}), key
            continue
        spec = {"input": 4, "layers": [{"type": kind, key: None}]}
        told = "" if reader_accepts(spec) else mistakes_of_reader(spec)

        assert schema_accepts(f"{kind}_layer", key) is (f"layers[0].{key}: expected" not in told), (key, told)


def wholes() -> Iterator[Any]:
    """Yield specs, right but for one null: at the top, in defaults, rules, inputs, outputs, schemes, activations, ties."""
    rule = {"match": "*", "init": "he_normal", "type": "dense", "role": "kernel"}
    yield from ({**WHOLE, key: None} for key in SCHEMA["properties"])
    yield from (
        {**WHOLE, "defaults": {key: None}}
        for key in SCHEMA["properties"]["defaults"]["anyOf"][0]["properties"]
    )
    yield from ({**WHOLE, "rules": [{**rule, key: None}]} for key in rule)
    yield from ({**WHOLE, key: {"b": None}} for key in ("input", "outputs"))
    yield {**WHOLE, "input": {"tokens": None}}
    for scheme, options in {
        "he_normal": ["gain", "mode", "seed"],
        "normal": ["std", "mean"],
        "uniform": ["low", "high"],
        "truncated_normal": ["std", "mean", "bounds"],
        "orthogonal": ["gain"],
        "constant": ["value"],
    }.items():
        for option in ("scheme", *options):
            yield {**WHOLE, "layers": [{**DENSE, "init": {"scheme": scheme, option: None}}]}
    yield {**WHOLE, "layers": [{**DENSE, "activation": {"name": "leaky_relu", "slope": None}}]}
    yield {**WHOLE, "layers": [{**DENSE, "activation": {"name": None}}]}
    for tied in (
        {},
        {"bias": None},
        {"kernel": None, "bias": None},
        {"kernel": "a", "bias": None},
        "a",
        None,
    ):
        yield {**WHOLE, "layers": [{**DENSE, "name": "a"}, {**DENSE, "tied_to": tied}]}
    for when in (None, False, True):
        yield {**WHOLE, "layers": [DENSE, {"type": "dense", "name": "c", "units": 4, "when": when}]}


def test_whole_specs() -> None:
    """A null at any other place is right or wrong to both."""
    found = [(spec, VALIDATOR.is_valid(spec), reader_accepts(spec)) for spec in wholes()]

    assert [] == [one for one in found if one[1] is not one[2]]
    assert 10 < sum(valid for _, valid, _ in found) < len(found) - 10
