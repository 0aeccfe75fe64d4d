"""Ties of any layer, and of its bias."""

from collections.abc import Callable

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


def test_a_param(planned: Planned) -> None:
    """Any tensor may have the values of a layer or of another tensor, and then has no scheme."""
    plan = planned("""
input: {tokens: 3}
layers:
  - {name: e, type: embedding, count: 9, dim: 4}
  - {name: lm_head.weight, type: param, shape: [9, 4], tied_to: e}
  - {name: ids, type: param, shape: [7], dtype: int64, init: arange}
  - {name: again, type: param, shape: [7], dtype: int64, tied_to: ids}
""")

    assert ["tied to e/embeddings", "tied to ids"] == [plan.parameters[index].why for index in (1, 3)]
    assert winitgen.plan(plan.spec).parameters == plan.parameters
