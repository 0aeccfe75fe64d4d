"""The entry of a recipe that lists the drawn tensors, or the copied ones: what it may be, and what init writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import safetensors.numpy

import winitgen
from tests.base.test_verified import LISTED, difference, forged, recipe_of
from winitgen.files.copied_entry import CopiedEntry
from winitgen.files.recipe import BadRecipe, read

SHA256 = "0f" * 32


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        {"drawn": ["a"]},
        {"sha256": SHA256},
        {"drawn": ["a"], "copied": [], "sha256": SHA256},
        {"drawn": [1], "sha256": SHA256},
        {"drawn": "a", "sha256": SHA256},
        {"drawn": ["a"], "sha256": 0},
        {"drawn": ["a"], "sha256": "00"},
        {"drawn": ["a"], "sha256": "x" * 64},
    ],
)
def test_an_entry_that_is_none(entry: Any, new: Path) -> None:
    """The recipe of a file may be anything; a damaged one is not followed."""
    text = json.dumps({**json.loads(recipe_of(new)), "base": entry})
    with pytest.raises(BadRecipe) as error:
        read(text)

    assert "its base is not the names of tensors and a sha256" == str(error.value)


BODY = ["body.weight", "body.bias"]


@pytest.mark.parametrize("with_base", [True, False])
@pytest.mark.parametrize(
    ("drawn", "more"),
    [([], []), (["head.bias"], ["xyz"]), ([*BODY, "norm.weight", "head.bias", "head.weight"], [])],
)
def test_lists_that_init_does_not_write(
    drawn: list[str], more: list[str], with_base: bool, new: Path
) -> None:
    """Not none, no other names, and not the longer of both lists."""
    forged(new, drawn, more)

    assert [f"new.safetensors: {LISTED}"] == difference(
        new, base=new.parent / "trained.safetensors" if with_base else None
    )


@pytest.mark.parametrize("names", [["head.bias", "head.bias", "head.weight"], ["head.weight", "head.bias"]])
def test_lists_are_sorted_and_say_nothing_twice(names: list[str], new: Path) -> None:
    """The recipe of the same tensors has one text."""
    text = recipe_of(new).replace('["head.bias","head.weight"]', json.dumps(names, separators=(",", ":")))
    arrays = safetensors.numpy.load_file(new)
    safetensors.numpy.save_file(arrays, new, {"format": "pt", "winitgen": text})
    with pytest.raises(winitgen.UnreadableError) as error:
        winitgen.verify(new)

    assert (
        f"the recipe in {new} is damaged: its text is not in the form in which winitgen writes it; name its layer-spec: "
        f"winitgen verify {new} SPEC" == str(error.value)
    )


def test_which_lists_init_writes() -> None:
    """A tensor that the format has no place for counts as copied or not at all."""
    names = {"a", "b", "c", "d"}
    few, many = CopiedEntry.of(["a"], ["b", "c", "d"], SHA256), CopiedEntry.of("abc", "d", SHA256)
    even = CopiedEntry.of("ab", "cd", SHA256)

    assert all(one.is_of(names, set()) for one in (few, many, even))
    assert CopiedEntry(frozenset(), False, SHA256).is_of(names, {"a"})
    assert not CopiedEntry(frozenset(), False, SHA256).is_of(names, set())
    assert not CopiedEntry(frozenset(), True, SHA256).is_of(names, {"a"})
    assert not even._replace(are_copied=True).is_of(names, set())
    assert not CopiedEntry(frozenset("abc"), False, SHA256).is_of(names, set())
    assert not many.is_of(names, {"a", "b"})
    assert not few.is_of({"b", "c", "d"}, set())


def test_the_shorter_list_is_stored() -> None:
    """Both say the same."""
    few = CopiedEntry.of(["a"], ["b", "c"], SHA256)
    many = CopiedEntry.of(["a", "b"], ["c"], SHA256)

    assert {"drawn": ["a"], "sha256": SHA256} == few.plain
    assert {"copied": ["c"], "sha256": SHA256} == many.plain
    assert [True, False, False] == [few.draws(name) for name in "abc"]
    assert [True, True, False] == [many.draws(name) for name in "abc"]
    assert [few, many] == [CopiedEntry.of_plain(one.plain) for one in (few, many)]
