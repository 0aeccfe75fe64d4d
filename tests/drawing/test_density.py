"""Densities of distributions against SciPy's, and spans against drawn values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

import winitgen
from winitgen.drawing import draw
from winitgen.drawing.density import pdf
from winitgen.planning.plan import Parameter


def parameter(init: Any, shape: tuple[int, ...] = (60, 50), **options: Any) -> Parameter:
    """Return a planned parameter of this scheme."""
    layer = {"name": "a", "type": "param", "shape": shape, "init": init, **options}
    return winitgen.plan({"layers": [layer]}).parameters[0]


def dense(init: Any, inputs: int = 50, units: int = 60) -> Parameter:
    """Return a planned kernel of this scheme."""
    layer = {"name": "a", "type": "dense", "units": units, "init": init}
    return winitgen.plan({"input": inputs, "layers": [layer]}).parameters[0]


CUT = {"scheme": "truncated_normal", "mean": 0.5, "std": 0.2, "correct": False}

KNOWN = {
    "normal": ({"scheme": "normal", "std": 0.2, "mean": 0.7}, stats.norm(0.7, 0.2)),
    "uniform": ({"scheme": "uniform", "low": -0.3, "high": 0.8}, stats.uniform(-0.3, 1.1)),
    "cut alike": ({**CUT, "bounds": 1.5}, stats.truncnorm(-1.5, 1.5, 0.5, 0.2)),
    "cut to the left": ({**CUT, "bounds": [-3, -1]}, stats.truncnorm(-3, -1, 0.5, 0.2)),
    "cut to the right": ({**CUT, "bounds": [0.5, 5]}, stats.truncnorm(0.5, 5, 0.5, 0.2)),
    "far right": ({**CUT, "bounds": [7, 7.5]}, stats.truncnorm(7, 7.5, 0.5, 0.2)),
    "far left": ({**CUT, "bounds": [-7.75, -7]}, stats.truncnorm(-7.75, -7, 0.5, 0.2)),
}


@pytest.mark.parametrize(("init", "expected"), KNOWN.values(), ids=KNOWN)
def test_densities_are_those_of_scipy(init: dict[str, Any], expected: Any) -> None:
    """At points inside, at the bounds, and beyond them."""
    density = parameter(init).distribution.density()

    assert density is not None
    points = np.linspace(expected.ppf(1e-6) - 0.1, expected.ppf(1 - 1e-6) + 0.1, 41)
    assert pytest.approx(expected.pdf(points), rel=1e-9) == [pdf(density, x) for x in points]


def test_a_density_adds_up_to_one() -> None:
    """The density of a truncated normal with a given std after the cut, as Keras and JAX draw it."""
    density = dense("he_truncated_normal").distribution.density()

    assert density is not None
    total, _ = integrate.quad(lambda x: pdf(density, x), density["low"], density["high"])
    assert pytest.approx(1.0, rel=1e-9) == total


def test_a_density_is_plain_values() -> None:
    """A report holds the kind and its parameters; bounds are values, not multiples of std."""
    expected = {"kind": "truncated_normal", "mean": 0.5, "std": 0.2, "low": 0.2, "high": 0.8}

    assert pytest.approx(expected) == parameter({**CUT, "bounds": 1.5}).distribution.density()


def test_repeated_kernels_have_the_density_of_their_base() -> None:
    """Each value of the base is repeated equally often, which does not change the density."""
    layer = {
        "name": "a",
        "type": "conv2d",
        "filters": 12,
        "kernel_size": 3,
        "init": {"scheme": "icnr", "upscale": 2, "base": "he_uniform"},
    }
    kernel = winitgen.plan({"input": [5, 9, 9], "layers": [layer]}).parameters[0]

    bound = (6 / 45) ** 0.5
    assert pytest.approx({"kind": "uniform", "low": -bound, "high": bound}) == kernel.distribution.density()


@pytest.mark.parametrize(
    "init", ["zeros", "orthogonal", "identity", {"scheme": "sparse", "nonzeros": 5, "direction": "incoming"}]
)
def test_other_distributions_have_no_density(init: Any) -> None:
    """Constants, and values that depend on one another, have none."""
    assert dense(init).distribution.density() is None


SPANS = {
    "normal": (parameter({"scheme": "normal", "std": 0.2, "mean": 0.7}), (0.7 - 0.9, 0.7 + 0.9)),
    "uniform": (parameter({"scheme": "uniform", "low": -0.3, "high": 0.8}), (-0.3, 0.8)),
    "cut alike": (parameter({**CUT, "bounds": 1.5}), (0.2, 0.8)),
    "cut far above": (parameter({**CUT, "std": 1.0, "bounds": [-1, 900000]}), None),
    "constant": (parameter({"scheme": "constant", "value": 0.01}), (0.01, 0.01)),
    "identity": (dense({"scheme": "identity", "gain": 3.0}), (0.0, 3.0)),
    "orthogonal": (dense({"scheme": "orthogonal", "gain": 2.0}), (-9.0 / 60**0.5, 9.0 / 60**0.5)),
    "small orthogonal": (dense({"scheme": "orthogonal", "gain": 2.0}, 3, 4), (-2.0, 2.0)),
    "sparse": (dense({"scheme": "sparse", "nonzeros": 5, "direction": "incoming", "std": 0.2}), (-0.9, 0.9)),
    "mamba-2's A": (
        parameter({"scheme": "mamba2_a_log", "low": 2, "high": 3}, (512,)),
        (np.log(2), np.log(3)),
    ),
    "mamba's A": (parameter("mamba_a_log", (4, 16)), (0.0, np.log(16))),
}


@pytest.mark.parametrize(("planned", "span"), SPANS.values(), ids=SPANS)
def test_spans_hold_nearly_all_values(planned: Parameter, span: tuple[float, float] | None) -> None:
    """The ends are the bounds, or four and a half standard deviations; at most one in 500 lies outside."""
    low, high = planned.distribution.span()

    values = draw.whole(planned).astype(np.float64)
    beyond = np.mean((values < low - 1e-6) | (values > high + 1e-6))
    assert beyond <= (0.002 if span else 0.01)
    assert span is None or pytest.approx(span) == (low, high)


def test_the_span_of_an_lstm_s_bias_holds_every_gate() -> None:
    """The forget gate has ones and the others zeros; chrono biases are symmetric about zero."""

    def bias(init: Any) -> Parameter:
        layer = {"name": "a", "type": "lstm", "units": 8, "bias_init": init}
        (found,) = (
            p for p in winitgen.plan({"input": [5, 3], "layers": [layer]}).parameters if p.role == "bias"
        )
        return found

    assert (0.0, 1.0) == bias("forget_bias").distribution.span()
    assert (
        pytest.approx((-np.log(95), np.log(95)))
        == bias({"scheme": "chrono", "t_max": 96}).distribution.span()
    )


def test_mamba_s_time_steps_lie_between_their_ends() -> None:
    """The inverse of softplus at the shortest and the longest step."""
    planned = parameter({"scheme": "mamba_dt_bias", "low": 0.001, "high": 0.1}, (512,))

    expected = tuple(np.log(np.expm1([0.001, 0.1])))
    values = draw.whole(planned)
    assert pytest.approx(expected) == planned.distribution.span()
    assert expected[0] - 1e-5 <= values.min() < values.max() <= expected[1] + 1e-5
