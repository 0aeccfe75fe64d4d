"""`when`, and repetitions over lists and with variables of their own."""

from collections.abc import Callable

import pytest

from winitgen.errors import SpecError
from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]


def shapes(plan: Plan) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the kernels by the paths of their layers."""
    return {p.path: p.shape for p in plan.parameters if p.role == "kernel"}


def test_over_mappings(planned: Planned) -> None:
    """The fields of an item are variables inside, and the item has a name; the index counts from `start`."""
    plan = planned("""
input: 8
vars: {stages: [{width: 5, depth: 1}, {width: 7, depth: 2}]}
layers:
  - type: repeat
    over: ${stages}
    as: stage
    index: s
    start: 1
    name: stage{s}
    layers:
      - {type: repeat, times: "${depth}", name: "b{i}", layers: [{name: fc, type: dense, units: "${stage.width + i}"}]}
      - {name: out, type: dense, units: "${width}"}
""")

    expected = {
        "stage1.b0.fc": (5, 8),
        "stage1.out": (5, 5),
        "stage2.b0.fc": (7, 5),
        "stage2.b1.fc": (8, 7),
        "stage2.out": (7, 8),
    }
    assert expected == shapes(plan)


def test_over_plain_values(planned: Planned) -> None:
    """An item that is not a mapping is the variable `item`, of any kind; the list may be written in place."""
    plan = planned("""
input: 8
layers:
  - {type: repeat, over: [5, 7], name: "a${item}", layers: [{name: fc, type: dense, units: "${item}"}]}
  - {type: repeat, over: [[3, 4], [6, 9]], name: "b{i}", layers: [{name: fc, type: dense, units: "${item[1]}"}]}
""")

    assert {"a5.fc": (5, 8), "a7.fc": (7, 5), "b0.fc": (4, 7), "b1.fc": (9, 4)} == shapes(plan)


def test_over_nothing(planned: Planned) -> None:
    """An empty list repeats nothing, and passes on what flows in."""
    plan = planned("""
input: 8
vars: {stages: []}
layers:
  - {type: repeat, over: "${stages}", name: "a{i}", layers: [{type: dense, units: "${width}"}]}
  - {name: b, type: dense, units: 3}
""")

    assert {"b": (3, 8)} == shapes(plan)


@pytest.mark.parametrize("no_times", ["times: 0", "over: []", "times: 3, when: false"])
def test_no_repetition_takes_nothing(planned: Planned, no_times: str) -> None:
    """However a repetition is left out, no other layer notices: neither what its `from` names nor its place is used."""
    plan = planned(f"""
input: 8
layers:
  - {{name: a, type: dense, units: 5}}
  - {{name: b, type: dense, units: 6}}
  - {{type: repeat, from: a, {no_times}, name: "n{{i}}", layers: [{{type: dense, units: 2}}]}}
  - type: residual
    layers: [{{name: c, type: dense, units: 6}}]
    shortcut: [{{type: repeat, {no_times}, name: "s{{i}}", layers: [{{type: dense, units: 2}}]}}]
""")

    assert {"a": (5, 8), "b": (6, 5), "c": (6, 6)} == shapes(plan)
    assert "shortcut" not in plan.spec["layers"][2]


def test_variables_of_a_repeat(planned: Planned) -> None:
    """They are evaluated anew in each repetition, with earlier ones, the index and the fields; the innermost wins."""
    plan = planned("""
input: 8
vars: {width: 100, last: 50}
layers:
  - type: repeat
    over: [{width: 5}, {width: 7, last: 60}]
    name: "a${n}"
    vars: {n: "${i + 1}", width: "${10 * width + n}"}
    layers: [{name: fc, type: dense, units: "${width + last}"}]
  - {name: b, type: dense, units: "${width}"}
""")

    assert {"a1.fc": (101, 8), "a2.fc": (132, 101), "b": (100, 132)} == shapes(plan)


def test_numbers_that_go_on_without_a_name(planned: Planned) -> None:
    """A repeat needs no name if the names inside differ by one of its variables."""
    plan = planned("""
input: 8
layers:
  - type: repeat
    over: [{n: 1, first: 1}, {n: 2, first: 2}]
    index: stage
    layers:
      - {type: repeat, times: "${n}", start: "${first}", name: "blocks.{i}", layers: [{name: fc, type: dense, units: 8}]}
  - {type: repeat, times: 2, layers: [{name: "out{i}", type: dense, units: 8}]}
""")

    assert ["blocks.1.fc", "blocks.2.fc", "blocks.3.fc", "out0", "out1"] == list(shapes(plan))


def test_when(planned: Planned) -> None:
    """False leaves a layer, a group, a repeat out: it takes no name and no number, and nothing in it is read."""
    plan = planned("""
