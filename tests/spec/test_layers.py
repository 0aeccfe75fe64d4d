import time
from collections.abc import Callable

import pytest

from winitgen.errors import SpecError
from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]


def paths(plan: Plan) -> list[str]:
    """Return the path of every layer with a parameter, in order."""
    return list(dict.fromkeys(parameter.path for parameter in plan.parameters))


def test_default_names(planned: Planned) -> None:
    """A layer without a name is called after its type, counted within its namespace."""
    plan = planned("""
input: 8
layers:
  - {type: dense, units: 8}
  - {type: layer_norm}
  - {name: named, type: dense, units: 8}
  - {type: dense, units: 8}
  - {type: group, name: inner, layers: [{type: dense, units: 8}]}
  - {type: group, layers: [{type: dense, units: 8}]}
  - {name: ~, type: dense, units: 8}
""")

    assert ["dense_0", "layer_norm_0", "named", "dense_1", "inner.dense_0", "dense_2", "dense_3"] == paths(
        plan
    )


def test_whole_numbers_are_names(planned: Planned) -> None:
    """A name may be a whole number, as in PyTorch's Sequential; it keeps its zeros."""
    plan = planned("""
input: 8
layers:
  - {name: 0, type: dense, units: 8}
  - {name: 007, type: dense, units: 8}
  - {name: features.3, type: dense, units: 8}
""")

    assert ["0", "007", "features.3"] == paths(plan)


def test_repeat(planned: Planned) -> None:
    """`{i}` is the number of the repetition, in names and, as a variable, in sizes."""
    plan = planned("""
input: 8
layers:
  - type: repeat
    times: 3
    start: 1
    name: h.{i}
    layers:
      - {name: "fc{i}", type: dense, units: "${2**i}"}
""")

    assert ["h.1.fc1", "h.2.fc2", "h.3.fc3"] == paths(plan)
    assert [(2, 8), (4, 2), (8, 4)] == [p.shape for p in plan.parameters if p.role == "kernel"]


def test_nested_repeats(planned: Planned) -> None:
    """`{i}` is the nearest repetition's; `index` gives another name where both are needed."""
    plan = planned("""
input: 8
layers:
  - type: repeat
    times: 2
    index: stage
    name: s{stage}
    layers:
      - type: repeat
        times: 2
        name: b{i}
        layers: [{name: "fc{stage}{i}", type: dense, units: "${8 * (stage + 1) + i}"}]
""")

    assert ["s0.b0.fc00", "s0.b1.fc01", "s1.b0.fc10", "s1.b1.fc11"] == paths(plan)
    assert [8, 9, 16, 17] == [p.shape[0] for p in plan.parameters if p.role == "bias"]


def test_index_in_an_expression(planned: Planned) -> None:
    """The index may occur in the repeat's own name inside `${...}`."""
    text = "input: 8\nlayers:\n  - {type: repeat, times: 2, name: 'h${2 * i}', layers: [{type: dense, units: 8}]}"

    assert ["h0.dense_0", "h2.dense_0"] == paths(planned(text))


def test_repeat_never(planned: Planned) -> None:
    """A repeat of zero times draws nothing and passes on what flows in."""
    plan = planned("""
input: 8
vars: {n: 0}
layers:
  - {type: repeat, times: "${n}", name: "h{i}", layers: [{type: dense, units: 5}]}
  - {name: out, type: dense, units: 3}
""")

    assert [(3, 8), (3,)] == [parameter.shape for parameter in plan.parameters]


def test_repeat_once_without_an_index(planned: Planned) -> None:
    """A single repetition needs no index in its name, and no name."""
    text = "input: 8\nlayers:\n  - {type: repeat, times: 1, layers: [{type: dense, units: 5}]}"

    assert ["dense_0"] == paths(planned(text))


