"""The report as plain values, from which all its forms are made."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.layouts.tensor import Tensor
from winitgen.numeric.dtypes import DTYPES
from winitgen.numeric.powers import near
from winitgen.planning.plan import STREAM, Parameter, Plan
from winitgen.report.rows_on_demand import RowsOnDemand

if TYPE_CHECKING:
    from winitgen.numeric.statistics import Measured, Statistics

DIGITS = 7
"""Significant digits of measured statistics: those that the order of summation cannot change."""


class PlannedSpread(NamedTuple):
    """The planned mean and standard deviation of one tensor, None if its values are those of a file."""

    mean: float | None
    std: float | None


def summarize(plan: Plan, tensors: Sequence[Tensor], observed: Sequence[Statistics] | None) -> dict[str, Any]:
    """Return the report of a plan, with the measured statistics if values were drawn and ``observed``.

    The keys are stable, and nothing in it depends on the clock, the machine or the threads. The command
    is empty, and ``histogram`` and ``density`` of every tensor are None; the caller fills them in. The entries of the
    tensors are made when they are asked for.
    """

    def row(index: int) -> dict[str, Any]:
        return _row(tensors[index], None if observed is None else observed[index].measured())

    return {
        "command": "",
        "model": plan.model,
        "stream": STREAM,
        "seed": plan.seed,
        "dtype": plan.dtype,
        "layout": plan.layout,
        "tensors": RowsOnDemand(len(tensors), row, drawn=bool(observed)),
        "totals": {
            "tensors": len(tensors),
            "elements": sum(tensor.size for tensor in tensors),
            "bytes": sum(tensor.size * DTYPES[tensor.dtype].itemsize for tensor in tensors),
        },
        "notes": list(plan.notes),
    }


def _row(tensor: Tensor, measured: Measured | None) -> dict[str, Any]:
    """Return the report of one tensor."""
    parameters = tensor.parameters
    first = parameters[0]
    alone = len(parameters) == 1  # as nearly all of the 100,000 that a model may have
    return {
        "name": tensor.name,
        "ids": [parameter.id for parameter in parameters],
        "keys": [parameter.key.hex() for parameter in parameters],
        "shape": list(tensor.shape),
        "dtype": tensor.dtype,
        "elements": tensor.size,
        "bytes": tensor.size * DTYPES[tensor.dtype].itemsize,
        "scheme": first.scheme if alone else _shared(parameter.scheme for parameter in parameters),
        "formula": _formula(first) if alone else _shared(map(_formula, parameters)),
        "why": first.why if alone else _shared(parameter.why for parameter in parameters),
        "fan_in": first.fan_in if alone else _common([parameter.fan_in for parameter in parameters]),
        "fan_out": first.fan_out if alone else _common([parameter.fan_out for parameter in parameters]),
        "planned": target(tensor)._asdict(),
        "measured": None
        if measured is None
        else {
            "mean": _finite(measured.mean),
            "std": _finite(measured.std),
            "min": _finite(measured.low),
            "max": _finite(measured.high),
        },
        "histogram": None,
        "density": None,
    }


def _formula(parameter: Parameter) -> str:
    """Return the formula of a parameter, and which row is zero whatever the scheme draws: a padding token's."""
    if parameter.zeroed is None:
        return parameter.formula
    width = math.prod(parameter.shape[1:])
    return f"{parameter.formula}; row {parameter.zeroed[0] // width} is 0".removeprefix("; ")


def target(tensor: Tensor) -> PlannedSpread:
    """Return the planned mean and standard deviation over all parameters of a tensor."""
    parameters = tensor.parameters
    if len(parameters) == 1:
        mean, std = parameters[0].mean, parameters[0].std
        return PlannedSpread(None, None) if math.isnan(mean) else PlannedSpread(mean, std)
    if any(math.isnan(parameter.mean) for parameter in parameters):
        return PlannedSpread(None, None)
    if tensor.added:
        return PlannedSpread(sum(p.mean for p in parameters), math.hypot(*(p.std for p in parameters)))
    total = sum(parameter.size for parameter in parameters)
    mean = sum(parameter.size * parameter.mean for parameter in parameters) / max(total, 1)
    if not math.isfinite(mean):  # only the sum is beyond float64
        mean = sum(parameter.size / total * parameter.mean for parameter in parameters)
    spreads = [(parameter.size, parameter.std, parameter.mean - mean) for parameter in parameters]
    scale = near(max(max(std, abs(offset)) for _, std, offset in spreads))
    square = sum(size * ((std / scale) ** 2 + (offset / scale) ** 2) for size, std, offset in spreads)
    return PlannedSpread(mean, math.sqrt(square / total) * scale)


def _shared(texts: Iterable[str]) -> str:
    """Return the text that all parameters share, or the distinct texts joined by ``|``."""
    return " | ".join(dict.fromkeys(texts))


def _common(numbers: list[float | None]) -> float | None:
    """Return the number that all parameters share, or None."""
    return numbers[0] if len(set(numbers)) == 1 else None


def _finite(number: float) -> float | None:
    """Return a measured number as `short` does, None for one that is not finite: a file may have such values."""
    return short(number) if math.isfinite(number) else None


def short(number: float) -> float:
    """Return ``number`` rounded to `DIGITS` significant digits, on which all machines agree."""
    return float(f"{number:.{DIGITS}g}")
