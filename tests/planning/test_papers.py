"""Schemes of depth, width and kind, against the numbers that their papers give."""

import json
import math
from collections.abc import Callable

import mpmath
import pytest

from winitgen.catalog.schemes import SCHEMES
from winitgen.drawing.distributions.constant import Constant
from winitgen.drawing.distributions.constant_gates import ConstantGates
from winitgen.drawing.distributions.interval_normal import IntervalNormal
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.distributions.truncated_normal import TruncatedNormal
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.planning.plan import Parameter, Plan

Planned = Callable[..., Plan]


def drawn(planned: Planned, init: str, inputs: int = 300, units: int = 100) -> Parameter:
    """Return the kernel of a dense layer of 300 inputs and 100 units, unless stated otherwise."""
    return planned(
        f"input: {inputs}\nlayers: [{{name: fc, type: dense, units: {units}, init: {init}}}]"
    ).parameters[0]


def biased(planned: Planned, bias_init: str) -> Parameter:
    """Return the bias of a dense layer."""
    text = f"input: 300\nlayers: [{{name: fc, type: dense, units: 100, bias_init: {bias_init}}}]"
    return planned(text).parameters[1]


@pytest.mark.parametrize(
    ("options", "alpha", "beta"),
    [
        ("encoder_layers: 12", 2.213364, 0.319472),
        ("decoder_layers: 12", 2.213364, 0.319472),
        ("encoder_layers: 6, decoder_layers: 6, stack: encoder", 1.417938, 0.496989),
        ("encoder_layers: 6, decoder_layers: 6, stack: decoder", 2.059767, 0.343295),
    ],
)
def test_deepnorm(planned: Planned, options: str, alpha: float, beta: float) -> None:
    """Wang et al. 2022, figure 2: alpha multiplies the stream, beta Xavier's spread."""
    kernel = drawn(planned, f"{{scheme: deepnorm, {options}}}")
    factor = drawn(planned, f"{{scheme: deepnorm_alpha, {options}}}")

    assert beta == round(kernel.std / math.sqrt(2 / 400), 6)
    assert alpha == round(factor.mean, 6)
    assert Constant(factor.mean) == factor.distribution


def test_deepnorm_uneven(planned: Planned) -> None:
    """With N = 3 and M = 10 the two exponents cannot be taken for each other."""
    kernel = drawn(planned, "{scheme: deepnorm, encoder_layers: 3, decoder_layers: 10, stack: encoder}")

    assert pytest.approx(0.87 * (3**4 * 10) ** (-1 / 16) * math.sqrt(2 / 400)) == kernel.std


@pytest.mark.parametrize(("key", "factor"), [("encoder_layers", 0.428092), ("decoder_layers", 0.368894)])
def test_t_fixup(planned: Planned, key: str, factor: float) -> None:
    """Huang et al. 2020 for 6 layers: Xavier, and embeddings of std d^(-1/2), times the factor."""
    kernel = drawn(planned, f"{{scheme: t_fixup, {key}: 6}}")
    table = planned(
        f"input: {{tokens: 4}}\nlayers: [{{type: embedding, count: 9, dim: 64, init: {{scheme: t_fixup, {key}: 6}}}}]"
    ).parameters[0]

    assert factor == round(kernel.std / math.sqrt(2 / 400), 6)
    assert factor == round(table.std * 8, 6)


@pytest.mark.parametrize(("blocks", "depth", "factor"), [(54, 2, 0.136083), (16, 3, 0.5)])
def test_fixup(planned: Planned, blocks: int, depth: int, factor: float) -> None:
    """Zhang et al. 2019: He's spread times L^(-1 / (2 m - 2))."""
    kernel = drawn(planned, f"{{scheme: fixup, blocks: {blocks}, depth: {depth}}}")

    assert factor == round(kernel.std / math.sqrt(2 / 300), 6)


@pytest.mark.parametrize(
    ("layers", "std"), [(12, 0.00408248), (24, 0.00288675), (36, 0.00235702), (48, 0.00204124)]
)
def test_gpt2(planned: Planned, layers: int, std: float) -> None:
    """0.02 / sqrt(2 L) for the four sizes of GPT-2."""
    assert std == round(drawn(planned, f"{{scheme: scaled_residual, layers: {layers}}}").std, 8)


def test_small_init(planned: Planned) -> None:
    """Nguyen & Salazar 2019 at width 768."""
    assert 0.0228218 == round(drawn(planned, "{scheme: small_init, width: 768}").std, 7)


def test_wang_init(planned: Planned) -> None:
    """GPT-J's output matrices, for 12 layers of width 768."""
    assert 0.00601407 == round(drawn(planned, "{scheme: wang_init, layers: 12, width: 768}").std, 8)


