"""Each family's file by itself, without the library."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import winitgen
from tests.families.all_cases import FAMILIES, PAIRS
from tests.families.family_cases import Case
from winitgen.configs.conversion import convert
from winitgen.configs.family import FOLDER, model_types, names, template
from winitgen.configs.known_fields import IGNORED
from winitgen.layouts import names as tensor_names
from winitgen.load import import_config, parse_spec, plan
from winitgen.planning.plan import Plan


def content(model_type: str, fields: dict[str, Any]) -> bytes:
    """Return a config as the text of a file."""
    return json.dumps({"model_type": model_type, **fields}).encode()


def roles(planned: Plan) -> set[tuple[str, str]]:
    """Return the kinds of tensors of a plan: their names without numbers, and their formats."""
    named = zip(tensor_names(planned), winitgen.layouts.tensors(planned), strict=True)
    return {(re.sub(r"\d+", "{}", name), tensor.dtype) for name, tensor in named}


def test_each_family_has_cases() -> None:
    """A family without cases would be believed, not tested; `also` are tested by the family they are in."""
    assert set(names()) == set(FAMILIES) & set(names())
    assert set(FAMILIES) <= set(model_types())


@pytest.mark.parametrize("model_type", sorted(model_types()))
def test_the_default_config_is_a_layer_spec(model_type: str) -> None:
    """A config that says nothing but its family has the library's defaults, and no note."""
    imported = import_config(content(model_type, {}), "config.json")

    assert [] == imported.notes


@pytest.mark.parametrize("name", names())
def test_the_header_speaks_of_its_own_variables(name: str) -> None:
    """What the header names exists: variables, classes; a field is either used, or ignored, or fixed."""
    read = template(name)
    family, variables = read.family, set(read.variables)
    fields = variables | {
        name.removeprefix(prefix) for name in variables for prefix in family.sections.values()
    }

    assert FOLDER / f"{name}.yaml"
    assert set() == {*family.nullable, *family.activations} - variables
    assert set() == {*family.small, *family.aliases.values()} - variables - {*family.ignored}
    assert set() == {check.field for check in family.checks} - variables
    assert set() == {key for also in family.also.values() for key in also} - variables
    assert set() == variables & {*family.fixed, *family.aliases}
    assert set() == fields & {*family.ignored}, "a variable is also ignored"
    assert set() == set(family.ignored) & IGNORED, "every config may have it"
    assert len(family.ignored) == len(set(family.ignored))
    assert family.paper.endswith(".")


@pytest.mark.parametrize(("name", "case"), PAIRS)
def test_a_case_shrinks_to_one_with_every_kind_of_tensor(name: str, case: Case) -> None:
    """Of each case a small model is left that has the same kinds of tensors, and is small."""
    full = content(name, {"architectures": [case.cls], **case.fields})
    small = convert(full, "config.json", shrink=True)
    before, after = (plan(parse_spec(text.encode(), name)) for text in (convert(full, name).text, small.text))

    assert roles(before) == roles(after)
    assert sum(parameter.size for parameter in after.parameters) <= 400_000
    assert small.text == convert(small.content, "config.json").text
