"""Ties of any layer, of its bias, and of groups with all their layers."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.layouts import LAYOUTS
from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]

CONV = "filters: 6, kernel_size: 3"
TYPES = {
    "conv1d": ("[6, 9]", CONV + ", padding: same"),
    "conv2d": ("[6, 9, 9]", CONV + ", padding: same"),
    "conv2d_transpose": ("[6, 9, 9]", CONV + ", padding: same"),
    "depthwise_conv2d": ("[6, 9, 9]", "kernel_size: 3, padding: same"),
    "separable_conv2d": ("[6, 9, 9]", CONV + ", padding: same"),
    "embedding": ("{tokens: 5}", "count: 7, dim: 4"),
    "positional_embedding": ("[5, 4]", "count: 7, dim: 4"),
    "rnn": ("[5, 4]", "units: 4, return_sequences: true"),
    "gru": ("[5, 4]", "units: 2, bidirectional: true, return_sequences: true"),
    "lstm": ("[5, 4]", "units: 4, num_layers: 2, return_sequences: true"),
    "multi_head_attention": ("[5, 4]", "heads: 2, names: {output: o_proj}"),
    "gated_mlp": ("[5, 4]", "units: 3"),
    "batch_norm": ("[4, 9]", ""),
    "layer_norm": ("[5, 4]", ""),
    "rms_norm": ("[5, 4]", ""),
    "group_norm": ("[4, 9]", "groups: 2"),
    "instance_norm": ("[4, 9]", "affine: true"),
    "prelu": ("[4, 9]", "per_channel: true"),
}
"""A layer of each type whose output may flow into another one: what flows in, and its options."""


def twice(name: str, extra: str = "") -> str:
    """Return a spec of a layer and its copy."""
    size, options = TYPES[name]
    entry = "from: input, " if name == "embedding" else ""
    inits = ", init: {scheme: normal, std: 0.5}"
    return f"""
input: {size}
layers:
  - {{name: a, type: {name}, {options}{inits if options else inits[2:]}}}
  - {{name: b, type: {name}, {entry}{options}{", " if options else ""}tied_to: a{extra}}}
"""


@pytest.mark.parametrize("name", TYPES)
def test_every_type(planned: Planned, name: str) -> None:
    """A name ties all parameters of a layer, each to the one of its part and role."""
    first, second = planned(twice(name)).layers
    both = list(zip(first.parameters, second.parameters, strict=True))

    assert [(p.key, p.distribution, p.zeroed) for p, _ in both] == [
        (p.key, p.distribution, p.zeroed) for _, p in both
    ]
    assert [f"b{p.id[1:]}" for p, _ in both] == [p.id for _, p in both]
    assert {f"tied to {p.id}" for p, _ in both} == {p.why for _, p in both}


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_omitted_in_every_layout(planned: Planned, name: str, layout: str) -> None:
    """With `tied: omit` the file has the tensors of the first layer only, and nothing else changes."""
    plan = planned(twice(name, ", tied: omit"), layout=layout)
    alone = planned(twice(name).rpartition("\n  - ")[0], layout=layout)
    tensors = [tensor.name for tensor in LAYOUTS[layout].tensors(plan)]

    assert tensors == [tensor.name for tensor in LAYOUTS[layout].tensors(alone)]
    assert len(plan.layers[0].parameters) == len(plan.layers[1].omitted) > 0


ROLES = """
input: 4
layers:
  - {name: a, type: dense, units: 4, bias_init: {scheme: normal, std: 1}}
  - {name: both, type: dense, units: 4, tied_to: {kernel: a, bias: a}}
  - {name: bias, type: dense, units: 4, tied_to: {bias: a/bias}}
  - {name: kernel, type: dense, units: 4, tied_to: {kernel: a}, use_bias: false}
"""


def test_roles(planned: Planned) -> None:
    """A mapping ties the roles that it names, by a layer or by an id."""
    found = {p.id: p.why for p in planned(ROLES).parameters}

    assert {
        "a/kernel": "auto: linear",
        "a/bias": "layer",
        "both/kernel": "tied to a/kernel",
        "both/bias": "tied to a/bias",
        "bias/kernel": "auto: linear",
        "bias/bias": "tied to a/bias",
        "kernel/kernel": "tied to a/kernel",
    } == found


def test_a_name_ties_the_kernel_of_a_dense_alone(planned: Planned) -> None:
    """As before, the bias of a dense layer is its own; a note says so if the other one has a bias too."""
    plan = planned("""
input: 4
layers:
  - {name: a, type: dense, units: 4}
  - {name: b, type: dense, units: 4, tied_to: a}
  - {name: c, type: dense, units: 4, tied_to: a, use_bias: false}
""")

    assert ["auto: linear"] * 2 == [p.why for p in plan.parameters if p.role == "bias"]
    assert (
        "'b' has the kernel of 'a' and a bias of its own; to tie both, write 'tied_to: {kernel: a, bias: a}'",
    ) == plan.notes


ONLINE = """
input: [3, 8, 8]
layers:
  - type: group
    name: online
    layers:
      - {name: conv, type: conv2d, filters: 6, kernel_size: 3, activation: relu}
      - {name: norm, type: batch_norm}
      - {type: residual, name: res, layers: [{type: conv2d, filters: 6, kernel_size: 1}]}
      - {type: repeat, times: 2, name: "h.{i}", layers: [{name: c, type: conv2d, filters: 6, kernel_size: 1}]}
      - {type: group, name: again, tied_to: h.0}
      - {type: flatten}
      - {name: q, type: dense, units: 4, bias_init: {scheme: normal, std: 1}}
      - {name: gamma, type: param, shape: [4], init: normal}
  - {type: group, name: target, tied_to: online, from: input%s}
