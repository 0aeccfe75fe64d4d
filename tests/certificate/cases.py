"""The draws, made through winitgen's public functions, and the law each should have, from its spec.

Every case has its own layer and so its own key stream, in each number format.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

import winitgen
from tests.certificate import laws
from tests.certificate.cells import NARROW, WIDE
from tests.certificate.laws import Law
from tests.certificate.tally import CHUNK
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.drawing.draw import draw
from winitgen.drawing.keystream import key
from winitgen.numeric.scratch import Workspace
from winitgen.planning.plan import Parameter

FAN_IN, FAN_OUT = 8_000, 12_600
"""The dense layers have 100.8 million weights, and unequal fans."""

BLOCK = 1 << 17
"""Elements drawn at once."""

Source = Callable[[str, str, int], Iterator[np.ndarray]]
"""Yields draws, in blocks of any size, for a unique name, a number format and a seed."""


class Case(NamedTuple):
    """One distribution, as a spec requests it."""

    law: Law
    source: Source
    dtypes: tuple[str, ...] = (*WIDE, *NARROW)


def planned(layer: dict[str, Any], dtype: str, seed: int, fan_in: int = FAN_IN) -> Parameter:
    """Return the first parameter of a model of one layer."""
    return winitgen.plan({"input": fan_in, "layers": [layer]}, dtype=dtype, seed=seed).parameters[0]


def blocks(parameter: Parameter) -> Iterator[np.ndarray]:
    """Yield a parameter's elements in order, in arrays that stay unchanged."""
    workspace = Workspace()
    for start in range(0, parameter.size, BLOCK):
        yield draw(parameter, start, min(BLOCK, parameter.size - start), workspace).copy()


def kernel(init: Any, **words: Any) -> Source:
    """Return the source of a dense layer's kernel."""

    def source(name: str, dtype: str, seed: int) -> Iterator[np.ndarray]:
        layer = {"name": name, "type": "dense", "units": FAN_OUT, "init": init, **words}
        return blocks(planned(layer, dtype, seed))

    return source


def sparse(rows: int, columns: int, nonzeros: int, std: float) -> Source:
    """Return the source of the values at the positions that sparse kernels choose, one layer after the other.

    A narrow format may round a chosen value to 0, so float32 shows which positions are chosen.
    """

    def source(name: str, dtype: str, seed: int) -> Iterator[np.ndarray]:
        for parameter in sparse_parameters(name, dtype, seed, rows, columns, nonzeros, std):
            asked = [parameter] if dtype == "float64" else [parameter, parameter._replace(dtype="float32")]
            for found in zip(*map(blocks, asked), strict=True):
                yield found[0][found[-1] != 0]

    return source


def sparse_parameters(
    name: str, dtype: str, seed: int, rows: int, columns: int, nonzeros: int, std: float
) -> Iterator[Parameter]:
    """Yield the kernels of sparse layers, one after the other, without end."""
    init = {"scheme": "sparse", "nonzeros": nonzeros, "std": std, "direction": "incoming"}
    number = 0
    while True:
        layer = {"name": f"{name}_{number}", "type": "dense", "units": rows, "init": init}
        yield planned(layer, dtype, seed, columns)
        number += 1


def time_steps(low: float, high: float, size: int) -> Source:
    """Return the source of Mamba biases, one after the other, each of ``size`` elements."""

    def source(name: str, dtype: str, seed: int) -> Iterator[np.ndarray]:
        init = {"scheme": "mamba_dt_bias", "low": low, "high": high}
        number = 0
        while True:
            layer = {"name": f"{name}_{number}", "type": "param", "shape": [size], "init": init}
            yield from blocks(planned(layer, dtype, seed))
            number += 1

    return source


def across(keys: Callable[[int], bytes]) -> Source:
    """Return the source of elements of many key streams: the first of each, then the second of each, and so on."""
    number, together = CHUNK, 16

    def source(name: str, dtype: str, seed: int) -> Iterator[np.ndarray]:
        workspace = Workspace()
        sample = Uniform(-1.0, 1.0).sampler(dtype, CHUNK)  # type: ignore[arg-type]
        start = 0
        found = np.empty((number, together), dtype)
        while True:
            for row in range(number):
                found[row] = sample(keys(row), start, together, workspace)
            yield from np.ascontiguousarray(found.T)
            start += together

    return source


