"""A tie is an exact comparison, in every layout: of whole tensors, of turned ones, of fused ones and of split ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.audit.statistics.relations import tied

LAYOUTS = ("torch", "keras", "flax", "nnx")

HEAD = {
    "input": {"tokens": 7},
    "layers": [
        {"name": "table", "type": "embedding", "count": 40, "dim": 24, "init": {"scheme": "normal", "std": 0.02}},
        {"name": "head", "type": "dense", "units": 40, "use_bias": False, "tied_to": "table"},
    ],
}  # fmt: skip
TWINS: dict[str, Any] = {
    "input": {"tokens": 7},
    "defaults": {"bias_init": {"scheme": "normal", "std": 0.1}},
    "layers": [
        {"name": "e", "type": "embedding", "count": 40, "dim": 24},
        {"type": "group", "name": "online", "layers": [
            {"name": "att", "type": "multi_head_attention", "heads": 4, "fused": True},
            {"name": "lstm", "type": "lstm", "units": 20, "return_sequences": True},
            {"name": "conv", "type": "conv1d", "filters": 6, "kernel_size": 3},
        ]},
        {"type": "group", "name": "target", "tied_to": "online", "from": "e"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_head_that_is_drawn_anew(layout: str, complaints: Callable[..., list[str]]) -> None:
    """All values differ from those of the table, or one does; a head that is the table agrees."""
    arrays = winitgen.generate(HEAD, layout=layout)
    (table, head) = sorted(arrays, key=lambda name: "head" in name)
    assert [] == complaints(arrays, HEAD, layout=layout)
    text = f"values are not those of {table}, to which the spec ties them"

    one = arrays[head].copy()
    one[3, 5] *= np.float32(1.001)
    assert [f"{head}: 1 of 960 {text}"] == complaints({**arrays, head: one}, HEAD, layout=layout)
    anew = winitgen.generate(HEAD, layout=layout, seed=1)[head]
    assert [f"{head}: 960 of 960 {text}"] == complaints({**arrays, head: anew}, HEAD, layout=layout)


def test_a_large_turned_head_in_pieces(
    complaints: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A turned table is compared in pieces of both matrices, of which the last ones are smaller."""
    monkeypatch.setattr(tied, "_HELD", 7 * 40)
    test_a_head_that_is_drawn_anew("keras", complaints)
    monkeypatch.setattr(tied, "_HELD", 7 * 24)
    test_a_head_that_is_drawn_anew("keras", complaints)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_groups_that_are_tied(layout: str, complaints: Callable[..., list[str]]) -> None:
    """Each drawn tensor of a twin is compared; fused ones and parts of parameters, too."""
    arrays = winitgen.generate(TWINS, layout=layout)
    assert [] == complaints(arrays, TWINS, layout=layout)
    own = [
        name for name in arrays if "target" in name and arrays[name].any()
    ]  # zeros are compared with the plan
    assert own

    for name in own:
        changed = arrays[name].copy()
        changed.reshape(-1)[1] += np.float32(1e-3)
        source = name.replace("target", "online")
        assert [f"{name}: 1 of {changed.size:,} values are not those of {source}, to which the spec ties them"] == [
            line for line in complaints({**arrays, name: changed}, TWINS, layout=layout) if "ties" in line
        ]  # fmt: skip


def test_a_tie_that_the_spec_does_not_have(complaints: Callable[..., list[str]]) -> None:
    """A head that is the table, though the spec draws it, is found."""
    loose = {**HEAD, "layers": [HEAD["layers"][0], {"name": "head", "type": "dense", "units": 40, "use_bias": False, "init": {"scheme": "normal", "std": 0.02}}]}  # type: ignore[index]  # fmt: skip
    for layout, words in (("torch", ""), ("keras", "the transpose of ")):
        arrays = winitgen.generate(HEAD, layout=layout)
        (table, head) = sorted(arrays, key=lambda name: "head" in name)
        expected = f"{head}: equals {words}{table}, but the spec draws both"
        assert [expected] == complaints(arrays, loose, layout=layout)


def test_a_missing_table_is_no_tie(complaints: Callable[..., list[str]]) -> None:
    """If the table is missing, only that is said."""
    arrays = winitgen.generate(HEAD)
    del arrays["table.weight"]

    assert ["missing table.weight"] == complaints(arrays, HEAD)
