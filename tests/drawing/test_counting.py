"""Values that follow from the positions of the elements: ranges, and Swin's indices."""

import itertools

import numpy as np
import pytest

import winitgen


def generated(shape: list[int], dtype: str, init: object) -> np.ndarray:
    """Generate one buffer."""
    layer = {"name": "p", "type": "param", "shape": shape, "dtype": dtype, "init": init}
    return winitgen.generate({"layers": [layer]})["p"]


@pytest.mark.parametrize("dtype", ["int64", "int32", "float32", "float64"])
def test_arange_counts_in_c_order(dtype: str) -> None:
    """Elements count on from one row to the next, and over the ends of blocks of 131,072."""
    values = generated([3, 70_001], dtype, "arange")

    assert dtype == values.dtype.name
    np.testing.assert_array_equal(np.arange(210_003).reshape(3, 70_001), values)


def test_arange_with_a_step() -> None:
    """Each element is the start and its number times the step, as in `numpy.arange`."""
    values = generated([5], "int8", {"scheme": "arange", "start": 10, "step": -4})

    assert [10, 6, 2, -2, -6] == values.tolist()


def expected(window: tuple[int, ...]) -> np.ndarray:
    """Number the distances between places: sorted lexicographically, they are the rows of the table."""
    places = list(itertools.product(*map(range, window)))
    distances = sorted(set(itertools.product(*(range(1 - size, size) for size in window))))
    row = {distance: number for number, distance in enumerate(distances)}
    return np.array(
        [[row[tuple(i - j for i, j in zip(one, other, strict=True))] for other in places] for one in places]
    )


@pytest.mark.parametrize("window", [(7, 7), (4, 9), (5,), (2, 3, 4), (1, 1)])
@pytest.mark.parametrize("flat", [False, True])
def test_relative_position_index(window: tuple[int, ...], flat: bool) -> None:
    """The distances i - j, in the order of their digits, are the rows of the table of biases (Liu et al. 2021)."""
    wanted = expected(window)
    shape = [wanted.size] if flat else list(wanted.shape)
    values = generated(shape, "int64", {"scheme": "relative_position_index", "window": list(window)})

    np.testing.assert_array_equal(wanted.reshape(shape), values)


def test_booleans() -> None:
    """A mask is NumPy's bool."""
    assert [np.bool_(True)] * 3 == list(generated([3], "bool", "ones"))
