"""Reports of probes for the pages, with plausible numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from winitgen.numeric.histogram import histogram_of

PLOT = (
    b'<?xml version="1.0" encoding="utf-8"?>\n'
    b'<svg xmlns="http://www.w3.org/2000/svg" width="600" height="300" viewBox="0 0 600 300">'
    b'<defs><style type="text/css">*{stroke-linejoin: round}</style></defs>'
    b'<path d="M0 0H600V300H0Z" style="fill: #ffffff"/><path d="M30 250L570 40" style="fill: none; stroke: #0b5fa5; stroke-width: 9"/>'
    b'<rect x="90" y="60" width="120" height="150" style="fill: #c1440e"/></svg>'
)
"""An SVG with styles of its own, as plotting libraries write."""


def histogram(std: float, seed: int, mean: float = 0.0) -> dict[str, Any]:
    """Return the histogram of a few thousand normal values."""
    values = np.random.default_rng(seed).normal(mean, std, 5000)
    low, high, counts = histogram_of(values)
    return {"low": low, "high": high, "counts": list(counts)}


def moments(mean: float, std: float, seed: int, *, theory: bool = True) -> dict[str, Any]:
    """Return statistics of values with predictions that are 1 % off."""
    predicted = {"predicted_mean": mean, "predicted_std": std * 1.01 if theory else None}
    return {"mean": mean, "std": std, **predicted, "histogram": histogram(std, seed, mean)}


def layer(index: int, activation: str, shrink: float, *, backward: bool) -> dict[str, Any]:
    """Return one dense layer of a network whose signal shrinks by the factor ``shrink`` from layer to layer."""
    std = shrink**index
    return {
        "layer": f"fc{index}",
        "type": "dense",
        "activation": activation,
        "units": 1500 - index,
        "pre": moments(0.001 * index, std, index),
        "out": moments(0.5, std / 4, 100 + index),
        "gradient": moments(0.0, std * 1e-3, 200 + index, theory=index > 2) if backward else None,
        "saturated": 0.79 / index if activation == "sigmoid" else None,
        "at_the_ends": 0.84 / index,
        "dead": 0.0,
        "gain": {
            "forward": shrink,
            "backward": 0.25 if backward else None,
            "predicted_forward": 0.9 * shrink,
            "predicted_backward": 0.123456 if backward else None,
        },
        "condition": 1234.5 * index,
    }


def run(
    label: str,
    *,
    verdict: str = "vanishing",
    shrink: float = 0.6,
    value: float | None = None,
    backward: bool = True,
) -> dict[str, Any]:
    """Return one run of a network of eleven layers."""
    found = [{"verdict": verdict, "layer": "fc2", "text": "the signal has 12 % of its spread & falls"}]
    weight = {"id": "fc1/kernel", "layer": "fc1", "shape": [500, 784], "scheme": "xavier_normal"}
    figures = {"formula": "std = 0.0394", "mean": 1e-5, "std": 0.0394, "histogram": histogram(0.0394, 7)}
    bias = {"id": "fc1/bias", "layer": "fc1", "shape": [500], "scheme": "zeros", "formula": ""}
    constant = {"low": 0.0, "high": 0.0, "counts": [0] * 32 + [500] + [0] * 31}
    return {
        "label": label,
        "scheme": None,
        "value": value,
        "verdict": verdict,
        "findings": [] if verdict == "healthy" else found,
        "margins": {"signal": 0.4567, "gradient": -0.125},
        "nearest": "gradient",
        "sample": {"mean": 0.0012, "std": 0.998, "histogram": histogram(1.0, 3)},
        "layers": [layer(index, "sigmoid", shrink, backward=backward) for index in range(1, 12)],
        "weights": [
            {**weight, **figures, "density": {"kind": "normal", "mean": 0.0, "std": 0.0394}},
            {**bias, "mean": 0.0, "std": 0.0, "histogram": constant, "density": None},
        ],
    }


def probe(*runs: dict[str, Any], model: str = "deck", **changes: Any) -> dict[str, Any]:
    """Return the report of these runs, or of one."""
    return {
        "model": model,
        "seed": 7,
        "dtype": "float32",
        "stream": 1,
        "command": "winitgen probe specs/deck.yaml",
        "samples": 500,
        "input": "standard Gaussian",
        "variable": None,
        "edge": None,
        "backward": True,
        "thresholds": {
            "signal": 1500.0,
            "gradient": 200.0,
            "growth": 1500.0,
            "distinct": 0.002,
            "saturated": 0.5,
            "dead": 0.9,
        },
        "notes": [],
        "runs": list(runs) or [run("")],
        **changes,
    }
