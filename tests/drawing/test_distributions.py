import math
import subprocess
import sys

import mpmath
import numpy as np
import pytest

from tests.portable import reference
from tests.portable.distributions import DISTRIBUTIONS, KEY, between, cut, draw
from winitgen.drawing.distributions.constant_gates import ConstantGates
from winitgen.drawing.distributions.interval_normal import IntervalNormal
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.distributions.truncated_normal import TruncatedNormal
from winitgen.numeric.scratch import Workspace

ELEMENTS = (0, 1, 2, 3, 77, 1000, 123_457, 2**33 + 5)


def exact(distribution, dtype: str, element: int) -> float:  # noqa: ANN001
    """Return the ideal value of an element of a normal: the quantile of its rank, no lines, no rounding."""
    share = reference.rank(KEY, dtype, element) / 2**32 % 1.0  # counted from the top
    if isinstance(distribution, Normal):
        distribution = between(-math.inf, math.inf, *distribution)
    elif isinstance(distribution, TruncatedNormal):
        distribution = between(-distribution.bound, distribution.bound, distribution.std, distribution.mean)
    std, low, high, _lower, _upper, mean = distribution
    with mpmath.workdps(50):
        top, bottom = (1 - mpmath.ncdf(x) for x in (high, low))
        tail = top + (bottom - top) * mpmath.mpf(share)
        return float(mean + std * mpmath.sqrt(2) * mpmath.erfinv(1 - 2 * tail))


def cases(*kinds: type) -> list[object]:
    """Return the distributions of the given kinds, or all, by name."""
    return [
        pytest.param(distribution, id=name)
        for name, distribution in DISTRIBUTIONS.items()
        if not kinds or isinstance(distribution, kinds)
    ]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("distribution", cases())
def test_elements_equal_those_of_a_slow_reference(distribution, dtype: str) -> None:  # noqa: ANN001
    """Single elements recomputed without NumPy, the table or counter mode have the same bits."""
    expected = [reference.value(distribution, dtype, KEY, element) for element in ELEMENTS]

    assert expected == [draw(distribution, dtype, element, 1).item() for element in ELEMENTS]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("distribution", cases(Normal, TruncatedNormal, IntervalNormal))
def test_elements_are_quantiles(distribution, dtype: str) -> None:  # noqa: ANN001
    """Single elements lie within 1e-5 standard deviations of the exact quantiles of their ranks."""
    expected = [exact(distribution, dtype, element) for element in ELEMENTS]
    found = [draw(distribution, dtype, element, 1).item() for element in ELEMENTS]

    assert expected == pytest.approx(found, rel=0, abs=1e-5 * distribution.std)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("distribution", cases())
def test_any_block_is_a_slice_of_the_whole(distribution, dtype: str) -> None:  # noqa: ANN001
    """Block size, start and the parameter's number of elements do not change a bit."""
    whole = draw(distribution, dtype, 0, 70_000)
    sampler, workspace = distribution.sampler(dtype, 1000), Workspace()
    blocks = [
        sampler(KEY, start, min(4999, 70_000 - start), workspace).copy() for start in range(0, 70_000, 4999)
    ]

    assert whole.tobytes() == np.concatenate(blocks).tobytes()
    assert whole[33_333:].tobytes() == draw(distribution, dtype, 33_333, 36_667, 1).tobytes()


@pytest.mark.parametrize("distribution", cases())
def test_results_are_flat_and_native(distribution) -> None:  # noqa: ANN001
    """A sampler returns a flat native array of the drawing precision, empty for no elements."""
    for dtype in ("float32", "float64"):
        for count in (0, 3):
            values = draw(distribution, dtype, 5, count)

            assert ((count,), np.dtype(dtype)) == (values.shape, values.dtype)


def test_symmetric_interval_agrees_with_the_cut() -> None:
    """A general interval with symmetric bounds gives the values of the symmetric truncation, up to rounding."""
    expected = draw(cut(2.0), "float64", 0, 100_000)

    assert np.abs(expected - draw(between(-2.0, 2.0), "float64", 0, 100_000)).max() < 1e-12


def test_importing_distributions_is_cheap() -> None:
    """Distributions can be made and compared without NumPy or the cipher."""
    code = (
        "import sys; from winitgen.drawing.distributions.normal import Normal; "
        "from winitgen.drawing.whole.orthogonal import Orthogonal; Normal(1.0) == Orthogonal(1, 2, 3, 1.0); "
        "sys.exit('numpy' in sys.modules or 'cryptography' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(("start", "count"), [(0, 12), (2, 1), (2, 2), (5, 7), (11, 1), (4, 0)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_constant_gates(dtype: str, start: int, count: int) -> None:
    """Each gate stacked along the first axis has its value, in any block."""
    expected = [0.1] * 3 + [1.0] * 3 + [-2.5] * 3 + [0.0] * 3

    assert np.array(expected, dtype)[start : start + count].tolist() == (
        draw(ConstantGates((0.1, 1.0, -2.5, 0.0)), dtype, start, count, 12).tolist()
    )
