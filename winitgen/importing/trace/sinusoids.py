"""Tables of sines and cosines of positions: those that values may be, with what each would have."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from winitgen.importing.fit.positions import FEW_ROWS, grids, tables
from winitgen.numeric.arrays import Array

ROOM = 8 * 2.0**-23
"""By how much the sine of a small angle may be off: libraries compute the frequencies in float32."""

Init = str | Mapping[str, Any]
"""A scheme, as a layer-spec writes it."""


def sinusoids(shape: tuple[int, ...]) -> Iterator[tuple[Init, Array]]:
    """Yield tables of sines and cosines from position 0, 1 or 2 on."""
    half, rows = shape[-1] // 2, math.prod(shape[:-1])
    for endpoint in (False, True):
        if endpoint and half < 2:
            continue
        for start in (0, 1, 2):
            for order in ("interleaved", "halves"):
                options: dict[str, Any] = {"order": order} if order == "halves" else {}
                options |= {"endpoint": True} if endpoint else {}
                options |= {"start": start} if start else {}
                table = _waves(rows, half, **options).ravel()
                yield {"scheme": "sinusoidal", **options} if options else "sinusoidal", table


def other_sinusoids(shape: tuple[int, ...], flat: Array) -> Iterator[tuple[Init, Array]]:
    """Yield tables of sines and cosines with the base, the first position or the grid that their first rows have."""
    if np.abs(flat).max() > 1 + ROOM:
        return
    half, rows = shape[-1] // 2, math.prod(shape[:-1])
    first = flat[: FEW_ROWS * 2 * half].reshape(-1, 2 * half)
    for found in tables(first, ROOM):
        yield found, _waves(rows, half, **_options(found)).ravel()
    for height, width in grids(first, rows) if half % 2 == 0 else ():
        for found in tables(first[:width, :half], ROOM):
            if "start" not in found:
                coordinate = _waves(max(height, width), half // 2, **_options(found)).reshape(-1, half)
                pair = np.tile(coordinate[:width], (height, 1)), coordinate[:height].repeat(width, axis=0)
                yield {**found, "grid": [height, width]}, np.concatenate(pair, axis=1).ravel()


def _options(scheme: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in scheme.items() if key != "scheme"}


def _waves(
    rows: int,
    half: int,
    *,
    order: str = "interleaved",
    base: float = 10000.0,
    endpoint: bool = False,
    start: int = 0,
) -> Array:
    """Return the sines and cosines of ``rows`` positions, ``half`` of each in a row."""
    rates = float(base) ** (-np.arange(half) / (half - endpoint))
    angles = np.arange(start, start + rows)[:, None] * rates
    return np.stack((np.sin(angles), np.cos(angles)), -1 if order == "interleaved" else 1)
