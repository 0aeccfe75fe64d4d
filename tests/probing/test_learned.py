"""Theory of learned tensors in the flow: against the moments of signals that are drawn as it assumes."""

from typing import Any

import numpy as np
import pytest

import winitgen
from tests.probing.one_layer import operation
from winitgen.probing.operations.operation import Moments, moments

MEAN, STD, COMMON = 0.3, 1.2, 0.7
"""Those of a signal x = MEAN + STD (COMMON u + sqrt(1 - COMMON^2) v), u being one number for each unit."""


def signal(samples: int, positions: int, units: int, seed: int = 1) -> np.ndarray:
    """Return a signal whose units are Gaussian and share a part over samples and positions."""
    rng = np.random.default_rng(seed)
    own = rng.standard_normal((samples, positions, units)) * (1 - COMMON**2) ** 0.5
    return MEAN + STD * (COMMON * rng.standard_normal(units) + own)


def entering() -> Moments:
    """Return the moments of `signal`."""
    return moments(MEAN, MEAN**2 + STD**2, MEAN**2 + (STD * COMMON) ** 2)


def measured(out: np.ndarray) -> list[float]:
    """Return the mean, the mean square, and the mean over units of products at different samples and positions."""
    flat = out.reshape(-1, out.shape[-1])
    count = len(flat)
    square = float(np.square(flat).mean())
    together = float(np.square(flat.mean(0)).mean())
    return [float(flat.mean()), square, (count * together - square) / (count - 1)]


INIT = {"scheme": "normal", "mean": 0.8, "std": 0.5}


@pytest.mark.parametrize("kind", ["scale", "shift"])
@pytest.mark.parametrize("axis", [-1, [0, 1]], ids=["features", "positions and features"])
def test_scale_and_shift(kind: str, axis: Any) -> None:
    """The values are independent of the signal; along positions, they are shared by one pair in as many."""
    x = signal(6, 4, 60_000)
    own = operation([4, 60_000], {"type": kind, "axis": axis, "init": INIT})
    out = own.forward([x], keep=True)
    predicted = own.predict([entering()])

    assert predicted is not None
    # Of 24 rows, those at one position share the values: 6 * 5 ordered pairs of 24 * 23 at each of 4 positions.
    alike = 4 * 6 * 5 / (24 * 23)
    mean, square, shared = (float(moment) for moment in predicted)
    if axis != -1:  # theory counts positions of infinitely many samples
        own_square = entering().shared if kind == "scale" else 1.0
        shared += float(own_square) * 0.5**2 * (alike - 1 / 4)
    assert measured(out) == pytest.approx([mean, square, shared], rel=0.03)


def test_one_scale_for_all_is_its_square() -> None:
    """A constant multiplies the mean, and its square the other moments, of the signal and of the gradient."""
    own = operation([4, 9], {"type": "scale", "axis": [], "init": {"scheme": "constant", "value": 0.5}})
    own.forward([signal(2, 4, 9)], keep=True)
    predicted, back = own.predict([entering()]), own.predict_back([entering()], np.asarray(3.0))

    assert predicted is not None
    assert [MEAN * 0.5, (MEAN**2 + STD**2) / 4] == pytest.approx(
        [float(predicted.mean), float(predicted.square)]
    )
    assert back is not None
    assert [0.75] == [float(square) for square in back]


@pytest.mark.parametrize("count", [1, 3])
def test_tokens(count: int) -> None:
    """The moments are those of the positions and of the vectors, by their shares."""
    samples, positions = 400, 4
    x = signal(samples, positions, 3000)
    own = operation([positions, 3000], {"type": "token", "count": count, "at": 1, "init": INIT}, threads=2)
    out = own.forward([x], keep=True)
    predicted = own.predict([entering()])

    assert predicted is not None
    assert measured(out) == pytest.approx([float(moment) for moment in predicted], rel=0.03)


def test_queries() -> None:
    """They have the moments that they are drawn with, and share their vectors over all samples."""
    own = operation([5], {"type": "queries", "count": 3, "dim": 60_000, "init": INIT})
    predicted = own.predict([entering()])
    out = own.forward([np.zeros((300, 5))], keep=True)

    assert predicted is not None
    assert measured(out) == pytest.approx([float(moment) for moment in predicted], rel=0.03)
    assert own.predict_back([entering()], np.asarray(1.0)) is None


def test_queries_in_a_model() -> None:
    """A layer is kept for the one after the queries, and what takes the queries has a gradient of its own."""
    spec = {
        "input": [6, 40],
        "layers": [
            {"name": "a", "type": "dense", "units": 40, "init": {"scheme": "normal", "std": 0.1}},
            {"name": "q", "type": "queries", "count": 3, "dim": 40, "init": {"scheme": "normal", "std": 2}},
            {"name": "b", "type": "dense", "units": 40, "init": {"scheme": "normal", "std": 0.1}},
            {
                "name": "c",
                "type": "dense",
                "units": 30,
                "from": "q",
                "init": {"scheme": "normal", "std": 0.1},
            },
        ],
    }
    rows = {row["layer"]: row for row in winitgen.probe(spec, samples=60)["runs"][0]["layers"]}

    # 40 inputs of std 0.1: each layer multiplies the std by sqrt(0.4).
    assert [0.4**0.5, 2.0, 0.4, 2 * 0.4**0.5] == pytest.approx(
        [rows[name]["out"]["std"] for name in "aqbc"], rel=0.15
    )
    assert rows["q"]["gain"]["forward"] is None
    assert 0.3**0.5 == pytest.approx(rows["q"]["gradient"]["std"], rel=0.15)


def test_a_fixed_factor_and_offset() -> None:
    """The moments of a linear function of the signal; the gradient is multiplied by the factor."""
    x = signal(6, 4, 60_000)
    own = operation([4, 60_000], {"type": "rescaling", "factor": -1.5, "offset": 2.0})
    out = own.forward([x], keep=True)
    predicted = own.predict([entering()])

    np.testing.assert_allclose(-1.5 * x + 2.0, out)
    assert predicted is not None
    assert measured(out) == pytest.approx([float(moment) for moment in predicted], rel=0.03)
    [back] = own.backward(np.ones_like(x))
    assert back is not None
    assert (back == -1.5).all()
    expected = own.predict_back([entering()], np.asarray(2.0))
    assert expected is not None
    assert 4.5 == pytest.approx(float(expected[0]))
