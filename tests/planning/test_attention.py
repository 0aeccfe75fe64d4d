"""Attention with its options: the parameters, their shapes, their fans, and how they are drawn."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from winitgen.planning.plan import Parameter, Plan

Planned = Callable[..., Plan]

SIZES = "{x: [7, 12], memory: [5, 9], other: [5, 10]}"


def parameters(
    planned: Planned, options: str, size: str = "[7, 12]", **settings: object
) -> dict[str, Parameter]:
    """Return the parameters of one attention by id."""
    layer = f"{{name: a, type: multi_head_attention, {options}}}"
    plan = planned(f"input: {size}\nlayers: [{layer}]", **settings)
    return {parameter.id: parameter for parameter in plan.parameters}


def shapes(found: dict[str, Parameter]) -> dict[str, tuple[int, ...]]:
    """Return the shape of each parameter."""
    return {key: parameter.shape for key, parameter in found.items()}


def test_keys_and_values_have_the_features_of_their_sources(planned: Planned) -> None:
    """Kernels of keys and values have as many inputs as their sources have features; their fans follow."""
    options = "heads: 3, head_dim: 5, use_bias: false, from: x, source: memory, value_source: other"
    found = parameters(planned, options, SIZES)

    assert {
        "a.query/kernel": (15, 12),
        "a.key/kernel": (15, 9),
        "a.value/kernel": (15, 10),
        "a.output/kernel": (12, 15),
    } == shapes(found)
    assert [(12, 15), (9, 15), (10, 15), (15, 12)] == [(p.fan_in, p.fan_out) for p in found.values()]


def test_the_output_is_as_long_as_the_queries(planned: Planned) -> None:
    """Attention to five positions leaves the seven that ask."""
    layer = "{name: a, type: multi_head_attention, heads: 3, from: x, source: memory}"
    plan = planned(f"input: {{x: [7, 12], memory: [5, 9]}}\nlayers: [{layer}, {{type: layer_norm}}]")

    assert "(7, 12)" == str(plan.layers[1].incoming)


def test_torch_draws_apart_what_it_cannot_join(planned: Planned) -> None:
    """nn.MultiheadAttention draws one in_proj of all three if the sizes are equal, else three kernels."""
    equal = "{x: [7, 12], memory: [5, 12]}"
    text = "input: {}\ndefaults: {{preset: torch}}\nlayers: [{{name: a, type: multi_head_attention, heads: 3, from: x, source: memory}}]"
    joined, apart = (
        {p.id: p for p in planned(text.format(size)).parameters}["a.key/kernel"]
        for size in (equal, "{x: [7, 12], memory: [5, 9]}")
    )

    assert [(12, 36), (9, 12)] == [(p.fan_in, p.fan_out) for p in (joined, apart)]


@pytest.mark.parametrize(
    ("parts", "biased"),
    [
        pytest.param("[query, key, value]", ["query", "key", "value"], id="as in Qwen2"),
        pytest.param("[query, value, output]", ["query", "value", "output"], id="as in Whisper"),
        pytest.param("[output]", ["output"], id="of one part"),
    ],
)
def test_some_parts_have_a_bias(parts: str, biased: list[str], planned: Planned) -> None:
    """The parts that are named have a bias, whatever the defaults say."""
    text = "input: [7, 12]\ndefaults: {{use_bias: false}}\nlayers: [{{name: a, type: multi_head_attention, heads: 3, use_bias: {}}}]"
    found = [p.id for p in planned(text.format(parts)).parameters if p.role == "bias"]

    assert [f"a.{part}/bias" for part in biased] == found


def test_a_gated_mlp_with_one_bias(planned: Planned) -> None:
    """The list names the parts, not what they are called."""
    layer = "{name: a, type: gated_mlp, units: 3, use_bias: [down], names: {down: w2}}"

    assert ["a.w2/bias"] == [
        p.id for p in planned(f"input: [7, 12]\nlayers: [{layer}]").parameters if p.role == "bias"
    ]


def test_a_list_of_parts_survives_the_recipe(planned: Planned) -> None:
    """The canonical spec gives the same parameters again."""
    text = "input: [7, 12]\nlayers: [{type: multi_head_attention, heads: 3, use_bias: [query, value]}]"
    plan = planned(text)

    assert plan.parameters == planned(json.dumps(plan.spec)).parameters


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param(
            "query_key_norm: rms_norm", {"query_norm/gamma": 5, "key_norm/gamma": 5}, id="of each head"
        ),
        pytest.param(
            "query_key_norm: rms_norm, norm_over: width",
            {"query_norm/gamma": 30, "key_norm/gamma": 10},
            id="of all heads",
        ),
        pytest.param(
            "query_key_norm: layer_norm",
            {"query_norm/gamma": 5, "query_norm/beta": 5, "key_norm/gamma": 5, "key_norm/beta": 5},
            id="with a shift",
        ),
        pytest.param(
            "query_key_norm: layer_norm, use_bias: false",
            {"query_norm/gamma": 5, "key_norm/gamma": 5},
            id="without biases",
        ),
    ],
)
def test_norms_of_queries_and_keys(options: str, expected: dict[str, int], planned: Planned) -> None:
    """Scales are 1 and shifts 0, whatever the kernels are; heads that share keys have fewer of them."""
    found = parameters(planned, f"heads: 6, kv_heads: 2, head_dim: 5, init: normal, {options}")
    norms = {key: p for key, p in found.items() if "_norm" in key}

    assert {f"a.{key}": (size,) for key, size in expected.items()} == shapes(norms)
    assert {(1.0, 0.0) if p.role == "gamma" else (0.0, 0.0) for p in norms.values()} == {
        (p.mean, p.std) for p in norms.values()
    }


@pytest.mark.parametrize(
    ("options", "key", "shape"),
    [
        pytest.param("", "rel/embeddings", (32, 6), id="buckets"),
        pytest.param("buckets: 16, max_distance: 20", "rel/embeddings", (16, 6), id="fewer buckets"),
        pytest.param("window: [7, 5]", "rel", (13 * 9, 6), id="window"),
        pytest.param("window: [2, 7, 7]", "rel", (3 * 13 * 13, 6), id="volume"),
    ],
)
def test_tables_of_biases(options: str, key: str, shape: tuple[int, ...], planned: Planned) -> None:
    """One row for each bucket or offset, one column for each head; values start near 0, as Swin's."""
    layer = f"{{name: rel, type: position_bias, heads: 6, {options}}}"
    [found] = planned(f"input: [7, 12]\nlayers: [{layer}]").parameters

    assert (key, shape, 1, 6) == (found.id, found.shape, found.fan_in, found.fan_out)
    assert ("trunc_normal", 0.02) == (found.scheme, pytest.approx(found.std))


