"""Biases that spread time scales: chrono and Mamba."""

import math

import numpy as np
import pytest
from scipy import stats

import winitgen
from tests.drawing.whole.conftest import Kernel
from winitgen.drawing import draw
from winitgen.drawing.distributions.distribution import Precision
from winitgen.drawing.whole import log_uniform
from winitgen.numeric.dtypes import FLOAT_DTYPES

T_MAX = 100.0
LOW, HIGH = 0.001, 0.1


def test_chrono(kernel: Kernel) -> None:
    """Tallec & Ollivier 2018: b_f = log U(1, t_max - 1), b_i = -b_f, and 0 for the other gates."""
    layer = {"type": "lstm", "units": 4000, "bias_init": {"scheme": "chrono", "t_max": T_MAX}}
    parameter, (inputs, forget, cell, output) = kernel(layer, [5, 1], role="bias")

    np.testing.assert_array_equal(-forget, inputs)
    assert not np.any(cell)
    assert not np.any(output)
    assert stats.kstest(np.exp(forget.astype(np.float64)), stats.uniform(1, T_MAX - 2).cdf).pvalue > 1e-4
    assert (
        0 <= forget.min() < 0.1 < math.log(T_MAX - 1) - 0.01 < forget.max() <= np.float32(math.log(T_MAX - 1))
    )
    assert pytest.approx(math.sqrt((forget.astype(np.float64) ** 2).mean() / 2), rel=0.02) == parameter.std


@pytest.mark.parametrize("dtype", FLOAT_DTYPES)
@pytest.mark.parametrize("t_max", [3.4e38, 3.41e38, 4e38, 7e38, 1e100])
def test_chrono_beyond_float32(t_max: float, dtype: str) -> None:
    """Times that float32 does not hold have logarithms: nearly all lie just below that of the longest."""
    init = {"scheme": "chrono", "t_max": t_max}
    layer = {"name": "l", "type": "lstm", "units": 4000, "bias_init": init}
    plan = winitgen.plan({"input": [5, 1], "dtype": dtype, "layers": [layer]}, seed=1)
    bias = next(parameter for parameter in plan.parameters if parameter.scheme == "chrono")
    biases = draw.whole(bias).astype(np.float64).reshape(4, 4000)
    longest, rounding = math.log(t_max), {"float64": 1e-12, "float32": 1e-6}.get(dtype, 0.13)

    np.testing.assert_array_equal(-biases[1], biases[0])
    assert biases[1].max() == pytest.approx(longest, rel=rounding, abs=0.002)
    assert biases[1].mean() == pytest.approx(longest - 1, rel=rounding, abs=0.06)
    assert longest - 14 < biases[1].min() * (1 + rounding)


def test_time_steps(kernel: Kernel) -> None:
    """The softplus of Mamba's biases is log-uniform between 0.001 and 0.1."""
    layer = {"type": "param", "shape": [4000], "init": "mamba_dt_bias"}
    parameter, values = kernel(layer)
    steps = np.log1p(np.exp(values.astype(np.float64)))
    span = math.log(HIGH / LOW)

    assert stats.kstest(np.log(steps), stats.uniform(math.log(LOW), span).cdf).pvalue > 1e-4
    assert LOW * (1 - 1e-5) <= steps.min() < 0.00102
    assert 0.098 < steps.max() <= HIGH * (1 + 1e-5)
    assert (values.mean(), values.std()) == pytest.approx((parameter.mean, parameter.std), rel=0.02)


def test_a_log(kernel: Kernel) -> None:
    """Every channel of Mamba's A_log is log 1 ... log 16."""
    parameter, values = kernel({"type": "param", "shape": [7, 16], "init": "mamba_a_log"})
    expected = np.array([[math.log(state) for state in range(1, 17)]] * 7, np.float32)

    np.testing.assert_array_equal(expected, values)
    assert (values.mean(), values.std()) == pytest.approx((parameter.mean, parameter.std), rel=1e-6)


def test_a_log_of_heads(kernel: Kernel) -> None:
    """A param with one value for each head is log 1 ... log N, as a row of the channels is."""
    parameter, values = kernel({"type": "param", "shape": [9], "init": "mamba_a_log"})

    np.testing.assert_array_equal(
        np.array([math.log(head) for head in range(1, 10)], np.float32), values.ravel()
    )
    assert (values.mean(), values.std()) == pytest.approx((parameter.mean, parameter.std), rel=1e-6)


@pytest.mark.parametrize(("low", "high"), [(1, 16), (0, 16), (0.5, 0.7)])
def test_mamba2_a_log(kernel: Kernel, low: float, high: float) -> None:
    """The exponential of Mamba-2's A_log is even between the two ends."""
    init = {"scheme": "mamba2_a_log", "low": low, "high": high}
    parameter, values = kernel({"type": "param", "shape": [4000], "init": init})
    numbers = np.exp(values.astype(np.float64))

    assert stats.kstest(numbers, stats.uniform(low, high - low).cdf).pvalue > 1e-4
    assert low * (1 - 1e-6) <= numbers.min() < low + 0.01 * (high - low)
    assert high - 0.01 * (high - low) < numbers.max() <= high * (1 + 1e-6)
    assert (values.mean(), values.std()) == pytest.approx((parameter.mean, parameter.std), rel=0.05)


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_the_logarithm_of_zero_is_not_drawn(precision: Precision, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number below 2^-32 of the largest, such as 0, counts as that."""
    monkeypatch.setattr(
        log_uniform, "drawn", lambda distribution, key, dtype, count: np.array([0.0, 16.0], dtype)
    )
    values = log_uniform.LogOfUniform(2, 0.0, 16.0, 0.0, 0.0).array(b"", precision)

    np.testing.assert_allclose(values, [math.log(16) - 32 * math.log(2), math.log(16)], rtol=1e-7)