def test_aliases(planned: Planned) -> None:
    """YAML's own anchors and aliases work: the same text, written once."""
    plan = planned("""
input: 8
defaults: {init: &small {scheme: normal, std: 0.02}}
layers:
  - {name: a, type: dense, units: 8}
  - {name: b, type: dense, units: 8, bias_init: *small}
""")

    assert [0.02, 0.0, 0.02, 0.02] == [parameter.std for parameter in plan.parameters]


def test_merge_keys(planned: Planned) -> None:
    """The keys of other mappings, unless the mapping has them itself; of several the first one counts."""
    merged = planned("""
vars: {sizes: &sizes {small: 3, large: 5}}
layers:
  - type: repeat
    over: [{<<: *sizes, large: 7}]
    layers:
      - &fc {name: a, type: dense, inputs: 4, units: "${small}", init: zeros}
      - {name: b, <<: [*fc, {units: 9, bias_init: ones, inputs: 6}], inputs: "${large}", "use_bias": true}
      - <<: {<<: *fc, name: c, init: ones}
        name: d
""")
    written = planned("""
layers:
  - {name: a, type: dense, inputs: 4, units: 3, init: zeros}
  - {name: b, type: dense, inputs: 7, units: 3, init: zeros, bias_init: ones}
  - {name: d, type: dense, inputs: 4, units: 3, init: ones}
""")

    assert written.parameters == merged.parameters


def test_a_mapping_of_merges_is_planned_in_time(planned: Planned) -> None:
    """Each merge costs no more than the keys that it takes, which count among the values of the text."""
    keys = ", ".join(f"k{number}: 0" for number in range(900))
    merges = "\n".join(f"  m{number}: {{<<: [*a, *a]}}" for number in range(50))
    started = time.process_time()
    plan = planned(f"vars:\n  a: &a {{{keys}}}\n{merges}\nlayers: [{{type: dense, inputs: 2, units: 3}}]")

    assert (2, True) == (len(plan.parameters), time.process_time() - started < 5)


def test_mistakes_are_reported_together(planned: Planned) -> None:
    """Every mistake is reported, in the order of the file, no matter what finds it."""
    with pytest.raises(SpecError) as caught:
        planned("""
seed: -1
input: 8
layers:
  - {name: a, type: dense, units: 0}
  - {name: b, type: dense, units: 5, inputs: 6, from: input}
  - {name: c, type: conv2d, filters: 5, kernel_size: 3, from: input}
""")

    assert ["seed", "layers[0].units", "layers[1].inputs", "layers[2]"] == [
        m.path for m in caught.value.mistakes
    ]


def test_names_in_deep_groups(planned: Planned) -> None:
    """A name in a list counts for more steps the more groups it is looked up through."""
    names = ", ".join(["a"] * 60)
    body = f"{{type: repeat, times: 9000, layers: [{{type: add, name: 'sum{{i}}', from: [{names}]}}]}}"
    for level in range(20):
        body = f"{{type: group, name: level{level}, layers: [{body}]}}"

    with pytest.raises(SpecError) as caught:
        planned(f"input: 4\nlayers:\n  - {{name: a, type: dense, units: 4}}\n  - {body}\n")

    few = "variables, expressions and lists in from take more than 3000000 steps, with repeats expanded; use fewer or shorter ones"
    assert [f"{few} (i = 8333)"] == [mistake.message for mistake in caught.value.mistakes]


def test_indices_in_a_name(planned: Planned) -> None:
    """Each index in braces is filled in, several times too; other braces stay, and are refused as a name."""
    text = """
input: 4
layers:
  - {name: d0-7, type: dense, units: 4}
  - type: repeat
    times: 1
    layers:
      - {type: repeat, times: 1, start: 7, index: j, layers: [{name: "s{j}{i}{j}", type: add, from: ["d{i}-{j}", input]}]}
      - {name: last, type: dense, units: 4, from: "s707"}
"""
    assert ["d0-7", "last"] == paths(planned(text))
    with pytest.raises(
        SpecError, match=r"layers\[1\].layers\[1\].from: no earlier layer is called 's\{k\}07'"
    ):
        planned(text.replace('"s707"', '"s{k}{i}7"'))
