"""Biases that spread time scales: chrono and Mamba."""

import math

import numpy as np
import pytest
from scipy import stats

from tests.drawing.whole.conftest import Kernel

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
