"""Values in which nothing is random: the scheme that counts them out, or none."""

from __future__ import annotations

import math

import numpy as np
import pytest

from winitgen.importing.trace.sequences import counted, table_but_for

FLOAT32 = float(np.finfo(np.float32).eps)


def table(positions: int, features: int, *, start: int = 0, endpoint: bool = False) -> list[list[float]]:
    """Return sines and cosines side by side, by the formula of the paper."""
    pairs = features // 2
    rates = [10000 ** (-pair / (pairs - endpoint)) for pair in range(pairs)]
    return [
        [wave(place * rate) for rate in rates for wave in (math.sin, math.cos)]
        for place in range(start, start + positions)
    ]


def halves(rows: list[list[float]]) -> list[list[float]]:
    """Return all sines of each row before all cosines."""
    return [row[::2] + row[1::2] for row in rows]


CASES = {
    "zeros": [[0.0, 0.0]],
    "ones": [1.0],
    "arange": [0, 1, 2, 3],
    "identity": np.eye(4),
    "dirac": np.eye(3, 5)[:, :, None] * [0, 1, 0],
    "causal_mask": np.tril(np.ones((1, 1, 5, 5))),
    "sinusoidal": table(9, 6),
    "mamba_a_log": np.log([[1.0, 2, 3], [1, 2, 3]]),
}


@pytest.mark.parametrize("scheme", CASES)
def test_schemes_without_options(scheme: str) -> None:
    """Each scheme is found in values of its formula that were rounded to float32."""
    assert scheme == counted(np.float64(np.float32(CASES[scheme])), FLOAT32)


OPTIONS = [
    ({"scheme": "constant", "value": 0.07}, [0.07, 0.07]),
    ({"scheme": "constant", "value": -0.0}, [-0.0, -0.0]),
    ({"scheme": "causal_mask", "below": 1, "above": -0.0}, [[1, -0.0], [1, 1]]),
    ({"scheme": "causal_mask", "below": -0.0, "above": -9}, [[-0.0, -9], [-0.0, -0.0]]),
    ({"scheme": "arange", "start": -2, "step": 3}, [-2, 1, 4]),
    ({"scheme": "identity", "gain": 0.5}, 0.5 * np.eye(3)),
    ({"scheme": "sinusoidal", "order": "halves", "start": 2}, halves(table(7, 8, start=2))),
    ({"scheme": "sinusoidal", "endpoint": True}, table(7, 8, endpoint=True)),
    ({"scheme": "causal_mask", "below": 0, "above": -10000}, np.triu(np.full((4, 4), -1e4), 1)),
    ({"scheme": "listed", "values": [0.1, 2, -0.3]}, [0.1, 2, -0.3, 0.1, 2, -0.3]),
    ({"scheme": "listed", "values": [0, 1, 0], "each": 2}, [0, 0, 1, 1, 0, 0]),
    ({"scheme": "listed", "values": [0.5, 2], "each": 3}, [[0.5, 0.5, 0.5, 2, 2, 2]] * 2),
    (
        {"scheme": "relative_position_index", "window": [2, 2]},
        [[4, 3, 1, 0], [5, 4, 2, 1], [7, 6, 4, 3], [8, 7, 5, 4]],
    ),
]


@pytest.mark.parametrize(("init", "values"), OPTIONS)
def test_schemes_with_options(init: object, values: object) -> None:
    """Each option is found, in as few digits as float32 needs."""
    assert init == counted(np.float64(np.float32(values)), FLOAT32)


def test_values_that_no_scheme_has() -> None:
    """Values that are not finite, and more different ones than a spec writes out, have none."""
    many = np.random.default_rng(1).normal(size=(3, 2003))

    assert counted(np.array([1.0, math.inf]), FLOAT32) is None
    assert counted(many, FLOAT32) is None
    assert counted(many[:, :1000], FLOAT32) is not None


def test_a_value_that_is_off_is_seen() -> None:
    """One wrong value of many makes a table of sinusoids no sinusoids."""
    values = np.array(table(90, 60))
    values[40, 7] += 0.01

    assert counted(values, FLOAT32) is None


def test_a_table_with_a_row_of_zeros() -> None:
    """The row is passed over; the scheme is that of the others."""
    values = np.array(halves(table(12, 6, endpoint=True)))
    values[3] = 0

    assert {"scheme": "sinusoidal", "order": "halves", "endpoint": True} == table_but_for(values, 3, FLOAT32)
    assert table_but_for(values, 4, FLOAT32) is None
