"""Layers made of dense parts: their parameters, fans and names."""

from collections.abc import Callable

import pytest

from winitgen.planning.plan import Parameter, Plan

Planned = Callable[..., Plan]


def parameters(planned: Planned, options: str) -> dict[str, Parameter]:
    """Return the parameters of one layer over 12 features at 7 positions, by id."""
    plan = planned(f"input: [7, 12]\nlayers: [{{name: a, {options}}}, {{type: layer_norm}}]")
    assert plan.layers[1].incoming is not None
    assert plan.layers[1].incoming.shape == (7, 12)
    return {parameter.id: parameter for parameter in plan.layers[0].parameters}


def facts(found: dict[str, Parameter]) -> dict[str, tuple[object, ...]]:
    """Return shape and fans of each parameter."""
    return {key: (p.shape, p.fan_in, p.fan_out) for key, p in found.items()}


def test_attention(planned: Planned) -> None:
    """Query, key, value and output are matrices of 12 by 12, all heads together."""
    found = facts(parameters(planned, "type: multi_head_attention, heads: 4"))
    expected: dict[str, tuple[object, ...]] = {}
    for part in ("query", "key", "value", "output"):
        expected[f"a.{part}/kernel"] = ((12, 12), 12, 12)
        expected[f"a.{part}/bias"] = ((12,), 12, 12)

    assert expected == found


def test_grouped_queries(planned: Planned) -> None:
    """Six heads of 5 share two of keys and values."""
    options = "type: multi_head_attention, heads: 6, kv_heads: 2, head_dim: 5, use_bias: false"

    assert {
        "a.query/kernel": ((30, 12), 12, 30),
        "a.key/kernel": ((10, 12), 12, 10),
        "a.value/kernel": ((10, 12), 12, 10),
        "a.output/kernel": ((12, 30), 30, 12),
    } == facts(parameters(planned, options))


def test_gated_mlp(planned: Planned) -> None:
    """Gate and up widen, down goes back to the size that flowed in."""
    assert {
        "a.gate/kernel": ((40, 12), 12, 40),
        "a.up/kernel": ((40, 12), 12, 40),
        "a.down/kernel": ((12, 40), 40, 12),
    } == facts(parameters(planned, "type: gated_mlp, units: 40, use_bias: false"))


@pytest.mark.parametrize("options", ["type: multi_head_attention, heads: 3", "type: gated_mlp, units: 12"])
def test_automatic(planned: Planned, options: str) -> None:
    """Kernels are Xavier's with any activation inside, biases 0."""
    found = parameters(planned, options)

    assert {"xavier_normal"} == {p.scheme for key, p in found.items() if key.endswith("/kernel")}
    assert {"zeros"} == {p.scheme for key, p in found.items() if key.endswith("/bias")}


def test_names_are_ids(planned: Planned) -> None:
    """A part with another name has another id, and so other values; the others keep theirs."""
    options = "type: gated_mlp, units: 40, use_bias: false"
    plain = parameters(planned, options)
    named = parameters(planned, f"{options}, names: {{gate: w1, down: out.w2}}")

    assert ["a.w1/kernel", "a.up/kernel", "a.out.w2/kernel"] == list(named)
    assert plain["a.up/kernel"] == named["a.up/kernel"]
    assert plain["a.gate/kernel"].key != named["a.w1/kernel"].key


def test_a_name_that_is_no_other_is_not_said(planned: Planned) -> None:
    """A part that keeps its name is the same as one that is not mentioned."""
    plain = planned("input: [7, 12]\nlayers: [{type: gated_mlp, units: 4}]")
    named = planned("input: [7, 12]\nlayers: [{type: gated_mlp, units: 4, names: {up: up}}]")

    assert plain.spec == named.spec


def test_names_have_the_index_of_a_repetition(planned: Planned) -> None:
    """`{i}` works in the names of parts as in any other."""
    plan = planned("""
input: [7, 12]
layers:
  - type: repeat
    times: 2
    name: h{i}
    layers:
      - {name: mlp, type: gated_mlp, units: 4, use_bias: false, names: {up: "w{i}"}}
""")

    assert ["h0.mlp.w0", "h1.mlp.w1"] == [p.path for p in plan.parameters if ".w" in p.path]


def test_fused_or_not(planned: Planned) -> None:
    """Fusing is a matter of the file: the parameters stay three, with ids and values of their own."""
    options = "type: multi_head_attention, heads: 4"

    assert parameters(planned, options) == parameters(
        planned, f"{options}, fused: true, names: {{qkv: in_proj}}"
    )


def test_an_inner_activation_does_not_affect_the_layer_before(planned: Planned) -> None:
    """The output of a gated MLP is linear: a dense before it is drawn for no activation."""
    plan = planned("input: 12\nlayers: [{type: dense, units: 5}, {type: gated_mlp, units: 4}]")

    assert "xavier_normal" == plan.parameters[0].scheme


def test_on_features_only(planned: Planned) -> None:
    """A gated MLP also takes features without positions, and states them where none flow in."""
    flowing = planned("input: 12\nlayers: [{type: gated_mlp, units: 4, use_bias: false}]")
    stated = planned("layers: [{type: gated_mlp, units: 4, inputs: 12, use_bias: false}]")

    assert [(4, 12), (4, 12), (12, 4)] == [p.shape for p in flowing.parameters]
    assert flowing.parameters == stated.parameters