WORDS: dict[str, tuple[Law, Any]] = {
    "he_normal": (laws.normal(math.sqrt(2 / FAN_IN)), "he_normal"),
    "lecun_normal": (laws.normal(math.sqrt(1 / FAN_IN)), "lecun_normal"),
    "he_fan_out": (laws.normal(math.sqrt(2 / FAN_OUT)), {"scheme": "he", "mode": "fan_out"}),
    "normal_moved": (laws.normal(0.25, 0.5), {"scheme": "normal", "std": 0.25, "mean": 0.5}),
    "xavier_uniform": (
        laws.uniform(-math.sqrt(6 / (FAN_IN + FAN_OUT)), math.sqrt(6 / (FAN_IN + FAN_OUT))),
        "xavier_uniform",
    ),
    "uniform_low_high": (laws.uniform(-0.1, 0.3), {"scheme": "uniform", "low": -0.1, "high": 0.3}),
    "he_truncated": (laws.corrected(-2, 2, math.sqrt(2 / FAN_IN)), "he_truncated_normal"),
    "truncated_uncorrected": (
        laws.truncated(-2, 2, 0.02),
        {"scheme": "truncated_normal", "std": 0.02, "correct": False},
    ),
    "truncated_at_1_moved": (
        laws.corrected(-1, 1, 0.1, 0.5),
        {"scheme": "truncated_normal", "std": 0.1, "mean": 0.5, "bounds": 1},
    ),
    "truncated_asymmetric": (
        laws.corrected(-1, 3, 0.02),
        {"scheme": "truncated_normal", "std": 0.02, "bounds": [-1, 3]},
    ),
    "truncated_asymmetric_uncorrected": (
        laws.truncated(-1, 3, 0.02),
        {"scheme": "truncated_normal", "std": 0.02, "bounds": [-1, 3], "correct": False},
    ),
    "truncated_one_side": (
        laws.truncated(0.5, 2, 0.02),
        {"scheme": "truncated_normal", "std": 0.02, "bounds": [0.5, 2], "correct": False},
    ),
}
"""Kernels of dense layers with the activation relu: each one's law, and what its spec says."""

FAR_FROM_ZERO = {
    "normal_far": (laws.normal(1e-6, -2.0), {"scheme": "normal", "std": 1e-6, "mean": -2.0}),
    "uniform_65_numbers": (
        laws.uniform(1.0, 1 + 2.0**-17),
        {"scheme": "uniform", "low": 1.0, "high": 1 + 2.0**-17},
    ),
}
"""Kernels of which float32 has a few numbers only, so that its rounding and its ends can be counted."""

CASES: dict[str, Case] = {
    **{name: Case(law, kernel(init, activation="relu")) for name, (law, init) in WORDS.items()},
    "auto_gelu": Case(laws.normal(laws.gelu_gain() / math.sqrt(FAN_IN)), kernel("auto", activation="gelu")),
    "sparse": Case(laws.normal(0.02), sparse(1200, 1000, 500, 0.02)),
    "mamba_dt_bias": Case(laws.time_steps(0.001, 0.1), time_steps(0.001, 0.1, 1 << 20)),
    **{name: Case(law, kernel(init), WIDE) for name, (law, init) in FAR_FROM_ZERO.items()},
    "across_seeds": Case(laws.uniform(-1, 1), across(lambda seed: key(seed, "fc1/kernel")), ("float32",)),
    "across_ids": Case(
        laws.uniform(-1, 1), across(lambda number: key(0, f"fc{number}/kernel")), ("float32",)
    ),
}


def chunks(drawn: Iterable[np.ndarray], count: int) -> Iterator[np.ndarray]:
    """Yield the first ``count`` values, a multiple of `CHUNK`, in chunks of that size."""
    held: list[np.ndarray] = []
    size, left = 0, count
    for block in drawn:
        held.append(block)
        size += block.size
        while size >= CHUNK and left:
            joined = np.concatenate(held)
            yield joined[:CHUNK]
            held, size, left = [joined[CHUNK:]], size - CHUNK, left - CHUNK
        if not left:
            return
    raise ValueError(f"{count - left} of {count} values were drawn")
