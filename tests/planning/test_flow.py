from collections.abc import Callable

import pytest

from winitgen.errors import SpecError
from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]


def shapes(plan: Plan) -> dict[str, tuple[int, ...]]:
    """Return the shape of every kernel by its layer's path."""
    return {p.path: p.shape for p in plan.parameters if p.role in ("kernel", "gamma", "embeddings")}


def test_sizes_flow(planned: Planned) -> None:
    """Each layer takes its size from the one before it: channels first, then flattened."""
    plan = planned("""
input: [3, 32, 28]
layers:
  - {name: a, type: conv2d, filters: 8, kernel_size: [3, 5], strides: 2, padding: [1, 0]}
  - {name: b, type: max_pool2d, pool_size: 2}
  - {name: c, type: conv2d, filters: 6, kernel_size: 3, padding: same, dilation: 2}
  - {type: flatten}
  - {name: d, type: dense, units: 10}
""")

    # height (32 + 2 - 3) // 2 + 1 = 16, width (28 - 5) // 2 + 1 = 12; halved 8, 6; kept by 'same'
    assert {"a": (8, 3, 3, 5), "c": (6, 8, 3, 3), "d": (10, 6 * 8 * 6)} == shapes(plan)


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("{type: conv1d, filters: 4, kernel_size: 3}", (4, 10)),
        ("{type: conv1d, filters: 4, kernel_size: 3, padding: same, strides: 5}", (4, 3)),
        ("{type: conv1d, filters: 4, kernel_size: 3, dilation: 4}", (4, 4)),
        ("{type: max_pool1d, pool_size: 3}", (2, 4)),
        ("{type: avg_pool1d, pool_size: 3, strides: 1}", (2, 10)),
        ("{type: avg_pool1d, pool_size: 5, padding: 2}", (2, 3)),
        ("{type: max_pool1d, pool_size: 5, padding: same}", (2, 3)),
        ("{type: global_avg_pool1d}", (2,)),
        ("{type: flatten}", (24,)),
        ("{type: reshape, shape: [4, 3, 2]}", (4, 3, 2)),
        ("{type: permute, axes: [1, 0]}", (12, 2)),
        ("{type: dropout, rate: 0.1}", (2, 12)),
        ("{type: activation, activation: relu}", (2, 12)),
        ("{type: prelu}", (2, 12)),
        ("{type: batch_norm}", (2, 12)),
        ("{type: layer_norm}", (2, 12)),
    ],
)
def test_shapes(planned: Planned, layer: str, expected: tuple[int, ...]) -> None:
    """Each layer passes on the shape that its type says."""
    plan = planned(f"""
input: [2, 12]
layers:
  - {layer}
  - {{type: reshape, shape: {list(expected)}}}
  - {{name: seen, type: flatten}}
  - {{name: out, type: dense, units: 1}}
""")
    size = 1
    for axis in expected:
        size *= axis

    assert (1, size) == shapes(plan)["out"]


def test_norms_take_their_axis(planned: Planned) -> None:
    """batch_norm and group_norm follow the channels, layer_norm and rms_norm the last axis."""
    plan = planned("""
input: [6, 5]
layers:
  - {name: batch, type: batch_norm}
  - {name: group, type: group_norm, groups: 3}
  - {name: layer, type: layer_norm}
  - {name: rms, type: rms_norm}
""")

    assert {"batch": (6,), "group": (6,), "layer": (5,), "rms": (5,)} == shapes(plan)
    assert ["gamma", "beta", "moving_mean", "moving_variance", "num_batches_tracked"] == [
        p.role for p in plan.parameters if p.path == "batch"
    ]
    assert ["gamma"] == [p.role for p in plan.parameters if p.path == "rms"]


def test_tokens(planned: Planned) -> None:
    """An embedding takes tokens, and gives a row of numbers for each."""
    plan = planned("""
input: {tokens: 16}
layers:
  - {name: table, type: embedding, count: 100, dim: 8}
  - {name: fc, type: dense, units: 4}
""")

    assert {"table": (100, 8), "fc": (4, 8)} == shapes(plan)