@pytest.mark.parametrize(
    ("p", "expected"),
    [(0.01, -4.59511985013459), (0.05, -2.94443898), (0.1, -2.19722458), (0.001, -6.90675478), (0.5, 0.0)],
)
def test_prior_bias(planned: Planned, p: float, expected: float) -> None:
    """Lin et al. 2017: a sigmoid of it is p."""
    bias = biased(planned, f"{{scheme: prior_bias, p: {p}}}")

    assert isinstance(bias.distribution, Constant)
    assert expected == pytest.approx(bias.distribution.value, rel=1e-8)
    assert pytest.approx(p) == 1 / (1 + math.exp(-bias.distribution.value))


def test_prior_bias_of_retinanet(planned: Planned) -> None:
    """The number that RetinaNet's code has, to the last bit, is the default."""
    assert Constant(-4.59511985013459) == biased(planned, "prior_bias").distribution


def test_siren(planned: Planned) -> None:
    """Sitzmann et al. 2020: 256 inputs and w0 = 30 give 0.00510310; 2 inputs of the first layer, 1/2."""
    later, first = (
        drawn(planned, "{scheme: siren, w0: 30}", inputs=256),
        drawn(planned, "{scheme: siren, first: true}", inputs=2),
    )

    assert Uniform(-0.5, 0.5) == first.distribution
    assert isinstance(later.distribution, Uniform)
    assert (-0.00510310, 0.00510310) == tuple(round(end, 8) for end in later.distribution)


@pytest.mark.parametrize(
    ("options", "narrow", "wide"),
    [
        ("part: input, std: 0.02", 0.02, 0.02),
        ("part: hidden, std: 0.02", 0.02, 0.01),
        ("part: output, std: 0.02", 0.02, 0.005),
        ("part: input", 1 / 16, 1 / 32),
        ("part: hidden", 1 / 16, 1 / 32),
        ("part: output", 1 / 16, 1 / 64),
    ],
)
def test_mup(planned: Planned, options: str, narrow: float, wide: float) -> None:
    """Four times the base width halves a hidden matrix's spread and quarters an output's (table 3)."""
    stds = [
        drawn(planned, f"{{scheme: mup, base_width: 256, {options}}}", inputs).std for inputs in (256, 1024)
    ]

    assert pytest.approx([narrow, wide]) == stds


@pytest.mark.parametrize("name", ["rezero", "skip_init", "zero_gamma", "fixup_zero"])
def test_zeros_by_their_papers(planned: Planned, name: str) -> None:
    """A branch that is closed at first is all zeros."""
    assert Constant(0.0) == drawn(planned, name).distribution


@pytest.mark.parametrize(
    ("init", "value"), [("layer_scale", 1e-5), ("{scheme: layer_scale, value: 0.1}", 0.1), ("mamba_d", 1.0)]
)
def test_other_constants(planned: Planned, init: str, value: float) -> None:
    """LayerScale's default is CaiT's for deep models; Mamba's D is 1."""
    assert Constant(value) == drawn(planned, init).distribution


def test_forget_bias(planned: Planned) -> None:
    """The forget gate is the second of four; its value can be said."""
    text = "input: [5, 7]\nlayers: [{type: lstm, units: 3, bias_init: {scheme: forget_bias, value: 2.5}}]"
    bias = next(found for found in planned(text).parameters if found.role == "bias")

    assert ConstantGates((0.0, 2.5, 0.0, 0.0)) == bias.distribution
    assert pytest.approx((0.625, 2.5 * math.sqrt(3) / 4)) == (bias.mean, bias.std)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("std: 0.02", Normal(0.02)),
        ("std: 1", TruncatedNormal(1.0, 2.0, 0.9544997361036416, 97711072.69711447)),
        (
            "std: 0.5, low: -0.5, high: 0.5",
            TruncatedNormal(0.5, 1.0, 0.6826894921370859, 0.31731050786291415 * 2**31),
        ),
    ],
)
def test_absolute_bounds(planned: Planned, options: str, expected: object) -> None:
    """PyTorch's default cuts at +-2 for any std: 100 standard deviations away for 0.02."""
    kernel = drawn(planned, f"{{scheme: trunc_normal, {options}}}")

    assert type(expected) is type(kernel.distribution)
    assert tuple(expected) == pytest.approx(tuple(kernel.distribution), rel=1e-12)  # type: ignore[call-overload]


def test_absolute_bounds_two_standard_deviations(planned: Planned) -> None:
    """Cut at two standard deviations either way, the same normal is left, with tau = 0.8796256610342398."""
    absolute = drawn(planned, "{scheme: trunc_normal, std: 1}")
    in_sigma = drawn(planned, "{scheme: truncated_normal, std: 1, correct: false}")

    assert in_sigma.distribution == absolute.distribution
    assert 0.8796256610342398 == absolute.std


def test_uneven_absolute_bounds(planned: Planned) -> None:
    """Numbers below and above become standard deviations from the mean."""
    found = drawn(planned, "{scheme: trunc_normal, mean: 1, std: 2, low: -1, high: 5}").distribution

    assert isinstance(found, IntervalNormal)
    assert (2.0, -1.0, 2.0, 1.0) == (found.std, found.low, found.high, found.mean)


