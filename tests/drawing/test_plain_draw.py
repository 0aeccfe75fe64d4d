"""What is drawn without NumPy has the bits of what is drawn with it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from tests.compiled.test_same_bits import DISTRIBUTIONS
from tests.kernel_paths import drawn_by
from tests.needed import missing
from winitgen.compiled.kernels import kernels
from winitgen.drawing import draw, keystream, plain_draw, quantile
from winitgen.drawing.distributions.constant import Constant
from winitgen.drawing.distributions.distribution import Distribution
from winitgen.drawing.distributions.listed import Listed
from winitgen.drawing.shipped_lines import END, FIRST_NARROW, NEGATIVE, narrow_lines
from winitgen.files.output.blocks import little_endian
from winitgen.numeric.plain_values import PlainScratch, PlainValues
from winitgen.numeric.scratch import Workspace
from winitgen.numeric.statistics import Statistics

RANGES = ((0, 1), (3, 15), (1, 4099), (511, 1 << 17))


@pytest.fixture(autouse=True)
def _built() -> None:
    """Skip these tests where the kernels were not built: nothing is plain there."""
    with drawn_by("c"):
        if kernels() is None:
            missing("a C compiler at the time of the installation", "install one, then winitgen again")


def parameter(distribution: Distribution, dtype: str = "float32", **others: object) -> SimpleNamespace:
    """Return what drawing needs to know of a parameter of a million values."""
    about = {"key": keystream.key(5, "fc/kernel"), "shape": (1 << 20,), "size": 1 << 20, "zeroed": None}
    return SimpleNamespace(distribution=distribution, dtype=dtype, **about | others)


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
@pytest.mark.parametrize("name", [*DISTRIBUTIONS, "constant"])
def test_same_bits(name: str, dtype: str) -> None:
    """Each distribution and number format gives the same bytes as NumPy's calls, in blocks of any size."""
    planned = parameter((DISTRIBUTIONS | {"constant": Constant(0.1)})[name], dtype)
    with drawn_by("numpy"):
        expected = [bytes(little_endian(draw.draw(planned, *part, Workspace()))) for part in RANGES]

    with drawn_by("c"):
        scratch = PlainScratch()
        assert plain_draw.is_plain(planned)
        found = [bytes(little_endian(plain_draw.draw(planned, *part, scratch))) for part in RANGES]

    assert expected == found


def test_the_lines_are_those_of_numpy() -> None:
    """Every line that a rank of float32 reaches is the one of the table that NumPy makes; the others are zeros."""
    expected = np.array(quantile.line_pairs(1.0, "float64"))
    for side in (0, NEGATIVE):
        expected[side + 1 : side + FIRST_NARROW] = 0

    assert expected.tobytes() == narrow_lines().tobytes()
    assert expected[END].tolist() == expected[END - 1].tolist()


@pytest.mark.parametrize(
    "planned",
    [
        parameter(DISTRIBUTIONS["normal"], "float64"),
        parameter(DISTRIBUTIONS["normal"], "float8_e5m2"),
        parameter(DISTRIBUTIONS["normal"], zeroed=(0, 4)),
        parameter(Listed((1.0, 2.0))),
    ],
    ids=["float64", "float8", "zeroed", "another distribution"],
)
def test_not_plain(planned: SimpleNamespace) -> None:
    """NumPy draws what the kernels do not draw by themselves."""
    with drawn_by("c"):
        assert not plain_draw.is_plain(planned)


def test_nothing_is_plain_without_kernels() -> None:
    """Without the kernels NumPy draws everything."""
    with drawn_by("numpy"):
        assert not plain_draw.is_plain(parameter(DISTRIBUTIONS["normal"]))


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
@pytest.mark.parametrize("scale", [1.0, 2.0**-300], ids=["moderate", "tiny"])
def test_same_statistics(dtype: str, scale: float) -> None:
    """Statistics of plain values are those of the same values in an array."""
    planned, plain, of_array = parameter(DISTRIBUTIONS["normal"], dtype), *both(scale)
    with drawn_by("c"):
        values = plain_draw.draw(planned, 0, 1000, PlainScratch())
        plain.see(0, values, Workspace())
        of_array.see(0, values.array().copy(), Workspace())

    assert of_array.measured() == plain.measured()


def both(scale: float) -> tuple[Statistics, Statistics]:
    """Return two observers."""
    return Statistics(0.0, scale), Statistics(0.0, scale)


def test_statistics_beyond_a_sum() -> None:
    """Infinite values of both signs have no sum: they are summed as those of an array, too."""
    values = PlainValues("float32", memoryview(np.array([np.inf, -np.inf, 1.0], np.float32)))
    plain, of_array = both(1.0)
    with drawn_by("c"):
        plain.see(0, values, Workspace())
        of_array.see(0, values.array(), Workspace())

    assert str(of_array.measured()) == str(plain.measured())
