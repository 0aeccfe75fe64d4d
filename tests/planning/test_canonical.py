import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from winitgen.catalog.layers import LAYERS
from winitgen.planning.plan import Plan
from winitgen.spec.fields import fields_of

Planned = Callable[..., Plan]

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))

PLAIN = """
input: 8
layers:
  - {name: a, type: conv1d, filters: 8, kernel_size: 3, inputs: 8}
  - {type: batch_norm}
  - {name: b, type: dense, units: 4, activation: leaky_relu, init: he_truncated_normal}
  - {name: c, type: dense, units: 4, bias_init: normal}
""".replace("input: 8\n", "input: [8, 3]\n").replace("  - {name: b", "  - {type: flatten}\n  - {name: b")

SPELLED_OUT = """
# The same, with every default written out.
seed: 0
dtype: float32
layout: torch
input: [8, 3]
vars: {unused: 5, four: "${2 * 2}"}
defaults: {init: auto, bias_init: auto, distribution: normal, use_bias: true}
rules: []
layers:
  - name: a
    type: conv1d
    filters: ${8}
    kernel_size: 3
    inputs: 8
    strides: 1
    padding: valid
    dilation: 1
    groups: 1
    use_bias: true
    init: auto
    bias_init: auto
  - {name: batch_norm_0, type: batch_norm, epsilon: 0.00001, affine: true, init: auto, bias_init: auto}
  - {name: flatten_0, type: flatten}
  - name: b
    type: dense
    units: ${four}
    activation: {name: leaky_relu, slope: 0.01}
    init: {scheme: kaiming_truncated_normal, mode: fan_in, bounds: 2, correct: true}
  - {name: c, type: dense, units: 4, activation: ~, bias_init: {scheme: normal, mean: 0, std: 1}}
"""

EVERYTHING = """
model: everything
seed: 7
input: [2, 4, 4]
vars: {n: 0}
defaults: {init: {scheme: auto, distribution: uniform}, use_bias: false}
rules:
  - {match: "*/kernel", type: conv2d, role: kernel, init: {scheme: he, mode: fan_out, gain: auto}}
layers:
  - {type: repeat, times: 2, start: 3, name: "r{i}", layers: [{type: conv2d, filters: 2, kernel_size: [3, 3], padding: same}]}
  - {type: repeat, times: "${n}", from: r3, name: "none{i}", layers: [{type: flatten}]}
  - {name: side, type: conv2d, filters: 2, kernel_size: 1, from: r3, activation: {name: elu, alpha: 0.5}}
  - {type: concat, from: [r4, side]}
  - {name: p, type: param, shape: [], init: xavier, fan_in: 3, fan_out: 4}
  - type: residual
    activation: relu
    layers: [{type: conv2d, filters: 4, kernel_size: 1, use_bias: true}]
    shortcut: [{type: group_norm, groups: 2}]
  - {type: flatten}
  - {type: dense, units: 3, init: {scheme: truncated_normal, std: 0.02, bounds: [-1, 3]}, dtype: float16}
"""


def again(planned: Planned, plan: Plan) -> Plan:
    """Plan the canonical spec of ``plan``, by way of JSON text."""
    text = json.dumps(plan.spec)
    return planned(text, seed=plan.seed, dtype=plan.dtype, layout=plan.layout)


@pytest.mark.parametrize("path", SPECS, ids=[path.stem for path in SPECS])
def test_examples_read_back(planned: Planned, path: Path) -> None:
    """The canonical spec, as JSON, gives the same plan, itself included."""
    plan = planned(path.read_text(encoding="utf-8"))

    assert plan == again(planned, plan)


def test_everything_reads_back(planned: Planned) -> None:
    """So does a spec with every construct, a repeat of zero times among them."""
    plan = planned(EVERYTHING, seed=9, dtype="float64")

    assert plan == again(planned, plan)


