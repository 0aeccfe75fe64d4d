"""``init: auto`` for every activation, with gains integrated here from the activation's formula."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import integrate, special, stats

import winitgen

FAN_IN, FAN_OUT = 800, 1500


def softplus(x: float) -> float:
    """Return log(1 + exp(x))."""
    return float(np.logaddexp(0.0, x))


# Activations drawn by He, each with its function.
RECTIFIERS: dict[str, tuple[Any, Callable[[float], float]]] = {
    "relu": ("relu", lambda x: max(x, 0.0)),
    "relu6": ("relu6", lambda x: min(max(x, 0.0), 6.0)),
    "relu2": ("relu2", lambda x: max(x, 0.0) ** 2),
    "leaky_relu": ("leaky_relu", lambda x: max(x, 0.01 * x)),
    "leaky_relu of 0.2": ({"name": "leaky_relu", "slope": 0.2}, lambda x: max(x, 0.2 * x)),
    "prelu": ("prelu", lambda x: max(x, 0.25 * x)),
    "elu": ("elu", lambda x: x if x > 0 else math.expm1(x)),
    "elu of 2": ({"name": "elu", "alpha": 2}, lambda x: x if x > 0 else 2 * math.expm1(x)),
    "gelu": ("gelu", lambda x: x * special.ndtr(x)),
    "quick_gelu": ("quick_gelu", lambda x: x * special.expit(1.702 * x)),
    "silu": ("silu", lambda x: x * special.expit(x)),
    "swish": ("swish", lambda x: x * special.expit(x)),
    "mish": ("mish", lambda x: x * math.tanh(softplus(x))),
    "softplus": ("softplus", softplus),
    "hard_swish": ("hard_swish", lambda x: x * min(max(x / 6 + 0.5, 0.0), 1.0)),
}

# Activations drawn by Xavier, without a gain: 2 / (fan_in + fan_out).
BOUNDED = [
    "sigmoid",
    "hard_sigmoid",
    "tanh",
    "hard_tanh",
    "softsign",
    "softmax",
    "sin",
    "linear",
    "none",
]


def gain(function: Callable[[float], float]) -> float:
    """Return 1/sqrt(E[f(z)^2]) for a standard normal z."""
    integrals = [
        integrate.quad(lambda z: function(z) ** 2 * stats.norm.pdf(z), low, high)[0]
        for low, high in ((-12, 0), (0, 3), (3, 12))
    ]
    return 1 / math.sqrt(sum(integrals))


@pytest.mark.parametrize("name", RECTIFIERS)
def test_rectifiers(name: str, kernel: Callable[..., Any], complaints: Callable[..., Any]) -> None:
    """The family of relu is drawn by He with the activation's own gain: gain^2 / fan_in."""
    activation, function = RECTIFIERS[name]
    expected = stats.norm(scale=gain(function) / math.sqrt(FAN_IN))

    assert [] == complaints(kernel(activation=activation), expected)


@pytest.mark.parametrize("name", BOUNDED)
def test_bounded(name: str, kernel: Callable[..., Any], complaints: Callable[..., Any]) -> None:
    """Bounded and linear activations are drawn by Xavier."""
    expected = stats.norm(scale=math.sqrt(2 / (FAN_IN + FAN_OUT)))

    assert [] == complaints(kernel(activation=name), expected)


def test_selu(kernel: Callable[..., Any], complaints: Callable[..., Any]) -> None:
    """SELU is drawn by LeCun: 1 / fan_in."""
    assert [] == complaints(kernel(activation="selu"), stats.norm(scale=math.sqrt(1 / FAN_IN)))


@pytest.mark.parametrize("distribution", ["uniform", "truncated_normal"])
def test_distribution(distribution: str, kernel: Callable[..., Any], complaints: Callable[..., Any]) -> None:
    """The automatic scheme can be drawn from another distribution, of the same variance."""
    found = kernel(activation="relu", init={"scheme": "auto", "distribution": distribution})
    half = math.sqrt(6 / FAN_IN)
    parent = math.sqrt(2 / FAN_IN) / stats.truncnorm(-2, 2).std()
    expected = {
        "uniform": stats.uniform(-half, 2 * half),
        "truncated_normal": stats.truncnorm(-2, 2, scale=parent),
    }

    assert [] == complaints(found, expected[distribution])


def test_every_activation_is_covered() -> None:
    """Every activation that a spec may name is tested above."""
    from winitgen.catalog.activations import ACTIVATIONS

    named = {name.partition(" ")[0] for name in [*RECTIFIERS, *BOUNDED, "selu"]}

    assert set(ACTIVATIONS) <= named


@pytest.mark.parametrize(
    ("activation", "expected"), [("relu", 0.01), ("gelu", 0), ("tanh", 0), ("selu", 0), ("softmax", 0)]
)
def test_biases(activation: str, expected: float) -> None:
    """Biases start at 0, or at 0.01 before a relu."""
    layer = {"name": "fc", "type": "dense", "units": 5, "activation": activation}

    assert {np.float32(expected)} == set(winitgen.generate({"input": 3, "layers": [layer]})["fc.bias"])
