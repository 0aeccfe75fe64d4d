"""Reports of a probe to draw: a few simulated networks, and invented ones of any size and difficulty."""

from __future__ import annotations

import copy
import math
from functools import cache
from typing import Any

from tests.report.plots import simulate


def report(*runs: dict[str, Any], **fields: Any) -> dict[str, Any]:
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
        **fields,
    }


@cache
def deck() -> dict[str, Any]:
    """A sigmoid layer of 500 units after 500 inputs, drawn by four schemes."""
    schemes = ("normal", "lecun_normal", "xavier_normal", "he_normal")
    return report(*(simulate.run((500, 500), "sigmoid", scheme) for scheme in schemes), model="deck")


@cache
def glorot() -> dict[str, Any]:
    """Glorot & Bengio 2010, figures 6 and 7: tanh, drawn by the usual scheme of the time and by theirs."""
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


def invented(
    runs: int, layers: int, *, length: int = 8, growth: float = 0.9, **fields: Any
) -> dict[str, Any]:
    """Return a report of any size, whose numbers follow only from their position.

    The spread of run r at layer l is (growth + 0.1 r)^l, and theory is 5 % above it.
    """
    return report(*(_run(number, layers, length, growth) for number in range(runs)), **fields)


def without_kernels() -> dict[str, Any]:
    """Return a report of layers that have only biases."""
    one = invented(1, 2)
    for weight in one["runs"][0]["weights"]:
        weight["shape"] = [100]
    return one


def swept(values: list[float], *, edge: float | None = None, schemes: int = 1) -> dict[str, Any]:
    """Return an invented sweep of the gain over these values, last value first."""
    runs = [
        {**_run(number, 3, 8, 0.5 + index), "value": value, "label": f"gain = {value}"}
        for number in range(schemes)
        for index, value in reversed(list(enumerate(values)))
    ]
    known = None if edge is None else {"gain": edge, "variance": 0.5, "activation": "tanh"}
    return report(*runs, variable="gain", edge=known)


def bell(std: float, mean: float = 0.0) -> dict[str, Any]:
    """Return the histogram of a normal distribution, up to four standard deviations."""
    counts = [round(1000 * math.exp(-(((index - 31.5) / 8) ** 2) / 2)) for index in range(64)]
    return {"low": mean - 4 * std, "high": mean + 4 * std, "counts": counts}


def moments(std: float, mean: float = 0.0) -> dict[str, Any]:
    """Return the statistics of a normal distribution, with predictions 5 % above."""
    predicted = {"predicted_mean": mean, "predicted_std": 1.05 * std}
    return {"mean": mean, "std": std, **predicted, "histogram": bell(std, mean)}


