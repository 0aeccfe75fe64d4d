"""Groups with the layers and the values of another group."""

from collections.abc import Callable

import numpy as np
import pytest

import winitgen
from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]

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


def test_a_target_network(planned: Planned) -> None:
    """A group tied to another one has its layers and all its values, `param`s and running statistics too."""
    arrays = winitgen.generate(planned(ONLINE % ""))
    online = {name.partition(".")[2]: array for name, array in arrays.items() if name.startswith("online.")}
    target = {name.partition(".")[2]: array for name, array in arrays.items() if name.startswith("target.")}

    assert list(online) == list(target)
    assert 18 == len(online)
    for name, array in online.items():
        np.testing.assert_array_equal(array, target[name])
    np.testing.assert_array_equal(online["h.0.c.weight"], online["again.c.weight"])
    assert not np.array_equal(online["h.0.c.weight"], online["h.1.c.weight"])


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
