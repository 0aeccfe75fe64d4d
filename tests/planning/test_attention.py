"""Attention with its options: the parameters, their shapes, their fans, and how they are drawn."""

from __future__ import annotations

from collections.abc import Callable

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