input: 8
vars: {deep: false, n: 3}
layers:
  - {type: dense, units: 4, when: "${deep}"}
  - {type: dense, units: 5, when: "${not deep}"}
  - {name: a, type: dense, units: 6, when: "${n > 3}"}
  - {name: a, type: dense, units: 7, when: "${n <= 3}"}
  - {when: false, type: nothing, unknown: "${1 / 0}"}
  - {when: "${deep}", type: repeat, over: 3, layers: x}
  - {when: true, type: group, name: g, layers: [{when: "${deep}", type: dense, units: 9}, {type: dense, units: 8}]}
""")

    assert {"dense_0": (5, 8), "a": (7, 5), "g.dense_0": (8, 7)} == shapes(plan)


def test_when_in_a_repetition(planned: Planned) -> None:
    """`when` chooses what one repetition has; a repetition of which nothing is left is no group."""
    plan = planned("""
input: 8
layers:
  - type: repeat
    times: 4
    name: a{i}
    layers:
      - {name: even, type: dense, units: 4, when: "${i % 2 == 0}"}
      - {name: last, type: dense, units: 5, when: "${i == 2}"}
  - {name: out, type: dense, units: 3, from: a2}
""")

    assert ["a0.even", "a2.even", "a2.last", "out"] == list(shapes(plan))
    assert (3, 5) == shapes(plan)["out"]


def test_a_group_of_which_nothing_is_left(planned: Planned) -> None:
    """It is left out itself, so that what flows in flows on."""
    plan = planned("""
input: 8
layers:
  - {type: group, name: g, layers: [{when: false, type: dense, units: 9}]}
  - {name: g, type: dense, units: 3}
""")

    assert {"g": (3, 8)} == shapes(plan)


def test_a_shortcut_of_which_nothing_is_left(planned: Planned) -> None:
    """It is no shortcut: the input itself is added."""
    text = """
input: 8
layers:
  - type: repeat
    over: [5, 5]
    name: block{i}
    layers:
      - type: residual
        layers: [{name: fc, type: dense, units: "${item}"}]
        shortcut: [{name: match, type: dense, units: "${item}", when: "${i == 0}"}]
"""
    plan = planned(text)

    assert ["block0.fc", "block0.match", "block1.fc"] == list(shapes(plan))
    residual = plan.spec["layers"][0]["layers"][1]["layers"][0]
    assert "shortcut" not in residual


def test_repetitions_leave_no_trace(planned: Planned) -> None:
    """The canonical spec has neither `when` nor `over`, and is the same as without them."""
    over = planned("""
input: 8
layers:
  - {type: repeat, over: [{w: 5, b: true}, {w: 7, b: false}], name: "a{i}", vars: {v: "${w + 1}"}, layers: [
      {name: fc, type: dense, units: "${v}", use_bias: "${b}"}, {name: more, type: dense, units: 3, when: "${b}"}]}
""")
    times = planned("""
input: 8
layers:
  - type: group
    layers:
      - {type: group, name: a0, layers: [{name: fc, type: dense, units: 6}, {name: more, type: dense, units: 3}]}
      - {type: group, name: a1, layers: [{name: fc, type: dense, units: 8, use_bias: false}]}
""")

    assert times.spec == over.spec
    assert [p.distribution for p in times.parameters] == [p.distribution for p in over.parameters]


def test_a_mistake_names_the_first_item_that_fails(planned: Planned) -> None:
    """One mistake of many repetitions is reported once, with the item; one of a nested repetition with both."""
    with pytest.raises(SpecError) as caught:
        planned("""
input: [3, 32, 32]
layers:
  - type: repeat
    over: [{k: 3}, {k: 99}, {k: 101}]
    as: stage
    name: a{i}
    layers:
      - type: repeat
        over: [1, 2]
        index: j
        name: b{j}
        layers: [{name: c, type: conv2d, filters: "${8 * item}", kernel_size: "${k}"}]
""")

    path, message = (
        "layers[0].layers[0].layers[0].kernel_size",
        "the window spans 99 positions, but axis 1 of",
    )
    item = "(i = 1, stage = {k: 99}, j = 0, item = 1)"
    assert [(path, f"{message} (16, 28, 28) has 28 {item}")] == [
        (m.path, m.message) for m in caught.value.mistakes
    ]


def test_a_long_item_is_cut(planned: Planned) -> None:
    """A mistake stays one short line, whatever the item holds."""
    with pytest.raises(SpecError) as caught:
        planned("""
input: 8
layers:
  - type: repeat
    over: [{units: -1, comment: "a text of more than forty characters, which is cut", list: [1, [2, 3]], more: true}]
    name: a{i}
    layers: [{name: fc, type: dense, units: "${units}"}]
""")

    assert [
        "expected a whole number from 1 to 2^40, not -1 (i = 0, item = {units: -1, comment: 'a text of more t...})"
    ] == [m.message for m in caught.value.mistakes]
