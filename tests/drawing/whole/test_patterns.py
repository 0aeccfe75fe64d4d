"""Deterministic kernels, element by element."""

import itertools
from typing import Any

import numpy as np
import pytest

from tests.drawing.whole.conftest import Kernel
from winitgen.drawing.whole.bilinear import taps


@pytest.mark.parametrize(("units", "inputs"), [(3, 5), (5, 3), (4, 4)])
def test_identity(kernel: Kernel, units: int, inputs: int) -> None:
    """The gain is on the diagonal."""
    parameter, values = kernel(
        {"type": "dense", "units": units, "init": {"scheme": "identity", "gain": 0.5}}, inputs
    )

    np.testing.assert_array_equal(0.5 * np.eye(units, inputs, dtype=np.float32), values)
    assert pytest.approx((values.mean(), values.std())) == (parameter.mean, parameter.std)


def test_identity_of_every_gate(kernel: Kernel) -> None:
    """A recurrent kernel has one identity per gate (Le et al. 2015)."""
    layer = {"type": "gru", "units": 4, "init": "identity"}
    values = kernel(layer, [5, 4], role="recurrent_kernel")[1]

    np.testing.assert_array_equal(np.stack([np.eye(4, dtype=np.float32)] * 3), values)


@pytest.mark.parametrize(
    ("filters", "channels", "groups", "size"), [(6, 6, 1, 3), (4, 8, 2, 3), (9, 3, 3, 5), (6, 4, 2, 4)]
)
def test_dirac(kernel: Kernel, filters: int, channels: int, groups: int, size: int) -> None:
    """Output d of each group is its input d, at tap k // 2."""
    layer = {"type": "conv2d", "filters": filters, "kernel_size": size, "groups": groups, "init": "dirac"}
    parameter, values = kernel(layer, [channels, 9, 9])
    rows, columns = filters // groups, channels // groups
    ones = {
        (group * rows + d, d, size // 2, size // 2)
        for group, d in itertools.product(range(groups), range(min(rows, columns)))
    }

    assert ones == {tuple(int(i) for i in position) for position in np.argwhere(values)}
    assert {0.0, 1.0} == set(values.ravel().tolist())
    assert pytest.approx((values.mean(), values.std())) == (parameter.mean, parameter.std)


@pytest.mark.parametrize(
    ("size", "expected"),
    [(1, [1.0]), (2, [0.5, 0.5]), (3, [0.5, 1.0, 0.5]), (4, [0.25, 0.75, 0.75, 0.25])],
)
def test_taps(size: int, expected: list[float]) -> None:
    """The taps of Long et al. (2015), by hand."""
    assert expected == taps(size)


def test_bilinear_enlarges_a_ramp(kernel: Kernel) -> None:
    """A kernel of 4 with strides of 2 puts two values between neighbours, at 1/4 and 3/4 of the way."""
    layer = {"type": "conv1d_transpose", "filters": 2, "kernel_size": 4, "strides": 2, "init": "bilinear"}
    values = kernel(layer, [2, 6])[1]
    ramp = np.arange(6.0)
    out = np.zeros(14)
    for position, height in enumerate(ramp):
        out[2 * position : 2 * position + 4] += height * values[1, 1]

    np.testing.assert_allclose(out[3:11], np.arange(0.75, 4.5, 0.5))
    assert 0 == np.count_nonzero(values[0, 1])


def test_bilinear_by_groups(kernel: Kernel) -> None:
    """With a group per channel, each has the same tent of 3 x 4 taps."""
    layer: dict[str, Any] = {"type": "conv2d_transpose", "filters": 3, "kernel_size": [3, 4], "groups": 3}
    parameter, values = kernel({**layer, "init": "bilinear"}, [3, 6, 6])
    tent = np.outer([0.5, 1.0, 0.5], [0.25, 0.75, 0.75, 0.25]).astype(np.float32)

    np.testing.assert_array_equal(np.stack([tent[np.newaxis]] * 3), values)
    assert pytest.approx((values.mean(), values.std())) == (parameter.mean, parameter.std)


@pytest.mark.parametrize("base", ["he", "xavier_uniform"])
def test_icnr(kernel: Kernel, base: str) -> None:
    """The four outputs that a pixel shuffle by 2 puts next to each other have the same kernel."""
    layer = {
        "type": "conv2d",
        "filters": 32,
        "kernel_size": 3,
        "init": {"scheme": "icnr", "upscale": 2, "base": base},
    }
    parameter, values = kernel(layer, [6, 9, 9])
    grouped = values.reshape(8, 4, 6, 3, 3)
    fans = {"he": 2 / 54, "xavier_uniform": 2 / (54 + 72)}

    assert np.array_equal(grouped[:, :1].repeat(4, axis=1), grouped)
    assert 8 == len({kernel.tobytes() for kernel in grouped[:, 0]})
    assert pytest.approx(fans[base] ** 0.5) == parameter.std
    assert pytest.approx(parameter.std, rel=0.15) == values.std()
