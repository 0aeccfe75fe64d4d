"""Tokens and queries: their shapes, and what flows on."""

import json
from collections.abc import Callable

import pytest

from winitgen.catalog.layers.flow import Flow
from winitgen.layouts import tensors
from winitgen.planning.plan import INPUT, Plan

Planned = Callable[..., Plan]


@pytest.mark.parametrize(
    ("options", "shape", "positions"),
    [
        pytest.param("", (1, 1, 8), 6, id="one"),
        pytest.param(", count: 4, at: 1", (1, 4, 8), 9, id="four registers"),
        pytest.param(", shape: [8]", (8,), 6, id="a vector"),
        pytest.param(", count: 2, at: end, shape: [2, 8]", (2, 8), 7, id="a table"),
    ],
)
def test_tokens(planned: Planned, options: str, shape: tuple[int, ...], positions: int) -> None:
    """A token is stored as (1, count, features) or as stated; `count` positions more flow on."""
    plan = planned(f"input: [5, 8]\nlayers: [{{name: cls_token, type: token{options}}}, {{type: dropout}}]")

    assert [("cls_token", shape, 0.02)] == [(p.id, p.shape, p.std) for p in plan.parameters]
    assert Flow((positions, 8)) == plan.layers[1].incoming


def test_a_token_without_an_input(planned: Planned) -> None:
    """A part without an input states its features; how many positions there are stays unknown."""
    plan = planned("layers: [{type: token, inputs: 6}, {type: dropout}]")

    assert Flow((None, 6)) == plan.layers[1].incoming


def test_the_defaults_do_not_reach_them(planned: Planned) -> None:
    """`defaults` hold for kernels and tables; a layer's own scheme reads back from the canonical spec."""
    text = "defaults: {init: ones}\nlayers: [{type: token, init: ones, shape: [8]}, {type: queries, count: 3, dim: 8}]"
    plan = planned(f"input: [5, 8]\n{text}")
    again = planned(json.dumps(plan.spec))

    assert [(1.0, 0.0), (0.0, 0.02)] == [(p.mean, p.std) for p in plan.parameters]
    assert (plan.spec, plan.parameters) == (again.spec, again.parameters)


DETR = """
input: {image: [6, 8], text: {tokens: 5}}
layers:
  - {name: enc, type: dense, units: 8, from: image}
  - {name: query_embed.weight, type: queries, count: 3, dim: 8}
  - {name: dec, type: dense, units: 8}
  - {name: class_embed, type: dense, units: 4, from: query_embed.weight}
  - {name: words, type: embedding, count: 9, dim: 8, from: text}
"""


def test_queries_stand_beside_the_flow(planned: Planned) -> None:
    """The layer after them takes what the one before them gives; they are taken by their name."""
    plan = planned(DETR)
    by_path = {layer.path: layer for layer in plan.layers}

    assert (3, 8) == next(p.shape for p in plan.parameters if p.id == "query_embed.weight")
    assert ((0,), (1,)) == (by_path["dec"].sources, by_path["class_embed"].sources)
    assert ((INPUT,), (None,), (3,)) == (
        by_path["query_embed.weight"].sources,
        by_path["query_embed.weight"].entering,
        by_path["query_embed.weight"].consumers,
    )


@pytest.mark.parametrize("framework", ["torch", "keras", "flax", "nnx"])
def test_they_are_stored_as_they_are(planned: Planned, framework: str) -> None:
    """Every layout has the same arrays under their paths."""
    layers = "[{name: a.cls, type: token}, {name: a.q, type: queries, count: 3, dim: 4, shape: [1, 3, 4]}]"
    plan = planned(f"input: [5, 8]\nlayers: {layers}", layout=framework)
    before, separator = ("params." if framework == "flax" else "", "/" if framework == "keras" else ".")

    assert [(f"{before}a{separator}cls", (1, 1, 8)), (f"{before}a{separator}q", (1, 3, 4))] == [
        (tensor.name, tensor.shape) for tensor in tensors(plan)
    ]


def test_activations_are_seen_through(planned: Planned) -> None:
    """A layer before a token meets the activation after it."""
    layers = "{name: a, type: dense, units: 20}, {type: token}, {type: activation, activation: gelu}"

    assert "auto: gelu at activation_0" == planned(f"input: [5, 20]\nlayers: [{layers}]").parameters[0].why


@pytest.mark.parametrize("options", ["init: orthogonal", "init: orthogonal, shape: [3, 8]"])
def test_a_scheme_for_matrices_sees_the_vectors(planned: Planned, options: str) -> None:
    """Three orthogonal vectors of eight features, whichever axes of 1 they are stored with."""
    token = planned(f"input: [5, 8]\nlayers: [{{type: token, count: 3, {options}}}]").parameters[0]

    assert 1 / 8**0.5 == pytest.approx(token.std)