def test_from(planned: Planned) -> None:
    """`from` takes an earlier output: of the enclosing group first, then outward; dots go inward."""
    plan = planned(
        """
input: 8
layers:
  - {name: a, type: dense, units: 2}
  - type: group
    name: g
    layers:
      - {name: a, type: dense, units: 3}
      - {name: inner, type: dense, units: 1, from: a}
      - {name: outer, type: dense, units: 1, from: b.c}
      - {name: whole, type: dense, units: 1, from: input}
  - {name: into, type: dense, units: 1, from: g.a}
  - {name: model, type: dense, units: 1, from: input}
  - {name: group, type: dense, units: 1, from: g}
""".replace(
            "  - type: group",
            "  - {type: group, name: b, layers: [{name: c, type: dense, units: 5}]}\n  - type: group",
        )
    )

    expected = {"g.inner": 3, "g.outer": 5, "g.whole": 5, "into": 3, "model": 8, "group": 1}
    assert expected == {path: shape[1] for path, shape in shapes(plan).items() if path in expected}


def test_merges(planned: Planned) -> None:
    """`add` and `multiply` keep a shape, `concat` adds up one axis."""
    plan = planned("""
input: [4, 6]
layers:
  - {name: a, type: conv1d, filters: 2, kernel_size: 1}
  - {name: b, type: conv1d, filters: 2, kernel_size: 1, from: input}
  - {name: sum, type: add, from: [a, b]}
  - {name: product, type: multiply, from: [a, sum]}
  - {name: side, type: concat, from: [product, input]}
  - {name: seen, type: conv1d, filters: 1, kernel_size: 1}
  - {name: long, type: concat, from: [a, b], axis: -1}
  - {type: flatten}
  - {name: last, type: dense, units: 1}
""")

    assert (1, 6, 1) == shapes(plan)["seen"]
    assert (1, 2 * 12) == shapes(plan)["last"]


def test_residual(planned: Planned) -> None:
    """A residual's shortcut takes the same input as its layers, whose names it shares."""
    plan = planned("""
input: 8
layers:
  - type: residual
    name: block
    layers: [{name: fc, type: dense, units: 4}]
    shortcut: [{name: past, type: dense, units: 4}]
  - {type: residual, layers: [{name: inner, type: dense, units: 4}]}
""")

    assert {"block.fc": (4, 8), "block.past": (4, 8), "inner": (4, 4)} == shapes(plan)


def test_parts_without_an_input(planned: Planned) -> None:
    """Without `input`, a kernel whose `inputs` are others than flow in begins a part; the rest follow on."""
    plan = planned("""
layers:
  - {name: a, type: dense, units: 5, inputs: 7}
  - {name: b, type: dense, units: 3}
  - {name: c, type: conv2d, filters: 4, kernel_size: 3, inputs: 2}
  - {name: d, type: batch_norm}
  - {name: e, type: conv2d, filters: 1, kernel_size: 1}
  - {name: f, type: embedding, count: 9, dim: 6}
  - {name: g, type: dense, units: 2}
  - {name: h, type: layer_norm, inputs: 2}
""")

    expected = {"a": (5, 7), "b": (3, 5), "c": (4, 2, 3, 3), "d": (4,), "e": (1, 4, 1, 1), "f": (9, 6)}
    assert {**expected, "g": (2, 6), "h": (2,)} == shapes(plan)


PARTS = """
layers:
  - {name: a, type: dense, units: 8, inputs: 7}
  - {name: n, type: layer_norm, inputs: 8}
  - {name: r, type: activation, activation: relu}
  - {name: b, type: dense, units: 9, inputs: 8}
  - {name: c, type: dense, units: 8, inputs: 8}
  - {name: d, type: conv2d, filters: 3, kernel_size: 1, inputs: 8}
"""


def test_where_parts_begin(planned: Planned) -> None:
    """A norm or a kernel whose `inputs` are what flows in begins no part; a kernel that cannot take it does."""
    plan = planned(PARTS)
    kernel, bias = plan.parameters[:2]

    assert {"a": (-1,), "n": (0,), "r": (1,), "b": (2,), "c": (-1,), "d": (-1,)} == {
        layer.path: layer.sources for layer in plan.layers
    }
    assert ("auto: relu at r", "auto: relu at r, after a norm") == (kernel.why, bias.why)


NORMS = """
layers:
  - {name: a, type: dense, units: 8, inputs: 7}
  - {name: n, type: rms_norm, inputs: 11}
  - {name: b, type: dense, units: 9, activation: relu}
  - {name: c, type: conv2d, filters: 5, kernel_size: 1, inputs: 9}
  - {name: g, type: group_norm, inputs: 6, groups: 3, activation: relu}
"""


