"""Mappings in which one list stands in many places: refused while they are copied, before they fill the memory."""

from __future__ import annotations

import json
from typing import Any

import pytest

import winitgen
from winitgen.arguments import OversizeError, mapping
from winitgen.errors import SpecError, UsageError
from winitgen.spec.yaml import MOST_BYTES

LAYERS = [{"type": "dense", "units": 2}]


def shared(first: Any, levels: int) -> Any:
    """Return lists of ten inside each other, which are ``10 ** levels`` times the first one."""
    found = first
    for _ in range(levels):
        found = [found] * 10
    return found


@pytest.mark.parametrize(
    "value",
    [shared(1, 40), shared([], 40), shared({}, 40), shared("x" * 1_000, 5), shared({"k" * 9_000: 0}, 5)],
)
def test_a_spec(value: Any) -> None:
    """The refusal is that of a text that is too long; a copy of so many values would never end."""
    with pytest.raises(SpecError) as caught:
        winitgen.plan({"vars": {"x": value}, "input": 3, "layers": LAYERS})

    assert f"<mapping>: the file has more than {MOST_BYTES} bytes, the maximum" == str(caught.value)


def test_variables() -> None:
    """The argument is named."""
    with pytest.raises(UsageError) as caught:
        winitgen.load_spec({"vars": {"x": 1}, "input": 3, "layers": LAYERS}, variables={"x": shared(1, 40)})

    assert "variables has more than 1048576 bytes, written out" == str(caught.value)


@pytest.mark.parametrize("item", [1, [1], [], {}, "", "xy", {"": 1}, {"k": []}, None, [[], 1]], ids=repr)
def test_what_a_text_can_hold_is_copied(item: Any) -> None:
    """No mapping whose text has the most bytes is refused, whatever fills it."""
    each = len(json.dumps([item, item])) - len(json.dumps([item]))
    most = {"a": [item] * ((MOST_BYTES - len(json.dumps({"a": []}))) // each)}

    assert MOST_BYTES >= len(json.dumps(most)) > MOST_BYTES - 2 * each
    assert most == mapping("spec", most)


def test_longer_than_any_text() -> None:
    """Copying ends at the limit: a text of one more byte than there is room for, and long keys, are refused."""
    with pytest.raises(OversizeError) as caught:
        mapping("spec", {"a": "x" * (MOST_BYTES - 1)})

    assert f"spec has more than {MOST_BYTES} bytes, written out" == str(caught.value)
    with pytest.raises(OversizeError, match=r"^spec has more than 1048576 bytes, written out$"):
        mapping("spec", {"a": [{"k" * 9_000: 0}] * 117})
    assert {"a": "x" * (MOST_BYTES - 2)} == mapping("spec", {"a": "x" * (MOST_BYTES - 2)})