def test_a_table_takes_schemes_and_rules(planned: Planned) -> None:
    """The layer's own scheme holds, and a rule before it."""
    layers = "[{name: a, type: position_bias, heads: 6, init: zeros}, {name: b, type: position_bias, heads: 6, window: [3, 3]}]"
    rule = "rules: [{match: b, init: {scheme: normal, std: 0.5}}]"
    found = planned(f"input: [7, 12]\n{rule}\nlayers: {layers}").parameters

    assert [0.0, 0.5] == [p.std for p in found]


@pytest.mark.parametrize("preset", ["torch", "keras", "flax"])
def test_a_table_of_buckets_is_drawn_as_an_embedding(preset: str, planned: Planned) -> None:
    """No framework has such a table: its preset is that of an embedding of the same shape."""
    text = "input: {{tokens: 7}}\ndefaults: {{preset: {}}}\nlayers: [{{type: position_bias, heads: 6}}, {{type: embedding, count: 32, dim: 6}}]"
    table, embedding = planned(text.format(preset)).parameters

    assert (embedding.scheme, embedding.std) == (table.scheme, table.std)


def test_values_of_another_size(planned: Planned) -> None:
    """Heads of 5 features look for values of 3; the output takes the values."""
    found = parameters(planned, "heads: 6, kv_heads: 2, head_dim: 5, value_dim: 3, use_bias: false")

    assert {
        "a.query/kernel": (30, 12),
        "a.key/kernel": (10, 12),
        "a.value/kernel": (6, 12),
        "a.output/kernel": (12, 18),
    } == shapes(found)


@pytest.mark.parametrize("preset", ["", "defaults: {preset: torch}"])
def test_a_learned_key_and_value(preset: str, planned: Planned) -> None:
    """PyTorch's shape (1, 1, width), and its Xavier: both fans are the width, so std = 1 / sqrt(width)."""
    layer = "{name: a, type: multi_head_attention, heads: 6, kv_heads: 2, value_dim: 3, bias_kv: true}"
    found = {p.id: p for p in planned(f"input: [7, 12]\n{preset}\nlayers: [{layer}]").parameters}

    assert ((1, 1, 4), (1, 1, 6)) == (found["a.bias_k"].shape, found["a.bias_v"].shape)
    assert [pytest.approx(size**-0.5) for size in (4, 6)] == [found["a.bias_k"].std, found["a.bias_v"].std]