def test_a_part_that_begins_with_a_norm(planned: Planned) -> None:
    """A norm whose `inputs` are not what flows in begins a part, which the layer before it does not meet."""
    plan = planned(NORMS)
    found = {parameter.id: parameter for parameter in plan.parameters}

    assert {"a": (-1,), "n": (-1,), "b": (1,), "c": (-1,), "g": (-1,)} == {
        layer.path: layer.sources for layer in plan.layers
    }
    assert {"a": (8, 7), "n": (11,), "b": (9, 11), "c": (5, 9, 1, 1), "g": (6,)} == shapes(plan)
    assert ["auto: linear", "auto: linear"] == [found["a/kernel"].why, found["c/kernel"].why]


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        pytest.param(
            "input: 7\n" + NORMS.strip(),
            "layers[1].inputs: 11 does not match what flows in, (8,); leave 'inputs' out",
            id="with an input",
        ),
        pytest.param(
            NORMS.replace("rms_norm, inputs: 11", "rms_norm, inputs: 11, from: a"),
            "layers[1].inputs: 11 does not match what flows in, (8,); leave 'inputs' out",
            id="with a from",
        ),
        pytest.param(
            NORMS.replace("rms_norm, inputs: 11", "group_norm, inputs: 8, groups: 3"),
            "layers[1].groups: 3 groups do not divide the 8 channels that flow in",
            id="with the right inputs",
        ),
        pytest.param(
            NORMS.replace("rms_norm, inputs: 11", "instance_norm, inputs: 8"),
            "layers[1]: instance_norm takes channels and at least one spatial axis, but (8,) flows in",
            id="with another mistake",
        ),
    ],
)
def test_norms_that_do_not_fit(planned: Planned, layers: str, message: str) -> None:
    """With an `input` or a `from`, other `inputs` are a mistake; so is what a part of its own would not mend."""
    with pytest.raises(SpecError) as caught:
        planned(layers)

    mistakes = caught.value.mistakes
    assert message in [": ".join(filter(None, (mistake.path, mistake.message))) for mistake in mistakes]


def test_inputs_that_agree(planned: Planned) -> None:
    """`inputs` may repeat what flows in."""
    assert (5, 8) == shapes(planned("input: 8\nlayers: [{name: a, type: dense, units: 5, inputs: 8}]"))["a"]


def test_params_take_no_part(planned: Planned) -> None:
    """A param takes no part in the flow; its name is its whole id."""
    plan = planned("""
input: 8
layers:
  - {name: a, type: dense, units: 4}
  - {name: scale, type: param, shape: [3, 2], init: ones, dtype: float16}
  - {name: scalar, type: param, shape: [], init: zeros}
  - {name: b, type: dense, units: 2}
""")

    assert ["a/kernel", "a/bias", "scale", "scalar", "b/kernel", "b/bias"] == [p.id for p in plan.parameters]
    assert [(3, 2), (), (2, 4)] == [p.shape for p in plan.parameters[2:5]]
    assert ("float16", "float32") == (plan.parameters[2].dtype, plan.parameters[3].dtype)


def test_one_mistake_is_reported_once(planned: Planned) -> None:
    """What follows a layer with a mistake is not blamed for it."""
    with pytest.raises(SpecError) as caught:
        planned("""
input: [3, 8, 8]
layers:
  - {name: a, type: conv2d, filters: 4, kernel_size: 9}
  - {name: b, type: conv2d, filters: 4, kernel_size: 9}
  - {type: flatten}
  - {name: c, type: dense, units: 4}
""")

    assert ["layers[0].kernel_size"] == [mistake.path for mistake in caught.value.mistakes]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "layers: [{type: conv1d, filters: 2, kernel_size: [3, 3], inputs: 4}]",
            "conv1d has 1 spatial axis, but 2 numbers are given",
            id="a kernel of two axes over one",
        ),
        pytest.param(
            "layers: [{type: embedding, count: 9, dim: 4}, {type: prelu, per_channel: true}]",
            "the channels that flow into this prelu are unknown; state the model's 'input'",
            id="unknown channels",
        ),
        pytest.param(
            "input: {tokens: 6}\nlayers: [{type: dense, units: 3, inputs: 4, init: uniform}]",
            "the scheme uniform needs low and high",
            id="options that are wrong as well",
        ),
    ],
)
def test_a_layer_that_does_not_fit(planned: Planned, text: str, message: str) -> None:
    """A layer that does not fit is reported once, and asked for no parameters."""
    with pytest.raises(SpecError) as caught:
        planned(text)

    assert [message] == [mistake.message for mistake in caught.value.mistakes]
