"""Tables of positions under any name: bare, in another shape, and with vectors before the first position."""

import json
from collections.abc import Callable

import pytest

from winitgen.layouts import tensors
from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]


def positions(planned: Planned, options: str, before: str = "", **settings: str) -> Plan:
    """Return the plan of five positions of four features with a table of seven."""
    layer = f"{{name: pos_embed, type: positional_embedding, count: 7, dim: 4{options}}}"
    return planned(f"input: [5, 4]\n{before}\nlayers: [{layer}]", **settings)


@pytest.mark.parametrize(
    ("layout", "whole", "bare"),
    [
        ("torch", "pos_embed.weight", "pos_embed"),
        ("keras", "pos_embed/embeddings", "pos_embed"),
        ("flax", "params.pos_embed.embedding", "params.pos_embed"),
        ("nnx", "pos_embed.embedding", "pos_embed"),
    ],
)
def test_a_bare_table_is_called_as_the_layer(planned: Planned, layout: str, whole: str, bare: str) -> None:
    """It has no name of its own, and the shape that is stated."""
    named = tensors(positions(planned, "", layout=layout))
    alone = tensors(positions(planned, ", bare: true, shape: [1, 7, 4]", layout=layout))

    assert [(whole, (7, 4))] == [(tensor.name, tensor.shape) for tensor in named]
    assert [(bare, (1, 7, 4))] == [(tensor.name, tensor.shape) for tensor in alone]
    assert named[0].keras_path == alone[0].keras_path


def test_it_is_drawn_as_a_table(planned: Planned) -> None:
    """Its fans are 1 and the features, also with quirks, as no framework computes any from its shape."""
    table = positions(planned, ", bare: true, shape: [1, 7, 4], quirks: torch").parameters[0]

    assert ("pos_embed", (1, 7, 4), 1, 4, 0.5) == (
        table.id,
        table.shape,
        table.fan_in,
        table.fan_out,
        table.std,
    )


@pytest.mark.parametrize(
    "before",
    [
        "defaults: {init: {scheme: normal, std: 0.02}}",
        "rules: [{match: pos_embed, role: embeddings, init: {scheme: normal, std: 0.02}}]",
    ],
)
def test_the_defaults_and_rules_reach_it(planned: Planned, before: str) -> None:
    """It is a table as any other; a rule may name its role, and matches its path."""
    plan = positions(planned, ", bare: true", before)

    assert [0.02] == [parameter.std for parameter in plan.parameters]
    assert plan.parameters == planned(json.dumps(plan.spec)).parameters


@pytest.mark.parametrize("preset", ["torch", "keras", "flax"])
def test_presets_draw_it_as_a_table(planned: Planned, preset: str) -> None:
    """A bare table has the standard deviation of one that is not."""
    named, bare = (
        positions(planned, options, f"defaults: {{preset: {preset}}}") for options in ("", ", bare: true")
    )

    assert named.parameters[0].std == pytest.approx(bare.parameters[0].std)


def test_vectors_before_the_first_position(planned: Planned) -> None:
    """A table with two more vectors than positions, as BART's, fits with an offset of 2."""
    assert (7, 4) == positions(planned, ", offset: 2").parameters[0].shape


def test_a_layer_can_be_tied_to_it(planned: Planned) -> None:
    """Its path names it as a target."""
    table = "{name: t, type: positional_embedding, count: 7, dim: 4, bare: true}"
    plan = planned(
        f"input: [5, 4]\nlayers: [{table}, {{name: out, type: dense, units: 7, use_bias: false, tied_to: t}}]"
    )

    assert plan.parameters[0].key == plan.parameters[1].key
