"""Tied parameters: copies of another layer's values."""

from collections.abc import Callable

import numpy as np
import pytest

import winitgen
from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]

TABLE = "{name: table, type: embedding, count: 9, dim: 4}"
HEAD = "{name: head, type: dense, units: 9, tied_to: %s%s}"


def model(target: str, options: str = "", *, head_first: bool = False) -> str:
    """Return a spec of a table and a head that is tied to it, the head first if ``head_first``."""
    head = HEAD % (target, options)
    if head_first:
        inside = head.replace("tied_to", "inputs: 4, tied_to")
        return f"layers:\n  - {inside}\n  - {TABLE}"
    return f"input: {{tokens: 3}}\nlayers:\n  - {TABLE}\n  - {head}"


@pytest.mark.parametrize("target", ["table", "table/embeddings"])
@pytest.mark.parametrize("head_first", [False, True], ids=["after it", "before it"])
def test_copies_are_equal(planned: Planned, target: str, head_first: bool) -> None:
    """A tied kernel is the other's values, whichever of the two comes first."""
    plan = planned(model(target, head_first=head_first))
    found = {parameter.id: parameter for parameter in plan.parameters}
    head, table = found["head/kernel"], found["table/embeddings"]

    assert (table.key, table.distribution, table.shape) == (head.key, head.distribution, head.shape)
    assert ("dense", "head", "tied to table/embeddings") == (head.type, head.path, head.why)


def test_values_are_equal() -> None:
    """The two tensors of the file hold the same numbers, a padding token's zeros too."""
    layers = [
        {"name": "table", "type": "embedding", "count": 9, "dim": 4, "padding_index": 3},
        {"name": "head", "type": "dense", "units": 9, "tied_to": "table"},
        {
            "name": "transposed",
            "type": "dense",
            "units": 9,
            "tied_to": "table",
            "stored": "in_out",
            "from": "table",
        },
    ]
    arrays = winitgen.generate({"input": {"tokens": 3}, "layers": layers})

    assert np.array_equal(arrays["table.weight"], arrays["head.weight"])
    assert np.array_equal(arrays["table.weight"].T, arrays["transposed.weight"])
    assert not arrays["head.weight"][3].any()


def test_omitted(planned: Planned) -> None:
    """`tied: omit` writes no copy, but the layer still knows what it has."""
    plan = planned(model("table", ", tied: omit"))

    assert ["table/embeddings", "head/bias"] == [parameter.id for parameter in plan.parameters]
    assert ["head/kernel"] == [parameter.id for parameter in plan.layers[1].omitted]


def test_the_others_are_not_changed(planned: Planned) -> None:
    """What is not tied has the values that it has in a model without the tie."""
    tied = planned(model("table"))
    free = planned(model("table").replace(", tied_to: table", ""))

    assert free.parameters[0] == tied.parameters[0]
    assert free.parameters[2] == tied.parameters[2]


def test_an_embedding_can_be_tied(planned: Planned) -> None:
    """Encoder and decoder may share a table, as in T5."""
    plan = planned("""
layers:
  - {name: shared, type: embedding, count: 9, dim: 4}
  - {name: encoder.embed, type: embedding, count: 9, dim: 4, tied_to: shared}
""")

    assert plan.parameters[0].key == plan.parameters[1].key
    assert "embedding" == plan.parameters[1].type


def test_names_are_looked_for_outward(planned: Planned) -> None:
    """The enclosing group's layer comes before one of the same name outside."""
    plan = planned("""
layers:
  - {name: e, type: embedding, count: 9, dim: 4}
  - type: group
    name: inner
    layers:
      - {name: e, type: embedding, count: 9, dim: 4}
      - {name: near, type: dense, units: 9, use_bias: false, tied_to: e}
      - {name: far, type: dense, units: 9, use_bias: false, inputs: 4, tied_to: inner.e}
  - {name: out, type: dense, units: 9, use_bias: false, inputs: 4, tied_to: e}
""")

    assert ["tied to inner.e/embeddings", "tied to inner.e/embeddings", "tied to e/embeddings"] == [
        parameter.why for parameter in plan.parameters if parameter.type == "dense"
    ]


def test_parts_and_parameters_can_be_tied_to(planned: Planned) -> None:
    """A part of an attention, and a tensor of its own, are targets like any layer."""
    plan = planned("""
input: [3, 4]
layers:
  - {name: attn, type: multi_head_attention, heads: 2}
  - {name: q, type: dense, units: 4, use_bias: false, tied_to: attn.query}
  - {name: own, type: param, shape: [5, 4], init: ones}
  - {name: p, type: dense, units: 5, use_bias: false, tied_to: own}
""")
    found = {parameter.id: parameter for parameter in plan.parameters}

    assert found["q/kernel"].key == found["attn.query/kernel"].key
    assert "ones" == found["p/kernel"].scheme


def test_the_spec_in_the_file_reads_back(planned: Planned) -> None:
    """The canonical spec says the tie, and gives the same plan."""
    plan = planned(model("table", ", tied: omit"))
    again = winitgen.plan(plan.spec)

    assert (plan.parameters, plan.spec) == (again.parameters, again.spec)


def test_a_padding_row_is_shown(planned: Planned) -> None:
    """The plan says of a table, and of a kernel that is tied to it, which row is zero."""
    from winitgen.layouts import tensors
    from winitgen.report.summary import summarize

    text = model("table").replace("dim: 4", "dim: 4, padding_index: 3, init: {scheme: normal, std: 0.02}")
    plan = planned(text.replace("tied_to: table", "tied_to: table, stored: in_out"))
    rows = summarize(plan, tensors(plan), None)["tensors"]

    assert ["std = 0.02; row 3 is 0", "std = 0.02; row 3 is 0", ""] == [row["formula"] for row in rows]
