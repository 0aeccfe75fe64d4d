from collections.abc import Callable

import pytest

from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]


@pytest.mark.parametrize(
    ("model_input", "layer", "kernel", "fans"),
    [
        pytest.param("300", "{type: dense, units: 100}", (100, 300), (300, 100), id="dense"),
        pytest.param(
            "[3, 32, 32]",
            "{type: conv2d, filters: 8, kernel_size: [3, 5]}",
            (8, 3, 3, 5),
            (3 * 15, 8 * 15),
            id="convolution",
        ),
        pytest.param(
            "[12, 9, 9]",
            "{type: conv2d, filters: 20, kernel_size: 3, groups: 4}",
            (20, 3, 3, 3),
            (3 * 9, 5 * 9),
            id="convolution in groups",
        ),
        pytest.param(
            "[6, 9, 9]",
            "{type: conv2d, filters: 12, kernel_size: 3, groups: 6, strides: 2, dilation: 2}",
            (12, 1, 3, 3),
            (9, 4.5),  # 2 * 9 / 4
            id="depthwise by groups",
        ),
        pytest.param(
            "[4, 50]", "{type: conv1d, filters: 6, kernel_size: 7}", (6, 4, 7), (28, 42), id="over a sequence"
        ),
        pytest.param(
            "[2, 5, 6, 7]",
            "{type: conv3d, filters: 3, kernel_size: [1, 2, 3]}",
            (3, 2, 1, 2, 3),
            (12, 18),
            id="over a volume",
        ),
    ],
)
def test_kernels(
    planned: Planned, model_input: str, layer: str, kernel: tuple[int, ...], fans: tuple[float, float]
) -> None:
    """A kernel's fans are what one output sees and what one input reaches; the bias has the same."""
    found, bias = planned(f"input: {model_input}\nlayers: [{layer}]").parameters

    assert (kernel, fans) == (found.shape, (found.fan_in, found.fan_out))
    assert ((kernel[0],), fans) == (bias.shape, (bias.fan_in, bias.fan_out))


def test_bias_by_fans(planned: Planned) -> None:
    """A bias can be drawn by its layer's fans, as PyTorch does."""
    init = "{scheme: variance_scaling, scale: '${1 / 3}', distribution: uniform}"
    plan = planned(f"input: 300\nlayers: [{{type: dense, units: 100, bias_init: {init}}}]")

    # U(-1/sqrt(300), 1/sqrt(300))
    assert 0.05773502691896258 == pytest.approx(plan.parameters[1].distribution.high, rel=1e-15)


def test_embedding(planned: Planned) -> None:
    """An embedding looks one row up: fan_in 1, fan_out its dim; std 1/sqrt(dim); a padding row is zero."""
    plan = planned("input: {tokens: 5}\nlayers: [{type: embedding, count: 50, dim: 16, padding_index: 2}]")
    table = plan.parameters[0]

    assert ((50, 16), (1, 16), 0.25) == (table.shape, (table.fan_in, table.fan_out), table.std)
    assert (32, 48) == table.zeroed


def test_embedding_with_options(planned: Planned) -> None:
    """The options beside auto reach an embedding too."""
    init = "{scheme: auto, distribution: uniform}"
    plan = planned(f"input: {{tokens: 5}}\nlayers: [{{type: embedding, count: 50, dim: 16, init: {init}}}]")

    assert 0.25 * 3**0.5 == pytest.approx(plan.parameters[0].distribution.high)


def test_param_states_its_fans(planned: Planned) -> None:
    """A param has the fans that it states, and needs none for a scheme without."""
    plan = planned("""
layers:
  - {name: a, type: param, shape: [4, 4], fan_in: 300, fan_out: 100, init: xavier}
  - {name: b, type: param, shape: [4, 4], fan_out: 100, init: {scheme: he, mode: fan_out}}
  - {name: c, type: param, shape: [4, 4], init: ones}
""")

    assert [0.07071067811865475, 0.1414213562373095, 0.0] == pytest.approx([p.std for p in plan.parameters])


def test_prelu(planned: Planned) -> None:
    """A prelu has one slope, or one for each channel, of 0.25."""
    plan = planned("""
input: [6, 5]
layers: [{name: one, type: prelu}, {name: many, type: prelu, per_channel: true}]
""")

    assert [(1,), (6,)] == [p.shape for p in plan.parameters]
    assert {0.25} == {p.mean for p in plan.parameters}
