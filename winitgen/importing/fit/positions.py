"""Tables of sines and cosines of positions, and frequencies that fall by a constant factor: their options, read off a few values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from winitgen.audit.inspect.summary import Summary
from winitgen.audit.statistics.lattice import epsilon_of
from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.round_numbers import digits_of
from winitgen.numeric.arrays import Array

FEW_ROWS = 64
"""Rows that are enough to rule out a table of sines; all are compared with one."""

_BASE = 10000.0
_DIGITS = (1, 2, 3, 4, 6)
"""How many digits a base may have been written with."""


def sines(array: StoredArray, summary: Summary) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield tables of sines and cosines of positions, if neighbours, or halves, are a point of the circle."""
    width = array.shape[-1]
    if width % 2 or summary.low < -1.01 or summary.high > 1.01 or not array.size:
        return
    table = array.read(0, min(array.size, FEW_ROWS * width)).reshape(-1, width).astype(np.float64)
    room = 8 * epsilon_of(array.read(0, 1).dtype)
    for scheme in tables(table, room):
        yield scheme, "sines and cosines of positions"
    for sides in grids(table, array.size // width):
        for scheme in tables(table[: sides[1], : width // 2], room):
            if scheme.get("start", 0) == 0:
                yield {**scheme, "grid": sides}, f"sines and cosines of {sides[0]} x {sides[1]} places"


def tables(table: Array, room: float) -> Iterator[dict[str, Any]]:
    """Yield schemes of which the first rows of a table may be."""
    half = table.shape[1] // 2
    for order, sine, cosine in (
        ("interleaved", table[:, ::2], table[:, 1::2]),
        ("halves", table[:, :half], table[:, half:]),
    ):
        if sine.shape != cosine.shape or not half or np.abs(sine**2 + cosine**2 - 1).max() > room:
            continue
        turns = np.angle((cosine + 1j * sine)[1:2] * (cosine - 1j * sine)[:1]).ravel()
        for start in _starts(float(np.angle(cosine[0, -1] + 1j * sine[0, -1])), turns):
            falls = -np.log(np.clip(turns, 1e-300, None))
            choices = ((one, end) for end in (False, True) for one in _bases(falls, half - end, room))
            for base, endpoint in _plainest(choices):
                if not _fits(sine, start, base, half - endpoint, room):
                    continue
                scheme: dict[str, Any] = {"scheme": "sinusoidal"}
                scheme |= {"order": order} if order == "halves" else {}
                scheme |= {"base": base} if base != _BASE else {}
                scheme |= {"endpoint": True} if endpoint else {}
                yield scheme | ({"start": start} if start else {})


def _plainest(found: Iterable[tuple[float, bool]]) -> list[tuple[float, bool]]:
    """Return bases with and without an endpoint, those of the fewest digits first: a longer one fits a few rows as well."""
    return sorted(found, key=lambda one: (one[0] != _BASE, digits_of(one[0])))


def _fits(sine: Array, start: int, base: float, divisor: int, room: float) -> bool:
    """Return whether the first rows are the sines of a table, as far as angles of the format are exact."""
    if divisor < 1:
        return False
    rates = float(base) ** (-np.arange(sine.shape[1]) / divisor)
    angles = np.arange(start, start + len(sine))[:, None] * rates
    return bool((np.abs(np.sin(angles) - sine) <= room * (1 + angles)).all())


def _starts(angle: float, turns: Array) -> list[int]:
    """Return the positions from which a table may begin, by the angle of its slowest sine in the first row."""
    slow = round(angle / turns[-1]) if turns.size and turns[-1] > 0 else 0
    return sorted({0, 1, 2, max(0, slow)})


def _bases(falls: Array, divisor: int, room: float) -> list[float]:
    """Return the numbers that may be the base, of -log(frequency) by number; 10,000 first."""
    numbers = np.arange(1, len(falls))
    if not len(numbers) or divisor < 1:
        return [_BASE]
    blur = room / (numbers * np.exp(-falls[1:].clip(0, 700)))  # of a base's logarithm, for each frequency
    sharpest = int(np.argmin(blur)) + 1
    found = math.exp(min(float(falls[sharpest]) * divisor / sharpest, 69.0))
    return list(dict.fromkeys([_BASE, *_written(found)]))


def _written(number: float) -> Iterator[float]:
    """Yield a number with few digits, if it is one that a base may be."""
    for digits in _DIGITS:
        short = float(f"{number:.{digits}g}")
        if 1 < short <= 1e30:
            yield int(short) if short.is_integer() else short


def grids(table: Array, count: int) -> Iterator[list[int]]:
    """Yield height and width of grids, whose columns come back after each row."""
    half = table.shape[1] // 2
    same = np.flatnonzero((table[1:, :half] == table[0, :half]).all(1)) if half % 2 == 0 else np.array([])
    widths = {int(same[0]) + 1} if same.size else {math.isqrt(count)}
    for width in widths:
        if 1 < width < count and count % width == 0:
            yield [count // width, width]


def powers(array: StoredArray, summary: Summary) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield frequencies that fall by a constant factor, as those of rotary positions and of linear biases."""
    if not 3 <= array.size <= 1 << 16 or summary.low <= 0 or summary.high > 1:
        return
    values = np.log(array.read(0, array.size).astype(np.float64))
    fall = float(values[0] - values[-1]) / (array.size - 1)
    room = 8 * epsilon_of(array.read(0, 1).dtype)
    if fall <= 0 or np.abs(np.diff(values) + fall).max() > room:
        return
    start = max(0, round(-float(values[0]) / fall))
    choices = (
        (base, endpoint)
        for endpoint in (False, True)
        for base in [_BASE, *_written(math.exp(min(fall * (array.size - endpoint), 69.0)))]
    )
    for base, endpoint in _plainest(dict.fromkeys(choices)):
        scheme: dict[str, Any] = {"scheme": "frequencies"}
        scheme |= {"base": base} if base != _BASE else {}
        scheme |= {"endpoint": True} if endpoint else {}
        yield scheme | ({"start": start} if start else {}), f"powers of {base:,.12g}"
