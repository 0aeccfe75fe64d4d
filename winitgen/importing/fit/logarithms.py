"""The laws of Mamba that are computed with logarithms."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from winitgen.audit.inspect.summary import Summary
from winitgen.audit.statistics.lattice import epsilon_of
from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.reading import Rows
from winitgen.numeric.arrays import Array

_STEPS = re.compile(r"dt_?(proj)?[._]?bias|\bdt\b", re.IGNORECASE)
_DECAY = re.compile(r"A_log", re.IGNORECASE)


def logarithms(
    array: StoredArray, summary: Summary, rows: Rows
) -> Iterator[tuple[str | dict[str, Any], str]]:
    """Yield the logarithms of 1, 2, 3 and so on, those of even numbers, and the biases of time steps."""
    last = array.shape[-1]
    if summary.low == 0 and last > 1 and math.isclose(summary.high, math.log(last), rel_tol=1e-2):
        yield "mamba_a_log", f"log 1 to log {last} along the last axis"
    if len(array.shape) != 1:
        return
    values = rows.values.astype(np.float64).reshape(-1)
    room = max(abs(summary.low), abs(summary.high)) * epsilon_of(rows.values.dtype) + 1e-6
    if _STEPS.search(array.name) and summary.high < 20:
        yield from _time_steps(values, room)
    if _DECAY.search(array.name) and summary.high < 20:
        yield from _even(values, room)


def _time_steps(values: Array, room: float) -> Iterator[tuple[str | dict[str, Any], str]]:
    """Yield the law of time steps with the usual ends, or with round ones beyond those that are seen."""
    steps = np.log1p(np.exp(values))
    for first, final in _ends(float(steps.min()), float(steps.max()), room, (0.001, 0.1)):
        scheme = {"scheme": "mamba_dt_bias", "low": first, "high": final}
        text = f"by its name, the inverse softplus of time steps from {first:g} to {final:g}"
        yield "mamba_dt_bias" if (first, final) == (0.001, 0.1) else scheme, text


def _even(values: Array, room: float) -> Iterator[tuple[str | dict[str, Any], str]]:
    """Yield the law of logarithms of even numbers between the usual ends, or round ones."""
    numbers = np.exp(values)
    for first, final in _ends(float(numbers.min()), float(numbers.max()), room, (1.0, 16.0)):
        scheme = {"scheme": "mamba2_a_log", "low": first, "high": final}
        text = f"by its name, log of even numbers from {first:g} to {final:g}"
        yield "mamba2_a_log" if (first, final) == (1.0, 16.0) else scheme, text


def _ends(low: float, high: float, room: float, usual: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """Yield ends that hold what is seen, the usual ones first; ``room`` is by how much, as a share, that is rounded."""
    for first, final in (usual, (_down(low * (1 + room)), _up(high * (1 - room)))):
        if first <= low * (1 + room) and high * (1 - room) <= final and first < final:
            yield first, final


def _down(number: float) -> float:
    """Return the next number of one digit below."""
    step = 10.0 ** math.floor(math.log10(number))
    return float(f"{math.floor(number / step) * step:.1g}")


def _up(number: float) -> float:
    """Return the next number of one digit above, or of two if that is far.

    >>> _up(0.098), _up(15.2), _up(0.42)
    (0.1, 16.0, 0.5)
    """
    step = 10.0 ** math.floor(math.log10(number))
    if number / step > 2:
        return float(f"{math.ceil(number / step) * step:.1g}")
    return float(f"{math.ceil(number / step * 10) * step / 10:.2g}")
