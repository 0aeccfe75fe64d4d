from collections.abc import Callable

import pytest

from winitgen.errors import SpecError
from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]

LAYERS = """
input: 8
layers:
  - {name: a, type: dense, units: 8, init: {scheme: normal, std: 0.5}}
  - {name: norm, type: batch_norm}
  - {name: b.c, type: dense, units: 8}
"""


def stds(planned: Planned, *rules: str) -> dict[str, float]:
    """Return the standard deviations under ``rules``, of those that have one."""
    listed = "".join(f"  - {rule}\n" for rule in rules)
    plan = planned(f"rules:\n{listed}{LAYERS}")
    return {p.id: p.std for p in plan.parameters if p.std}


def test_rule_beats_layer(planned: Planned) -> None:
    """A rule overrides the layer's own options; the other layers keep theirs."""
    found = stds(planned, "{match: a/kernel, init: {scheme: normal, std: 0.25}}")

    assert {"a/kernel": 0.25, "b.c/kernel": (2 / 16) ** 0.5} == found


def test_last_rule_wins(planned: Planned) -> None:
    """Of several rules that match, the last one wins."""
    first = '{match: "*/kernel", init: {scheme: normal, std: 0.25}}'
    second = '{match: "b*kernel", init: {scheme: normal, std: 0.75}}'

    assert {"a/kernel": 0.25, "b.c/kernel": 0.75} == stds(planned, first, second)


def test_star_crosses_everything(planned: Planned) -> None:
    """`*` crosses dots and slashes, `?` is one character, case counts."""
    found = stds(planned, '{match: "b*l", init: {scheme: normal, std: 0.75}}')

    assert found["b.c/kernel"] == 0.75
    assert 0.75 == stds(planned, '{match: "?/kernel", init: {scheme: normal, std: 0.75}}')["a/kernel"]
    with pytest.raises(
        SpecError, match="this rule matches no parameter: 'A/kernel'; did you mean 'a/kernel'"
    ):
        stds(planned, "{match: A/kernel, init: zeros}")


def test_role_and_type_narrow(planned: Planned) -> None:
    """`role` and `type` narrow what a pattern matches."""
    small = "{scheme: normal, std: 0.01}"

    found = stds(planned, f'{{match: "*", role: bias, init: {small}}}')
    assert {"a/bias", "b.c/bias"} == {name for name, std in found.items() if std == 0.01}
    found = stds(planned, f'{{match: "*", type: batch_norm, role: gamma, init: {small}}}')
    assert {"norm/gamma"} == {name for name, std in found.items() if std == 0.01}


def test_buffers_never(planned: Planned) -> None:
    """A rule for everything leaves the buffers as they are."""
    plan = planned(f'rules: [{{match: "*", init: {{scheme: constant, value: 5}}}}]\n{LAYERS}')
    means = {p.role: p.mean for p in plan.parameters if p.path == "norm"}

    expected = {"gamma": 5, "beta": 5, "moving_mean": 0, "moving_variance": 1, "num_batches_tracked": 0}
    assert expected == means


def test_rule_auto(planned: Planned) -> None:
    """A rule may give a parameter back to its automatic scheme, with options."""
    found = stds(planned, "{match: a/kernel, init: {scheme: auto, mode: fan_in}}")

    assert (1 / 8) ** 0.5 == found["a/kernel"]


def test_defaults_reach(planned: Planned) -> None:
    """`defaults` reach kernels, embeddings and biases; norms and slopes keep theirs."""
    plan = planned("""
input: {tokens: 4}
defaults: {init: {scheme: normal, std: 0.02}, bias_init: {scheme: normal, std: 0.03}}
layers:
  - {name: e, type: embedding, count: 9, dim: 4}
  - {name: n, type: layer_norm}
  - {name: f, type: dense, units: 3}
  - {name: s, type: prelu}
""")

    expected = {
        "e/embeddings": 0.02,
        "n/gamma": 0,
        "n/beta": 0,
        "f/kernel": 0.02,
        "f/bias": 0.03,
        "s/alpha": 0,
    }
    assert expected == {p.id: p.std for p in plan.parameters}
    assert plan.parameters[-1].mean == 0.25


def test_default_bias(planned: Planned) -> None:
    """`use_bias: false` in the defaults holds for every layer that does not set it."""
    plan = planned("""
input: 8
defaults: {use_bias: false}
layers:
  - {name: a, type: dense, units: 8}
  - {name: b, type: dense, units: 8, use_bias: true}
  - {name: n, type: layer_norm}
""")

    assert ["a/kernel", "b/kernel", "b/bias", "n/gamma", "n/beta"] == [p.id for p in plan.parameters]


def test_layer_norm_without_shift(planned: Planned) -> None:
    """layer_norm drops beta with `use_bias: false`, any norm drops both with `affine: false`."""
    plan = planned("""
input: 8
layers:
  - {name: a, type: layer_norm, use_bias: false}
  - {name: b, type: batch_norm, affine: false}
""")

    assert ["gamma", "moving_mean", "moving_variance", "num_batches_tracked"] == [
        p.role for p in plan.parameters
    ]


def test_default_options_beside_auto(planned: Planned) -> None:
    """Options beside `auto` in the defaults apply where they can, and leave the rest as it is."""
    layers = """
input: {tokens: 6}
defaults:
  init: {scheme: auto, distribution: uniform, gain: 2}
  bias_init: {scheme: auto, distribution: uniform}
layers:
  - {name: e, type: embedding, count: 9, dim: 4}
  - {name: r, type: lstm, units: 5}
  - {name: f, type: dense, units: 3}
"""
    plan = planned(layers)
    found = {p.id: (p.scheme, p.std) for p in plan.parameters}

    assert ("variance_scaling", 0.5) == found["e/embeddings"]
    assert ("xavier_uniform", pytest.approx(2 * (2 / 8) ** 0.5, rel=1e-14)) == found["f/kernel"]
    assert ("xavier_uniform", pytest.approx(2 * (2 / 9) ** 0.5)) == found["r.l0.forward/kernel"]
    assert ("orthogonal", pytest.approx(2 / 5**0.5)) == found["r.l0.forward/recurrent_kernel"]
    assert ("forget_bias", "zeros") == (found["r.l0.forward/bias"][0], found["f/bias"][0])
