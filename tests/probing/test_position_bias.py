"""The rows of relative position biases: buckets by hand, and a probe of models that share a table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import winitgen
from tests.probing.whole_model import signals
from winitgen.probing.operations.relative_positions import bucket_index, window_index


def test_buckets_of_one_direction() -> None:
    """Of 8 buckets, distances 0 to 3 have one each; 4 to 16 are cut at 4 * 4^(k/4): 5.66, 8, 11.3."""
    index = bucket_index(20, 8, 16, bidirectional=False)

    assert [0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7] == index[-1, ::-1].tolist()
    assert [0] * 20 == index[0].tolist()


def test_buckets_of_both_directions() -> None:
    """Keys after the query have the second half of the buckets."""
    index = bucket_index(5, 8, 16, bidirectional=True)

    assert [2, 2, 1, 0, 5] == index[3].tolist()
    assert [0, 5, 6, 6, 6] == index[0].tolist()


def test_a_distance_at_an_edge_is_in_the_farther_bucket() -> None:
    """Of 12 buckets up to 384, 6 are for single distances, and the others begin at 6 * 64^(k/6) = 6 * 2^k."""
    index = bucket_index(130, 12, 6 * 4**3, bidirectional=False)[-1, ::-1]

    assert [(23, 7), (24, 8), (47, 8), (48, 9)] == [(n, index[n]) for n in (23, 24, 47, 48)]


def test_offsets_of_a_window() -> None:
    """In a window of 2 by 3 positions, the offset (0, 0) is row 1 * 5 + 2, and the last axis changes fastest."""
    index = window_index([2, 3])

    assert {7} == set(np.diag(index).tolist())
    assert [7, 6, 5, 2, 1, 0] == index[0].tolist()
    assert [9, 8, 7, 4, 3, 2] == index[2].tolist()
    assert [14, 13, 12, 9, 8, 7] == index[5].tolist()


HEADS, T = 4, 9
TABLE = {"name": "table", "type": "position_bias", "heads": HEADS, "init": {"scheme": "normal", "std": 2}}
ATTENTION = {"type": "multi_head_attention", "heads": HEADS, "use_bias": False, "position_bias": "table"}


def shared(**options: Any) -> dict[str, Any]:
    """Return a model of two attentions with one table."""
    layers = [{**TABLE, **options}, {"name": "a", **ATTENTION}, {"name": "b", **ATTENTION}]
    return {"input": [T, 12], "layers": layers}


def test_two_attentions_share_a_table() -> None:
    """The probe runs through both, forward and back, and the table changes what they output."""
    report = winitgen.probe(shared(), samples=20)
    layers = {layer["layer"]: layer for layer in report["runs"][0]["layers"]}

    assert ["a", "b"] == list(layers)
    assert all(layer["gradient"]["std"] > 0 for layer in layers.values())
    x = {"": np.random.default_rng(0).normal(size=(3, T, 12))}
    plain, other = (signals(shared(**options), x)["b"] for options in ({}, {"init": "zeros"}))
    assert np.abs(plain - other).max() > 0.01


def test_a_table_may_come_from_an_earlier_flow() -> None:
    """What flows into the table is kept until the table has seen it, though another layer took it long before."""
    layers = [
        {"name": "fc", "type": "dense", "units": 12},
        {"name": "norm", "type": "layer_norm"},
        {**TABLE, "from": "fc"},
        {"name": "a", **ATTENTION},
    ]

    rows = winitgen.probe({"input": [T, 12], "layers": layers}, samples=5)["runs"][0]["layers"]

    assert ["fc", "norm", "a"] == [row["layer"] for row in rows]


@pytest.mark.parametrize("window", [None, [3, 3]])
def test_it_stands_beside_the_flow(window: list[int] | None) -> None:
    """What flows into the table flows on, and the table is no output of the model."""
    table = {**TABLE, **({} if window is None else {"window": window})}
    plan = winitgen.plan({"input": [T, 12], "layers": [table, {"name": "fc", "type": "dense", "units": 5}]})

    assert (str(plan.layers[1].incoming), (1,)) == ("(9, 12)", plan.outputs)
    assert "(4, 9, 9)" == str(plan.layers[0].outgoing)
