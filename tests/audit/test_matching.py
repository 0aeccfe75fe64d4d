"""Matching arrays with tensors: every command finds all that winitgen writes, in any format and layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.audit.conftest import LAYOUTS, path_of
from winitgen.audit.matching import match_tensors, recipe_names, same_arrays
from winitgen.files.formats import FORMATS
from winitgen.files.input import open_weights
from winitgen.files.input.open_file import OpenFile
from winitgen.files.input.stored_array import StoredArray
from winitgen.layouts import tensors

SPEC: dict[str, Any] = {
    "input": 3,
    "layers": [{"name": "a.b", "type": "dense", "units": 2}, {"name": "c", "type": "dense", "units": 4}],
}
ONE: dict[str, Any] = {
    "layers": [
        {"type": "param", "name": "p", "shape": [20, 30], "init": {"scheme": "normal", "std": 1}},
    ]
}
WALK = [
    *((SPEC, name, layout) for name in FORMATS if name != "keras-h5" for layout in LAYOUTS),
    *((ONE, name, layout) for name in FORMATS if name != "keras-h5" for layout in LAYOUTS),
    (SPEC, "keras-h5", "keras"),
]


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize(
    ("spec", "name", "layout"),
    WALK,
    ids=[f"{'one tensor' if spec is ONE else 'four tensors'}-{name}-{layout}" for spec, name, layout in WALK],
)
def test_every_command_finds_every_tensor(
    spec: dict[str, Any], name: str, layout: str, dtype: str, tmp_path: Path
) -> None:
    """Verify, verify by statistics, inspect and diff each match all tensors, and no others."""
    planned = winitgen.plan(spec, layout=layout, dtype=dtype)
    path, other = path_of(tmp_path, name), tmp_path / "other.safetensors"
    winitgen.write(planned, path, format=name, fsync=False)
    winitgen.write(planned, other, fsync=False)
    wanted = tensors(planned)

    verified = winitgen.verify(path, planned)
    tested = winitgen.verify(path, planned, statistics=True)
    inspected = winitgen.inspect(path)
    compared = winitgen.diff(path, other)

    assert ("verified", len(wanted)) == (verified["status"], verified["totals"]["tensors"])
    assert ("agrees", [], []) == (tested["verdict"], tested["missing"], tested["extra"])
    assert [tensor.name for tensor in wanted] == [row["name"] for row in tested["tensors"]]
    assert sorted(tensor.size for tensor in wanted) == sorted(row["elements"] for row in inspected["tensors"])
    assert (0, 0, len(wanted)) == (
        compared["totals"]["only_in_a"],
        compared["totals"]["only_in_b"],
        len(compared["tensors"]),
    )
    # An .npy has no recipe and no name for bfloat16: without a spec its bits are integers.
    assert (name != "npy" or dtype == "float32") == compared["equal"]


def arrays(*names: str) -> list[StoredArray]:
    """Return arrays with these names."""
    return [StoredArray(name, "float32", (2,), 8) for name in names]


def partners(a: list[StoredArray], b: list[StoredArray], *own: dict[str, str]) -> dict[str, str | None]:
    """Return the name that each array of ``a`` has in ``b``."""
    pairs = same_arrays(a, b, (lambda: (own[0], own[1])) if own else lambda: ({}, {}))
    return {pair.a.name: pair.b.name if pair.b else None for pair in pairs if pair.a}


def test_a_name_alone_decides_where_both_files_have_it() -> None:
    """Separators are ignored only for arrays without a partner, and only if the match is unique."""
    assert {"a.b": "a.b", "a/b": None} == partners(arrays("a.b", "a/b"), arrays("a.b", "c"))
    assert {"a/b": "a.b"} == partners(arrays("a/b"), arrays("c", "a.b"))
    assert {"a/b.c": None, "a.b/c": None} == partners(arrays("a/b.c", "a.b/c"), arrays("a.b.c"))


def test_a_lone_array_without_a_name_is_any_other() -> None:
    """A single array with another name is not matched."""
    assert {"": "w"} == partners(arrays(""), arrays("w"))
    assert {"v": None} == partners(arrays("v"), arrays("w"))
    assert {"": None} == partners(arrays(""), arrays("v", "w"))


def test_the_recipes_name_what_is_left() -> None:
    """Keras's own file numbers layers by class; its recipe knows their names."""
    keras = arrays("layers/dense/vars/0", "layers/dense/vars/1")
    own = {"layers/dense/vars/0": "fc/kernel", "layers/dense/vars/1": "fc/bias"}

    assert {"layers/dense/vars/0": "fc.kernel", "layers/dense/vars/1": None} == partners(
        keras, arrays("fc.kernel", "other"), own, {}
    )


def test_recipes_are_not_read_where_names_agree() -> None:
    """Equal names are matched without making a plan, which takes longer than two headers."""
    pairs = same_arrays(arrays("a", "b/c"), arrays("b.c", "a"), lambda: pytest.fail("a recipe was read"))

    assert ["a", "b.c"] == [pair.b.name for pair in pairs if pair.b]


def test_names_of_two_kinds_are_not_mixed(tmp_path: Path) -> None:
    """The naming that fits most tensors is used for all of them."""
    found = match_tensors(
        OpenFile("w", "hdf5", arrays("a/b/weight", "a/b/bias", "c/weight", "c.bias")),
        tensors(winitgen.plan(SPEC)),
    )

    assert (["c.bias"], ["c.bias"]) == (
        [tensor.name for tensor in found.missing],
        [stored.name for stored in found.extra],
    )


def test_a_file_of_an_unsound_recipe_has_no_names_of_its_own(tmp_path: Path) -> None:
    """A damaged recipe is no error: the names are those in the file."""
    winitgen.write(SPEC, tmp_path / "w.safetensors", fsync=False)
    with open_weights(tmp_path / "w.safetensors") as weights:
        assert {tensor.name: tensor.name for tensor in tensors(winitgen.plan(SPEC))} == recipe_names(weights)
        for text in (None, "{", '{"sha256":"00"}', str(weights.recipe).replace('"units":2', '"units":0')):
            assert {} == recipe_names(weights._replace(recipe=text))
