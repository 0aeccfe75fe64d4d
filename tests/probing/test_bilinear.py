"""Theory of the bilinear layer against its own signals."""

from __future__ import annotations

import numpy as np
import pytest

from tests.probing.one_layer import independent, operation

SAMPLES, ONE, TWO, OUT = 400, 60, 40, 300


def test_theory() -> None:
    """A unit sums inputs * other inputs products; a gradient sums units * the inputs of the other side."""
    layer = {
        "type": "bilinear",
        "from": "x",
        "other": "z",
        "units": OUT,
        "init": {"scheme": "normal", "std": 0.03},
        "bias_init": {"scheme": "normal", "std": 0.7},
    }
    own = operation({"x": [ONE], "z": [TWO]}, layer)
    random = np.random.default_rng(0)
    x, z = random.normal(0.5, 1.0, (SAMPLES, ONE)), random.normal(-0.2, 2.0, (SAMPLES, TWO))
    out = own.forward([x, z], keep=True)
    expected = own.predict([independent(0.5, 1.25), independent(-0.2, 4.04)])
    gradient = random.normal(0, 1.5, out.shape)
    backs = own.backward(gradient)
    squares = own.predict_back([independent(0.5, 1.25), independent(-0.2, 4.04)], np.array(2.25))

    assert expected is not None
    assert squares is not None
    assert float(expected.square) == pytest.approx(0.0009 * ONE * TWO * 1.25 * 4.04 + 0.49)
    assert float(expected.square) == pytest.approx(float(np.mean(out**2)), rel=0.05)
    assert float(squares[0]) == pytest.approx(0.0009 * OUT * TWO * 4.04 * 2.25)
    assert float(squares[1]) == pytest.approx(0.0009 * OUT * ONE * 1.25 * 2.25)
    for back, square in zip(backs, squares, strict=True):
        assert back is not None
        assert float(square) == pytest.approx(float(np.mean(back**2)), rel=0.05)


def test_no_theory_for_weights_with_a_mean() -> None:
    """The products of one input share that input, so that a mean of the weights adds up."""
    own = operation(
        {"x": [3], "z": [4]}, {"type": "bilinear", "from": "x", "other": "z", "units": 2, "init": "ones"}
    )
    signals = [independent(0, 1), independent(0, 1)]

    assert own.predict(signals) is None
    assert own.predict_back(signals, np.array(1.0)) is None
