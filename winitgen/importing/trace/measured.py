"""The law of values that were drawn with several seeds, where the operations behind them have no known law."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any, NamedTuple

import numpy as np

from winitgen.importing.fit.round_numbers import rounded
from winitgen.importing.trace.battery import orthogonal_law, passes
from winitgen.importing.trace.formulas import CUT_AT_TWO
from winitgen.importing.trace.independence import ENOUGH_SEEDS, correlate, repeats
from winitgen.importing.trace.sequences import counted, table_but_for
from winitgen.numeric.arrays import Array

ENOUGH = 1 << 17
"""Values from which a law is measured, if so many draws give them."""

MOST_DRAWS = 64

SIGMAS = 5.0
"""Standard errors by which a moment may be off."""

EACH = 50
"""How often each whole number must come for their law to be found."""

CUT_KURTOSIS = -0.63446
"""Excess kurtosis of the same law."""


class MeasuredLaw(NamedTuple):
    """A scheme, what speaks for it, whether its values are random, and a row of a table that is 0, if there is one."""

    init: str | Mapping[str, Any]
    evidence: str
    random: bool = True
    zero_row: int | None = None


def measured(draws: Iterator[Array], step: float, *, table: bool = False) -> MeasuredLaw | None:
    """Return the scheme of a tensor that is drawn again and again; ``step`` is that of its number format at 1.

    None if it follows none that a layer-spec has. A ``table`` may be written as an embedding, which has a row that is 0.
    """
    first, second = next(draws), next(draws)
    if np.array_equal(first, second, equal_nan=True):
        return _certain(first, step, table=table)
    if (found := orthogonal_law(first, step)) is not None:
        return MeasuredLaw(*found)
    all_draws = [first, second]
    for draw in islice(draws, MOST_DRAWS - 2):
        if sum(draw.size for draw in all_draws) >= ENOUGH:
            break
        all_draws.append(draw)
    values = np.concatenate([draw.astype(np.float64).ravel() for draw in all_draws])
    if not np.isfinite(values).all():
        return None
    what = f"measured on {values.size:,} values of {len(all_draws)} seeds"
    for law in (_integers,) if step == 0 else LAWS:
        if (init := law(values)) is not None and passes(first, values, init, step):
            seeds = _seeds(init, first.size)
            offset = 1 - float(values.min()) if law is _integers else 0.0  # of signs, only one is told apart
            again = (draw + offset for draw in islice(chain(all_draws, draws), seeds))
            return MeasuredLaw(init, what) if not correlate(all_draws) and not repeats(again) else None
    return None


def _seeds(init: Mapping[str, Any] | str, size: int) -> int:
    """Return for how many seeds two of ``size`` places must have the same value, so that it is no chance: 2^-20."""
    if isinstance(init, str) or init["scheme"] != "integers":
        return ENOUGH_SEEDS
    return math.ceil((2 * math.log2(size) + 20) / math.log2(init["high"] - init.get("low", 0)))


def _certain(values: Array, step: float, *, table: bool) -> MeasuredLaw | None:
    """Return the scheme of values in which nothing is random; one row may be 0 instead: its own in a table, else a block."""
    rows = np.flatnonzero(~values.any(axis=1)).tolist() if values.ndim == 2 else []
    if len(rows) == 1 and (init := table_but_for(values, rows[0], step)) is not None:
        if table:
            return MeasuredLaw(init, "", random=False, zero_row=rows[0])
        return MeasuredLaw(_around(init, rows[0], len(values)), "", random=False)
    init = counted(values, step)
    return None if init is None else MeasuredLaw(init, "", random=False)


def _around(sinusoids: str | Mapping[str, Any], row: int, count: int) -> Mapping[str, Any]:
    """Return the scheme of a table of ``count`` positions of which one is 0, as blocks."""
    options: dict[str, Any] = {"scheme": sinusoids} if isinstance(sinusoids, str) else {**sinusoids}
    after = {**options, "start": options.get("start", 0) + row + 1}
    parts = [(row, sinusoids), (1, "zeros"), (count - row - 1, after)]
    filled = [part for part in parts if part[0]]
    return {"scheme": "blocks", "sizes": [size for size, _ in filled], "init": [init for _, init in filled]}


def _time_steps(values: Array) -> Mapping[str, Any] | str | None:
    """Return the scheme of the inverse softplus of time steps that are even in their logarithm."""
    if values.max() > 30:
        return None
    steps = np.log(np.log1p(np.exp(values)))
    ends = _ends(steps, np.exp)
    if ends is None or not 0 < ends[0] < ends[1] <= 1:
        return None
    low, high = ends
    return "mamba_dt_bias" if ends == (0.001, 0.1) else {"scheme": "mamba_dt_bias", "low": low, "high": high}


def _round_time_steps(values: Array) -> Mapping[str, Any] | str | None:
    """Return the scheme of time steps between numbers of one digit, which no uniform law has by chance.

    Between others, a uniform law that is narrow fits as well, and is the likelier one.
    """
    found = _time_steps(values)
    ends = [found[key] for key in ("low", "high")] if isinstance(found, Mapping) else []
    return found if all(float(f"{end:.1g}") == end for end in ends) else None


def _integers(values: Array) -> Mapping[str, Any] | None:
    """Return the scheme of whole numbers that come equally often, each so often that none can be missing."""
    low, high = float(values.min()), float(values.max())
    count = high - low + 1
    if (
        count < 2
        or count * EACH > values.size
        or max(-low, high) > 2**53
        or (np.rint(values) != values).any()
    ):
        return None
    counts = np.bincount((values - low).astype(np.int64))
    expected = values.size / count
    excess = float((counts - expected) @ (counts - expected)) / expected - (count - 1)
    if excess > SIGMAS * math.sqrt(2 * (count - 1)) + SIGMAS**2 or not counts.all():
        return None
    return {"scheme": "integers", **({"low": int(low)} if low else {}), "high": int(high) + 1}


def _uniform(values: Array) -> Mapping[str, Any] | None:
    ends = _ends(values, lambda end: end)
    return None if ends is None else {"scheme": "uniform", "low": ends[0], "high": ends[1]}


def _ends(values: Array, back: Any) -> tuple[float, float] | None:
    """Return the ends of values that are uniform, through ``back`` and as short as they can be said; None if they are not."""
    low, high = float(values.min()), float(values.max())
    width, count = high - low, values.size
    if width <= 0 or _kurtosis_error(values, -1.2, 0.9) > SIGMAS:
        return None
    middle = abs(float(values.mean()) - (low + high) / 2)
    if (
        middle > SIGMAS * width / math.sqrt(12 * count)
        or abs(values.std() / (width / math.sqrt(12)) - 1) > 0.01
    ):
        return None
    room = 40 * width / count
    return _short(back, low, -room), _short(back, high, room)


def _short(back: Any, end: float, room: float) -> float:
    """Return the shortest number whose original lies between ``end`` and ``end + room``."""
    near, far = sorted((float(back(end)), float(back(end + room))))
    if near <= 0 <= far:
        return 0.0
    for digits in range(1, 12):
        value = float(f"{(near + far) / 2:.{digits}g}")
        if near - 1e-9 * abs(near) <= value <= far + 1e-9 * abs(far):
            return value
    return near


def _normal(values: Array) -> Mapping[str, Any] | None:
    """Return a normal law, to as many digits as its standard error allows."""
    count, std = values.size, float(values.std())
    if count < 1000 or _kurtosis_error(values, 0.0, math.sqrt(24.0)) > SIGMAS:
        return None
    skew = float(np.mean((values - values.mean()) ** 3)) / std**3
    if abs(skew) > SIGMAS * math.sqrt(6 / count):
        return None
    mean = float(values.mean())
    shift = (
        {}
        if abs(mean) < SIGMAS * std / math.sqrt(count)
        else {"mean": rounded(mean, 3 * std / math.sqrt(count) / abs(mean))}
    )
    return {"scheme": "normal", **shift, "std": rounded(std, 3 / math.sqrt(2 * count))}


def _truncated(values: Array) -> Mapping[str, Any] | None:
    """Return a normal law that was cut at two standard deviations, which JAX and Keras draw."""
    std, largest = float(values.std()), float(np.abs(values).max())
    if values.size < 1000 or largest > 2.01 * std / CUT_AT_TWO or largest < 1.9 * std / CUT_AT_TWO:
        return None
    if _kurtosis_error(values, CUT_KURTOSIS, 2.0) > SIGMAS:
        return None
    return {"scheme": "truncated_normal", "std": rounded(std, 2.5 / math.sqrt(2 * values.size))}


def _kurtosis_error(values: Array, wanted: float, spread: float) -> float:
    """Return by how many standard errors the excess kurtosis is off."""
    centred = values - values.mean()
    kurtosis = float(np.mean(centred**4) / np.mean(centred**2) ** 2) - 3
    return abs(kurtosis - wanted) / (spread / math.sqrt(values.size))


LAWS = (_integers, _round_time_steps, _uniform, _truncated, _normal, _time_steps)
"""What finds a law of fractions, in the order in which they are asked: a special one after the plain ones."""