def _run(number: int, layers: int, length: int, growth: float) -> dict[str, Any]:
    """Return one invented run."""
    ratio = growth + 0.1 * number
    names = [f"block.{index}.".ljust(length, "w")[:length] for index in range(1, layers + 1)]
    return {
        "label": f"scheme_{number}".ljust(length, "m"),
        "scheme": f"scheme_{number}",
        "value": None,
        "verdict": "healthy",
        "findings": [],
        "sample": {"mean": 0.0, "std": 1.0, "histogram": bell(1.0)},
        "layers": [
            _layer(name, ratio ** (index + 1), ratio ** (layers - index)) for index, name in enumerate(names)
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
        "at_the_ends": 0.03,
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


def _changed(report: dict[str, Any], change: Any) -> dict[str, Any]:
    """Return a copy of a report in which ``change`` has been applied to every layer of every run."""
    report = copy.deepcopy(report)
    for run in report["runs"]:
        for index, layer in enumerate(run["layers"]):
            change(run, index, layer)
    return report


def _without_gradient(run: dict[str, Any], index: int, layer: dict[str, Any]) -> None:
    layer["gradient"] = None


def _without_theory(run: dict[str, Any], index: int, layer: dict[str, Any]) -> None:
    for part in ("pre", "out", "gradient"):
        layer[part]["predicted_mean"] = layer[part]["predicted_std"] = None


def _with_gaps(run: dict[str, Any], index: int, layer: dict[str, Any]) -> None:
    """Every second layer has no theory, every third no pre-activation, and the last was not finite."""
    if index % 2:
        _without_theory(run, index, layer)
    if index % 3 == 0:
        layer["pre"] = None
    if index == len(run["layers"]) - 1:
        for part in ("out", "gradient"):
            layer[part] = dict.fromkeys(layer[part])
        layer["saturated"] = layer["at_the_ends"] = layer["dead"] = None


def _dead_end(run: dict[str, Any], index: int, layer: dict[str, Any]) -> None:
    """From the third layer on there is no signal: all values are equal."""
    if index >= 2:
        for part in ("pre", "out", "gradient"):
            zeros = {"low": 0.0, "high": 0.0, "counts": [4096] + [0] * 63}
            layer[part] = dict.fromkeys(layer[part], 0.0) | {"histogram": zeros}


def _constant(run: dict[str, Any], index: int, layer: dict[str, Any]) -> None:
    """All weights are equal, as are all values."""
    run["weights"][index] |= {"std": 0.0, "density": {"kind": "normal", "mean": 0.5, "std": 0.0}}
    run["weights"][index]["histogram"] = {"low": 0.5, "high": 0.5, "counts": [1] * 64}
    for part in ("pre", "out", "gradient"):
        layer[part] |= {"std": 0.0, "histogram": {"low": -2.0, "high": -2.0, "counts": [9] * 64}}


def _extreme(run: dict[str, Any], index: int, layer: dict[str, Any]) -> None:
    """The numbers are near the smallest and the largest of float32."""
    layer["out"] = moments(10.0 ** (-40 + 15 * index))
    layer["pre"] = moments(1e-44)
    layer["gradient"] = moments(3e38)
    layer |= {"activation": "sigmoid", "at_the_ends": 0.00123}


def _spiked(run: dict[str, Any], index: int, layer: dict[str, Any]) -> None:
    """Half of all activations and gradients are zero."""
    run["label"] = "a_scheme_whose_name_takes_all_of_forty__"
    for part in ("out", "gradient"):
        bins = layer[part]["histogram"]
        layer[part]["histogram"] = {
            **bins,
            "counts": [*bins["counts"][:32], 17 * 10**3, *bins["counts"][33:]],
        }


def _hostile(run: dict[str, Any], index: int, layer: dict[str, Any]) -> None:
    layer["layer"] = run["weights"][index]["layer"] = f"_$\\frac{{{index}}}$_^"
    run["label"] = "_$x_$\n\x1b[31m\\alpha <b>&"
    run["weights"][index]["formula"] = "std = $\\sqrt{2}$ \u0000\U0001f600\u202e"


def _tokens(report: dict[str, Any]) -> dict[str, Any]:
    """An embedding is first, and the batch consists of whole numbers."""
    report = copy.deepcopy(report)
    for run in report["runs"]:
        run["sample"] = None
        run["layers"][0] |= {"type": "embedding", "activation": "", "pre": None, "at_the_ends": None}
        run["weights"][1]["density"] = {"kind": "uniform", "low": -0.08, "high": 0.09}
    return {**report, "input": "random tokens"}


def awkward() -> dict[str, dict[str, Any]]:
    """Return reports that are hard to draw, by their difficulty."""
    plain = invented(2, 6, length=12)
    return {
        "no gradient": {**_changed(plain, _without_gradient), "backward": False},
        "no theory": _changed(plain, _without_theory),
        "gaps": _changed(plain, _with_gaps),
        "a dead end": _changed(plain, _dead_end),
        "constants": _changed(plain, _constant),
        "extreme numbers": _changed(plain, _extreme),
        "spikes": _changed(plain, _spiked),
        "hostile names": {**_changed(plain, _hostile), "model": "$m$\x00\u2028\ud800"},
        "tokens": _tokens(plain),
        "one layer": invented(1, 1),
        "runs of unequal depth": {**plain, "runs": [invented(1, 3)["runs"][0], *plain["runs"]]},
    }
