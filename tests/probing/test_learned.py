"""Theory of learned tensors in the flow: against the moments of signals that are drawn as it assumes."""

from typing import Any

import numpy as np
import pytest

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
