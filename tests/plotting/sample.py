"""Reports of a probe to draw: real networks of a few kinds, and invented ones of any size and trouble."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from tests.plotting import simulate


def report(*runs: dict[str, Any], **words: Any) -> dict[str, Any]:
    """Return a report of these runs."""
    return {
        "model": "",
        "seed": 0,
        "dtype": "float32",
        "stream": 1,
        "command": "",
        "samples": 500,
        "input": "standard Gaussian",
        "variable": None,
        "edge": None,
        "backward": True,
        "notes": [],
        "runs": list(runs),
        **words,
    }


@cache
def deck() -> dict[str, Any]:
    """A sigmoid layer of 500 units behind 500 inputs, drawn by four schemes."""
    schemes = ("normal", "lecun_normal", "xavier_normal", "he_normal")
    return report(*(simulate.run((500, 500), "sigmoid", scheme) for scheme in schemes), model="deck")


@cache
def glorot() -> dict[str, Any]:
    """Glorot & Bengio 2010, figures 6 and 7: tanh, drawn as was usual and by their scheme."""
    sizes = (300,) * 6
    runs = [simulate.run(sizes, "tanh", scheme) for scheme in ("standard_uniform", "xavier_normal")]
    return report(*runs, model="glorot-2010")


@cache
def rectified() -> dict[str, Any]:
    """He et al. 2015, figure 3: 30 layers of ReLU by Xavier and by He."""
    sizes = (200,) * 31
    runs = [simulate.run(sizes, "relu", scheme, samples=100) for scheme in ("xavier_normal", "he_normal")]
    return report(*runs, model="rectified")


@cache
def sweep(variable: str = "gain") -> dict[str, Any]:
    """Ten layers of tanh for eleven gains by two schemes, or for seven depths by one."""
    runs = []
    if variable == "gain":
        values = [0.5 + 0.15 * step for step in range(11)]
        for scheme in ("lecun_normal", "xavier_normal"):
            for value in values:
                one = simulate.run((100, *(120, 140) * 5), "tanh", scheme, gain=value, samples=60)
                runs.append({**one, "value": value, "label": f"{scheme}, gain = {value:.3g}"})
        edge = {"gain": 1.0, "variance": 0.0, "activation": "tanh"}
        return report(*runs, variable=variable, edge=edge, model="sweep")
    for value in (2, 4, 6, 8, 12, 16, 24):
        one = simulate.run((100,) * (value + 1), "relu", "xavier_normal", samples=60)
        runs.append({**one, "value": value, "label": f"depth = {value}"})
    return report(*runs, variable=variable)


def invented(runs: int, layers: int, *, length: int = 8, growth: float = 0.9, **words: Any) -> dict[str, Any]:
    """Return a report of any size, whose numbers follow from their place alone.

    The spread of run r at layer l is (growth + 0.1 r)^l, and theory is 5 % above it.
    """
    return report(*(_run(number, layers, length, growth) for number in range(runs)), **words)


def bell(std: float, mean: float = 0.0) -> dict[str, Any]:
    """Return the histogram of a normal distribution, out to four standard deviations."""
    counts = [round(1000 * math.exp(-(((place - 31.5) / 8) ** 2) / 2)) for place in range(64)]
    return {"low": mean - 4 * std, "high": mean + 4 * std, "counts": counts}


def moments(std: float, mean: float = 0.0) -> dict[str, Any]:
    """Return figures of a normal distribution, with theory 5 % above."""
    predicted = {"predicted_mean": mean, "predicted_std": 1.05 * std}
    return {"mean": mean, "std": std, **predicted, "histogram": bell(std, mean)}


def _run(number: int, layers: int, length: int, growth: float) -> dict[str, Any]:
    """Return one invented run."""
    ratio = growth + 0.1 * number
    names = [f"block.{place}.".ljust(length, "w")[:length] for place in range(1, layers + 1)]
    return {
        "label": f"scheme_{number}".ljust(length, "m"),
        "scheme": f"scheme_{number}",
        "value": None,
        "verdict": "healthy",
        "findings": [],
        "sample": {"mean": 0.0, "std": 1.0, "histogram": bell(1.0)},
        "layers": [
            _layer(name, ratio ** (place + 1), ratio ** (layers - place)) for place, name in enumerate(names)
        ],
        "weights": [_weight(name, 0.05) for name in names],
    }


def _layer(name: str, std: float, gradient: float) -> dict[str, Any]:
    """Return one invented layer."""
    return {
        "layer": name,
        "type": "dense",
        "activation": "tanh",
        "units": 100,
        "pre": moments(1.5 * std),
        "out": moments(std),
        "gradient": moments(gradient),
        "saturated": 0.02,
        "extreme": 0.03,
        "dead": 0.0,
        "gain": {"forward": 1.0, "backward": 1.0, "predicted_forward": None, "predicted_backward": None},
        "condition": None,
    }


def _weight(name: str, std: float) -> dict[str, Any]:
    """Return one invented kernel."""
    return {
        "id": f"{name}/kernel",
        "layer": name,
        "shape": [100, 120],
        "scheme": "truncated_normal",
        "formula": "std = 0.05",
        "mean": 0.0,
        "std": std,
        "histogram": bell(std),
        "density": {
            "kind": "truncated_normal",
            "mean": 0.0,
            "std": 1.1 * std,
            "low": -2.2 * std,
            "high": 2.2 * std,
        },
    }
