"""Variables of a family's layer-spec that are no fields of a config, as `architecture` or a mapping of inputs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from winitgen.configs import family
from winitgen.errors import UsageError
from winitgen.load import import_config
from winitgen.spec.nodes import Mapping

VALUES: list[Any] = [1, True, "x", [3], {"tokens": 4}, None]
ONE_EACH = [(name, [VALUES[index % len(VALUES)]]) for index, name in enumerate(family.names())]
"""One value for each family: the note tells whether its file knows the name, the value cannot."""
ALL_VALUES = [(name, VALUES) for name in ("bert", "gpt2")]


def own(name: str) -> list[str]:
    """Return the variables of a family that are no fields."""
    template = family.template(name)
    return [variable for variable in template.variables if variable not in template.fields]


def converted(fields: dict[str, Any], **options: Any) -> tuple[str, list[str]]:
    """Return the layer-spec of a config, and the notes on it."""
    found = import_config(json.dumps(fields).encode(), "config.json", **options)
    return found.text, found.notes


@pytest.mark.parametrize(("name", "values"), [*ONE_EACH, *ALL_VALUES])
def test_a_field_of_such_a_name_is_not_used(name: str, values: list[Any]) -> None:
    """The library knows no such field: it changes nothing, whatever it holds, and a note tells that it is not used."""
    text, notes = converted({"model_type": name})

    for variable in own(name):
        words = f"config.json: not used, as no tensor of {name} is known to depend on it: {variable}"
        for value in values:
            assert (text, [*notes, words]) == converted({"model_type": name, variable: value}), variable


@pytest.mark.parametrize("name", family.names()[::7])
def test_a_call_cannot_replace_one(name: str) -> None:
    """It is none of the fields that ``--set`` sets."""
    for variable in own(name):
        with pytest.raises(UsageError, match=rf"^{name} has no field '{variable}'"):
            converted({"model_type": name}, variables={variable: 1})


def test_which_are_no_fields() -> None:
    """The class, the choice of the paper's rule, what holds a mapping, and what a family names; it names no other."""
    assert {"architecture", "paper", "towers", "pre_norm", "side", "gated"} <= {
        variable for name in family.names() for variable in own(name)
    }
    for name in family.names():
        template = family.template(name)
        assert set(template.family.own) <= set(template.variables)
        assert not any(isinstance(template.variables[own], Mapping) for own in template.family.own)