def test_tokens_read_back(planned: Planned) -> None:
    """So does a model of tokens."""
    plan = planned("input: {tokens: 9}\nlayers: [{type: embedding, count: 5, dim: 4, padding_index: 0}]")

    assert plan == again(planned, plan)


def test_defaults_spelled_out(planned: Planned) -> None:
    """Comments and written-out defaults change nothing in the canonical spec, and no value."""
    plain, spelled_out = planned(PLAIN), planned(SPELLED_OUT)

    assert plain.spec == spelled_out.spec
    assert [p._replace(why="") for p in plain.parameters] == [
        p._replace(why="") for p in spelled_out.parameters
    ]


def test_settings_are_left_out(planned: Planned) -> None:
    """Seed, dtype and layout are the call's to replace, so the canonical spec leaves them out."""
    plan = planned(PLAIN)
    other = planned(PLAIN, seed=1, dtype="float16")

    assert plan.spec == other.spec
    assert not {"seed", "dtype", "layout", "vars"} & {*plan.spec}
    assert plan != replace(other, seed=0, dtype="float32")


def test_linear_said_is_not_linear_unsaid(planned: Planned) -> None:
    """An activation of linear ends the search for one, so it stays in the canonical spec."""
    said = planned("input: 8\nlayers: [{type: dense, units: 4, activation: linear}]")
    unsaid = planned("input: 8\nlayers: [{type: dense, units: 4}]")

    assert said.spec != unsaid.spec


def test_options_that_came_later(planned: Planned) -> None:
    """The recipe of version 0.1 is still that of its spec; `offset` and `bare` are in it if they do something."""
    spec = """
input: [5, 4]
layers:
  - {name: wpe, type: positional_embedding, count: 6, dim: 4}
  - {name: two, type: positional_embedding, count: 6, dim: 4, offset: 1, bare: true}
"""

    assert [
        {"type": "positional_embedding", "name": "wpe", "count": 6, "dim": 4},
        {"type": "positional_embedding", "name": "two", "count": 6, "dim": 4, "offset": 1, "bare": True},
    ] == planned(spec).spec["layers"]


OF_THE_FIRST_VERSION = """\
activation
add
avg_pool1d padding
avg_pool2d padding
avg_pool3d padding
batch_norm epsilon affine
concat axis
conv1d strides padding dilation groups
conv1d_transpose strides padding dilation groups
conv2d strides padding dilation groups
conv2d_transpose strides padding dilation groups
conv3d strides padding dilation groups
conv3d_transpose strides padding dilation groups
dense
depthwise_conv1d depth_multiplier strides padding dilation
depthwise_conv2d depth_multiplier strides padding dilation
dropout rate
embedding
flatten
gated_mlp activation
global_avg_pool1d
global_avg_pool2d
global_avg_pool3d
group_norm epsilon affine
gru activation num_layers bidirectional return_sequences
instance_norm epsilon affine
layer_norm epsilon affine use_bias
lstm activation num_layers bidirectional return_sequences
max_pool1d padding
max_pool2d padding
max_pool3d padding
multi_head_attention fused
multiply
param
permute
positional_embedding
prelu per_channel
repeat start index
reshape
residual
rms_norm epsilon affine
rnn activation num_layers bidirectional return_sequences
separable_conv1d depth_multiplier strides padding dilation
separable_conv2d depth_multiplier strides padding dilation
"""
"""The types of version 0.1, each with the options that it had, with their defaults, in every recipe."""


@pytest.mark.parametrize("row", OF_THE_FIRST_VERSION.splitlines(), ids=lambda row: row.split()[0])
def test_recipes_of_the_first_version_stay(row: str) -> None:
    """An option that has come to a type since is one of its `later` ones, unless it is absent by default."""
    kind, *options = row.split()
    layer = LAYERS[kind]

    assert options == [
        field.encode_name
        for field in fields_of(layer)
        if not field.required and field.default is not None and field.name not in layer.later
    ]