@pytest.mark.parametrize(("options", "low", "high"), [("", 1, 16), (", low: 0, high: 3", 0, 3)])
def test_mamba2_moments(planned: Planned, options: str, low: float, high: float) -> None:
    """Mamba-2's A is even between its ends: mean and spread of the logarithms, by summing over 200,000 of them."""
    text = f"layers: [{{type: param, name: a, shape: [50], init: {{scheme: mamba2_a_log{options}}}}}]"
    found = planned(text).parameters[0]
    logs = [math.log(low + (high - low) * (number + 0.5) / 200_000) for number in range(200_000)]
    mean = math.fsum(logs) / len(logs)
    std = math.sqrt(math.fsum((log - mean) ** 2 for log in logs) / len(logs))

    assert (mean, std) == pytest.approx((found.mean, found.std), rel=1e-4)


def test_mamba_moments(planned: Planned) -> None:
    """Time steps are even in their logarithm: mean and spread of the biases, by summing over 100,000 of them."""
    text = "layers: [{type: param, name: dt, shape: [50], init: mamba_dt_bias}]"
    found = planned(text).parameters[0]
    low, high = math.log(0.001), math.log(0.1)
    steps = [math.exp(low + (high - low) * (number + 0.5) / 100_000) for number in range(100_000)]
    biases = [step + math.log(-math.expm1(-step)) for step in steps]
    mean = math.fsum(biases) / len(biases)
    std = math.sqrt(math.fsum((bias - mean) ** 2 for bias in biases) / len(biases))

    assert (mean, std) == pytest.approx((found.mean, found.std), rel=1e-8)


def test_chrono_moments(planned: Planned) -> None:
    """The spread of log U(1, t_max - 1) in one gate and its opposite in another, of four, by integration."""
    text = "input: [9, 4]\nlayers: [{type: lstm, units: 8, bias_init: {scheme: chrono, t_max: 100}}]"
    found = next(parameter for parameter in planned(text).parameters if parameter.role == "bias")
    square = mpmath.quad(lambda u: mpmath.log(u) ** 2, [1, 99]) / 98

    assert (0.0, float(mpmath.sqrt(square / 2))) == pytest.approx((found.mean, found.std))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("forward", 1.2451983007007066), ("variance", 1.2708434178501964), ("backward", 1.223428557552621)],
)
@pytest.mark.parametrize("gain", ["", "gain: auto, ", "gain: elu, "])
def test_gain_rules(planned: Planned, gain: str, rule: str, expected: float) -> None:
    """A rule chooses among the gains of the activation that is met, or of the one that is named."""
    text = f"{{scheme: lecun, {gain}gain_rule: {rule}}}, activation: elu"

    assert pytest.approx(expected * math.sqrt(1 / 300), rel=4e-16) == drawn(planned, text).std


def test_gain_rule_of_auto(planned: Planned) -> None:
    """Auto keeps its scheme and takes the gain by another rule, Xavier too."""
    silu = drawn(planned, "{scheme: auto, gain_rule: backward}, activation: silu")
    tanh = drawn(planned, "{scheme: auto, gain_rule: backward}, activation: tanh")

    assert pytest.approx(1.6233202579524972 * math.sqrt(1 / 300)) == silu.std
    assert pytest.approx(1.467413591630795 * math.sqrt(2 / 400)) == tanh.std


@pytest.mark.parametrize("name", SCHEMES)
def test_every_option_has_a_use(name: str) -> None:
    """Defaults and needs are among a scheme's options, but for the one number of a constant."""
    row = SCHEMES[name]

    assert set() == {*row.needs, *row.defaults} - {*row.options} - {"value"}


@pytest.mark.parametrize(
    "init",
    [
        "{scheme: scaled_residual, layers: 12, std: 1}",
        "{scheme: sparse, nonzeros: 3, direction: incoming, std: 1}",
        "{scheme: mup, part: hidden, base_width: 8, std: 1}",
        "{scheme: siren, first: true}",
        "{scheme: siren, w0: 1, first: false}",
        "{scheme: truncated_normal, correct: false}",
        "{scheme: deepnorm, encoder_layers: 6, decoder_layers: 1, stack: encoder, distribution: uniform}",
        "{scheme: lecun, gain: tanh, gain_rule: backward}",
        "{scheme: orthogonal, gain: 1}",
        "{scheme: layer_scale, value: 1}",
    ],
)
def test_the_spec_in_the_file_reads_back(planned: Planned, init: str) -> None:
    """An option that differs from its scheme's default is in the canonical spec, which gives the same plan."""
    text = f"input: 300\nlayers: [{{name: fc, type: dense, units: 100, init: {init}}}]"
    plan = planned(text)
    again = planned(json.dumps(plan.spec))

    assert plan.parameters[0] == again.parameters[0]
    assert plan.spec == again.spec
