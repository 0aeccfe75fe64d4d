"""The probe's activations against PyTorch's functions and autograd, above all at the kinks."""

from typing import Any

import numpy as np
import pytest

from winitgen.catalog.activations import Applied
from winitgen.probing.activations import FUNCTIONS, evaluate, softmax, softmax_back

OF_TORCH = {
    "linear": lambda torch, x, _: x * 1.0,
    "sigmoid": lambda torch, x, _: torch.sigmoid(x),
    "hard_sigmoid": lambda torch, x, _: torch.nn.functional.hardsigmoid(x),
    "tanh": lambda torch, x, _: torch.tanh(x),
    "hard_tanh": lambda torch, x, _: torch.nn.functional.hardtanh(x),
    "softsign": lambda torch, x, _: torch.nn.functional.softsign(x),
    "sin": lambda torch, x, omega: torch.sin(omega * x),
    "relu": lambda torch, x, _: torch.relu(x),
    "relu6": lambda torch, x, _: torch.nn.functional.relu6(x),
    "relu2": lambda torch, x, _: torch.relu(x) ** 2,
    "leaky_relu": lambda torch, x, slope: torch.nn.functional.leaky_relu(x, slope),
    "prelu": lambda torch, x, slope: torch.nn.functional.prelu(x, torch.tensor([slope], dtype=x.dtype)),
    "elu": lambda torch, x, alpha: torch.nn.functional.elu(x, alpha),
    "gelu": lambda torch, x, _: torch.nn.functional.gelu(x),
    "quick_gelu": lambda torch, x, _: x * torch.sigmoid(1.702 * x),
    "silu": lambda torch, x, _: torch.nn.functional.silu(x),
    "mish": lambda torch, x, _: torch.nn.functional.mish(x),
    "softplus": lambda torch, x, _: torch.nn.functional.softplus(x),
    "hard_swish": lambda torch, x, _: torch.nn.functional.hardswish(x),
    "selu": lambda torch, x, _: torch.nn.functional.selu(x),
}

NUMBERS = {"sin": 3.0, "leaky_relu": 0.2, "prelu": 0.25, "elu": 1.7}

each_name = pytest.mark.parametrize("name", OF_TORCH)
each_dtype = pytest.mark.parametrize(("dtype", "error"), [("float32", 1.5e-6), ("float64", 1e-8)])


def of_torch(torch: Any, name: str, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return PyTorch's value and slope."""
    points = torch.tensor(x, requires_grad=True)
    value = OF_TORCH[name](torch, points, NUMBERS.get(name))
    value.sum().backward()
    return value.detach().numpy(), points.grad.numpy()


@each_name
@each_dtype
def test_values_and_slopes(torch: Any, name: str, dtype: str, error: float) -> None:
    """Values and gradients are PyTorch's over the whole range of a signal.

    PyTorch keeps 1/6 in float32 in the backward of its hard sigmoid, and softplus is linear above 20.
    """
    x = np.random.default_rng(7).normal(0, 4, 5003).astype(dtype)

    ours = evaluate(Applied(name, NUMBERS.get(name)), x)

    for expected, actual in zip(of_torch(torch, name, x), ours, strict=True):
        assert expected.dtype == actual.dtype
        assert expected == pytest.approx(actual, rel=error, abs=error)


@each_name
@each_dtype
def test_kinks(torch: Any, name: str, dtype: str, error: float) -> None:
    """At 0, 1, 3 and 6 of either sign the gradient is that of autograd."""
    x = np.array([0.0, -0.0, -1.0, 1.0, -3.0, 3.0, -6.0, 6.0], dtype)

    ours = evaluate(Applied(name, NUMBERS.get(name)), x)

    for expected, actual in zip(of_torch(torch, name, x), ours, strict=True):
        assert expected == pytest.approx(actual, rel=error, abs=error)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_softmax(torch: Any, axis: int) -> None:
    """Softmax and its gradient are PyTorch's along every axis."""
    generator = np.random.default_rng(3)
    x, gradient = generator.normal(0, 3, (2, 4, 5, 3))
    points = torch.tensor(x, requires_grad=True)
    expected = torch.softmax(points, axis)
    expected.backward(torch.tensor(gradient))

    p = softmax(x, axis)

    assert expected.detach().numpy() == pytest.approx(p, rel=1e-12)
    assert points.grad.numpy() == pytest.approx(softmax_back(p, gradient, axis), rel=1e-9, abs=1e-15)


def test_all_are_compared() -> None:
    """Every activation of the probe is compared with PyTorch's."""
    assert {*FUNCTIONS} == {*OF_TORCH}