"""


def test_a_target_network() -> None:
    """A group tied to another one has its layers and all its values, `param`s and running statistics too."""
    arrays = winitgen.generate(_read(ONLINE % ""))
    online = {name.partition(".")[2]: array for name, array in arrays.items() if name.startswith("online.")}
    target = {name.partition(".")[2]: array for name, array in arrays.items() if name.startswith("target.")}

    assert list(online) == list(target)
    assert 18 == len(online)
    for name, array in online.items():
        np.testing.assert_array_equal(array, target[name])
    np.testing.assert_array_equal(online["h.0.c.weight"], online["again.c.weight"])
    assert not np.array_equal(online["h.0.c.weight"], online["h.1.c.weight"])


def _read(text: str) -> dict[str, Any]:
    import yaml

    read: dict[str, Any] = yaml.safe_load(text)
    return read


def test_an_omitted_target_network(planned: Planned) -> None:
    """With `tied: omit` the group is in the flow, but not in the file; what it copies of itself is left out too."""
    plan = planned(ONLINE % ", tied: omit")

    assert {"online"} == {parameter.path.split(".")[0] for parameter in plan.parameters}
    assert 18 == sum(len(layer.omitted) for layer in plan.layers)


@pytest.mark.parametrize("extra", ["", ", tied: omit"])
def test_the_canonical_spec(planned: Planned, extra: str) -> None:
    """The canonical spec states the tie and not the layers, and reads back as the same plan."""
    plan = planned(ONLINE % extra)
    again = winitgen.plan(plan.spec)

    assert "layers" not in plan.spec["layers"][1]
    assert (plan.parameters, plan.spec) == (again.parameters, again.spec)
    assert [layer.omitted for layer in plan.layers] == [layer.omitted for layer in again.layers]


def test_the_first_group_is_not_changed(planned: Planned) -> None:
    """The values of a group do not depend on whether another one is tied to it."""
    alone = planned(ONLINE.rpartition("\n  - ")[0])

    assert alone.parameters == planned(ONLINE % "").parameters[: len(alone.parameters)]


def test_groups_are_looked_for_outward(planned: Planned) -> None:
    """The enclosing group's own comes before one of the same name outside, before or after the copy."""
    plan = planned("""
input: 4
layers:
  - {type: group, name: e, layers: [{name: fc, type: dense, units: 4}]}
  - type: group
    name: inner
    layers:
      - {type: group, name: near, tied_to: e}
      - {type: group, name: e, layers: [{name: fc, type: dense, units: 4}]}
  - {type: group, name: far, tied_to: e}
""")
    found = {p.id: p.why for p in plan.parameters}

    assert ["tied to inner.e.fc/kernel", "tied to e.fc/kernel"] == [
        found["inner.near.fc/kernel"],
        found["far.fc/kernel"],
    ]


def test_a_copied_tie(planned: Planned) -> None:
    """A head tied to its table stays tied to it in a copy of their group."""
    plan = planned("""
input: {tokens: 3}
layers:
  - type: group
    name: a
    layers:
      - {name: e, type: embedding, count: 9, dim: 4, padding_index: 2}
      - {name: head, type: dense, units: 9, tied_to: e}
  - {type: group, name: b, tied_to: a, from: input}
""")
    found = {p.id: p for p in plan.parameters}

    assert "tied to a.e/embeddings" == found["b.head/kernel"].why == found["b.e/embeddings"].why
    assert "tied to a.head/bias" == found["b.head/bias"].why
    assert found["a.e/embeddings"].zeroed == found["b.head/kernel"].zeroed == (8, 12)


def test_cross_layer_sharing(planned: Planned) -> None:
    """All blocks of an ALBERT are the first one: a repetition of tied groups."""
    plan = planned(
        """
input: [5, 4]
layers:
  - {type: group, name: h.0, layers: [{name: attn, type: multi_head_attention, heads: 2}, {name: n, type: layer_norm}]}
  - {type: repeat, times: 3, start: 1, name: "h", layers: [{type: group, name: "{i}", tied_to: h.0, tied: omit}]}
""".replace('name: "h", layers: [{type: group, name: "{i}"', 'name: "x{i}", layers: [{type: group, name: h')
    )

    assert 10 == len(plan.parameters)
    assert [10] * 3 == [
        sum(len(layer.omitted) for layer in plan.layers if layer.path.startswith(f"x{number}."))
        for number in (1, 2, 3)
    ]


def test_a_rule_for_a_copy(planned: Planned) -> None:
    """A rule cannot reach a copy, and says so."""
    with pytest.raises(winitgen.SpecError) as caught:
        planned("rules: [{match: 'target.q/*', init: ones}]" + ONLINE % "")

    assert str(caught.value) == (
        "model.yaml:1:17: rules[0].match: this rule matches no parameter: 'target.q/*' matches only a tied one, "
        "which has another's values"
    )
