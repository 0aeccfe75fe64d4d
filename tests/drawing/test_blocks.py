"""Tensors whose blocks have schemes of their own."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.drawing import draw, keystream
from winitgen.numeric.scratch import Workspace

NORMAL = {"scheme": "normal", "std": 0.5}
UNIFORM = {"scheme": "uniform", "low": 2, "high": 3}


def generated(shape: Sequence[int], sizes: list[int], init: list[Any], **options: Any) -> np.ndarray:
    """Generate one tensor of blocks."""
    dtype = options.pop("dtype", "float32")
    scheme = {"scheme": "blocks", "sizes": sizes, "init": init, **options}
    layer = {"name": "p", "type": "param", "shape": list(shape), "dtype": dtype, "init": scheme}
    return winitgen.generate({"layers": [layer]})["p"]


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_blocks_lie_along_the_axis(axis: int) -> None:
    """Each block has the values of its own scheme: counted in its own C order, over the ends of blocks."""
    shape = [67, 71, 83]
    sizes = [20, 7, shape[axis] - 27]
    found = generated(
        shape, sizes, ["arange", "ones", {"scheme": "arange", "start": -5}], axis=axis, dtype="int32"
    )
    first, second, third = np.split(found, np.cumsum(sizes)[:-1], axis)

    np.testing.assert_array_equal(np.arange(first.size).reshape(first.shape), first)
    np.testing.assert_array_equal(np.ones(second.shape), second)
    np.testing.assert_array_equal(np.arange(third.size).reshape(third.shape) - 5, third)


@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16"])
@pytest.mark.parametrize(
    "init", [NORMAL, UNIFORM, "orthogonal", {"scheme": "sparse", "nonzeros": 2, "direction": "incoming"}]
)
def test_a_block_has_a_key_stream_of_its_own(init: Any, dtype: str) -> None:
    """A block has the values of a tensor of its shape whose key has the block's number as purpose."""
    found = generated([9, 6], [4, 5], ["ones", init], dtype=dtype)
    layer = {"name": "p", "type": "param", "shape": [5, 6], "dtype": dtype, "init": init}
    (alone,) = winitgen.plan({"layers": [layer]}).parameters
    distribution = alone.distribution
    if hasattr(distribution, "purpose"):
        distribution = distribution.with_key(keystream.key(0, "p", f"block 1 {distribution.purpose}"))
    alone = alone._replace(distribution=distribution, key=keystream.key(0, "p", "block 1"))

    np.testing.assert_array_equal(draw.whole(alone), found[4:])


@pytest.mark.parametrize("axis", [0, 1])
def test_blocks_do_not_depend_on_each_other(axis: int) -> None:
    """Another scheme or size of one block changes no value of another, and equal ones have different values."""
    one = generated([40, 40], [10, 30], [NORMAL, NORMAL], axis=axis)
    other = generated([40, 40], [10, 30], [UNIFORM, NORMAL], axis=axis)
    first, second = np.split(one, [10], axis)

    np.testing.assert_array_equal(second, np.split(other, [10], axis)[1])
    assert not np.intersect1d(first, second).size


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("run", [1, 7, 64, 1000])
def test_any_range(axis: int, run: int) -> None:
    """Any range of elements has the values of the whole."""
    scheme = {"scheme": "blocks", "axis": axis, "sizes": [2, 1, 4], "init": [NORMAL, "zeros", "orthogonal"]}
    layer = {"name": "p", "type": "param", "shape": [7, 7, 7], "init": scheme}
    (parameter,) = winitgen.plan({"layers": [layer]}).parameters
    runs = [
        draw.draw(parameter, start, min(run, 343 - start), Workspace()).copy() for start in range(0, 343, run)
    ]

    np.testing.assert_array_equal(draw.whole(parameter).reshape(-1), np.concatenate(runs))


def test_the_bias_of_an_lstm() -> None:
    """The gates of an LSTM are blocks of its bias."""
    spec = {
        "input": [5, 3],
        "layers": [
            {
                "name": "r",
                "type": "lstm",
                "units": 2,
                "bias_init": {"scheme": "blocks", "sizes": [1, 1, 2], "init": ["zeros", "ones", UNIFORM]},
            }
        ],
    }
    bias = next(array for name, array in winitgen.generate(spec).items() if "bias" in name and array.any())

    assert [0, 0, 1, 1] == bias[:4].tolist()
    assert ((2 <= bias[4:]) & (bias[4:] < 3)).all()


def test_fans_are_those_of_the_whole_tensor() -> None:
    """A block of a kernel is drawn by the fans of the kernel."""
    init = {"scheme": "blocks", "sizes": [100, 900], "init": ["he", "xavier"]}
    layer = {"name": "d", "type": "dense", "inputs": 600, "units": 1000, "init": init, "use_bias": False}
    (parameter,) = winitgen.plan({"layers": [layer]}).parameters
    kernel = draw.whole(parameter)

    assert (2 / 600) ** 0.5 == pytest.approx(kernel[:100].std(), rel=0.02)
    assert (2 / 1600) ** 0.5 == pytest.approx(kernel[100:].std(), rel=0.02)
    assert kernel.std() == pytest.approx(parameter.std, rel=0.01)
