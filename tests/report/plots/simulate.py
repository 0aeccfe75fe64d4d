"""Dense networks in NumPy: their signals, and the predictions of mean-field theory."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

NODES = np.linspace(-9.0, 9.0, 20_000)
"""Points for integrals over a standard normal; none of them is at the kink of ReLU."""

WEIGHTS = np.exp(-(NODES**2) / 2)
WEIGHTS /= WEIGHTS.sum()


class Activation(NamedTuple):
    """A function, its derivative, and the ends of its range if it has two."""

    value: Any
    slope: Any
    ends: tuple[float, float] | None = None


def _sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x)) without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * x))


ACTIVATIONS = {
    "sigmoid": Activation(_sigmoid, lambda x: _sigmoid(x) * (1 - _sigmoid(x)), (0.0, 1.0)),
    "tanh": Activation(np.tanh, lambda x: 1 - np.tanh(x) ** 2, (-1.0, 1.0)),
    "relu": Activation(lambda x: np.maximum(x, 0.0), lambda x: (x > 0).astype(x.dtype)),
}

STD = {
    "normal": lambda fan_in, fan_out: 1.0,
    "small_normal": lambda fan_in, fan_out: 0.01,
    "lecun_normal": lambda fan_in, fan_out: math.sqrt(1 / fan_in),
    "xavier_normal": lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out)),
    "he_normal": lambda fan_in, fan_out: math.sqrt(2 / fan_in),
    "standard_uniform": lambda fan_in, fan_out: math.sqrt(1 / (3 * fan_in)),
}
"""The planned standard deviations of the schemes that are compared."""


def histogram(values: np.ndarray) -> dict[str, Any]:
    """Return 64 equal bins from the lowest value to the highest."""
    values = np.asarray(values, np.float64).ravel()[:40_000]
    low, high = float(values.min()), float(values.max())
    counts = np.histogram(values, 64, (low, high))[0] if low < high else np.array([values.size] + [0] * 63)
    return {"low": low, "high": high, "counts": counts.tolist()}


def moments(values: np.ndarray, mean: float | None, std: float | None) -> dict[str, Any]:
    """Return measured mean, standard deviation and histogram, with the predictions of theory."""
    measured = {"mean": float(values.mean()), "std": float(values.std()), "histogram": histogram(values)}
    return {**measured, "predicted_mean": mean, "predicted_std": std}


def run(
    sizes: Sequence[int],
    activation: str,
    scheme: str,
    *,
    gain: float = 1.0,
    samples: int = 500,
    seed: int = 0,
) -> dict[str, Any]:
    """Return the signals of a batch of unit normals in a network of dense layers without biases.

    The gradient sent back is a unit normal at the last activation.
    """
    random = np.random.default_rng(seed)
    function = ACTIVATIONS[activation]
    x = random.standard_normal((samples, sizes[0]))
    sample = {"mean": float(x.mean()), "std": float(x.std()), "histogram": histogram(x)}
    square = 1.0
    kernels, pres, outs, theory, weights = [], [], [], [], []
    for number, (fan_in, fan_out) in enumerate(itertools.pairwise(sizes), 1):
        std = gain * STD[scheme](fan_in, fan_out)
        kernel = random.normal(0.0, std, (fan_out, fan_in))
        pre = x @ kernel.T
        spread = std * math.sqrt(fan_in * square)
        value = function.value(spread * NODES)
        mean, square = float(WEIGHTS @ value), float(WEIGHTS @ value**2)
        x = function.value(pre)
        kernels.append((kernel, std))
        pres.append(pre)
        outs.append(x)
        theory.append((spread, mean, math.sqrt(max(square - mean**2, 0.0))))
        weights.append(_weight(f"fc{number}", scheme, kernel, std))
    gradients = _back(kernels, pres, theory, function, random)
    layers = [
        _layer(f"fc{number}", activation, pre, out, gradient, known)
        for number, (pre, out, gradient, known) in enumerate(
            zip(pres, outs, gradients, theory, strict=True), 1
        )
    ]
    verdict = _verdict(layers)
    return {
        "label": scheme,
        "scheme": scheme,
        "value": None,
        "verdict": verdict,
        "findings": [],
        "sample": sample,
        "layers": layers,
        "weights": weights,
    }


def _back(
    kernels: list[Any], pres: list[Any], theory: list[Any], function: Activation, random: Any
) -> list[tuple[np.ndarray, float]]:
    """Return the gradient at each pre-activation and its predicted standard deviation, first layer first."""
    gradient, square = random.standard_normal(pres[-1].shape), 1.0
    found = []
    for (kernel, std), pre, (spread, _, _) in zip(kernels[::-1], pres[::-1], theory[::-1], strict=True):
        gradient = gradient * function.slope(pre)
        square *= float(WEIGHTS @ function.slope(spread * NODES) ** 2)
        found.append((gradient, math.sqrt(square)))
        gradient, square = gradient @ kernel, square * kernel.shape[0] * std**2
    return found[::-1]


def _weight(name: str, scheme: str, kernel: np.ndarray, std: float) -> dict[str, Any]:
    """Return the report of one kernel."""
    return {
        "id": f"{name}/kernel",
        "layer": name,
        "shape": list(kernel.shape),
        "scheme": scheme,
        "formula": f"std = {std:.4g}",
        "mean": float(kernel.mean()),
        "std": float(kernel.std()),
        "histogram": histogram(kernel),
        "density": {"kind": "normal", "mean": 0.0, "std": std},
    }


def _layer(name: str, activation: str, pre: Any, out: Any, gradient: Any, known: Any) -> dict[str, Any]:
    """Return the measured values of one layer, with the predictions of theory."""
    function = ACTIVATIONS[activation]
    extreme = None
    if function.ends:
        low, high = function.ends
        edge = 0.01 * (high - low)
        extreme = float(((out < low + edge) | (out > high - edge)).mean())
    slopes = function.slope(pre)
    return {
        "layer": name,
        "type": "dense",
        "activation": activation,
        "units": pre.shape[1],
        "pre": moments(pre, 0.0, known[0]),
        "out": moments(out, known[1], known[2]),
        "gradient": moments(gradient[0], 0.0, gradient[1]),
        "saturated": float((slopes < 0.01 * slopes.max()).mean()) if function.ends else None,
        "at_the_ends": extreme,
        "dead": float((out == 0).all(axis=0).mean()),
        "gain": {"forward": 1.0, "backward": None, "predicted_forward": None, "predicted_backward": None},
        "condition": None,
    }


def _verdict(layers: list[dict[str, Any]]) -> str:
    """Return the verdict on the run, by simple thresholds."""
    first, last = layers[0]["out"]["std"], layers[-1]["out"]["std"]
    if any((layer["saturated"] or 0) > 0.5 for layer in layers):
        return "saturating"
    if last < 0.1 * first:
        return "vanishing"
    return "exploding" if last > 10 * first else "healthy"
