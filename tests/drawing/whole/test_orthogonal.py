"""Orthogonal kernels, checked with numpy.linalg, which drawing itself never uses."""

import time
from typing import Any

import numpy as np
import pytest

from tests.drawing.whole.conftest import Kernel
from winitgen.errors import SpecError


def singular_values(matrix: np.ndarray) -> np.ndarray:
    """Return the singular values of a kernel, flattened to (first axis, the rest)."""
    return np.linalg.svd(matrix.reshape(len(matrix), -1).astype(np.float64), compute_uv=False)


@pytest.mark.parametrize(
    ("layer", "flow"),
    [
        ({"type": "dense", "units": 30}, 50),
        ({"type": "dense", "units": 50}, 30),
        ({"type": "dense", "units": 1}, 7),
        ({"type": "conv2d", "filters": 12, "kernel_size": 3}, [8, 9, 9]),
        ({"type": "conv2d", "filters": 80, "kernel_size": [1, 3]}, [4, 9, 9]),
        ({"type": "embedding", "count": 40, "dim": 9}, {"tokens": 3}),
    ],
    ids=["wide", "tall", "one row", "wide conv", "tall conv", "embedding"],
)
@pytest.mark.parametrize("gain", [1, 1.5])
def test_every_singular_value_is_the_gain(
    kernel: Kernel, layer: dict[str, Any], flow: Any, gain: float
) -> None:
    """Saxe et al. 2013: an orthogonal map stretches every direction that it keeps by the same factor."""
    parameter, values = kernel({**layer, "init": {"scheme": "orthogonal", "gain": gain}}, flow)

    np.testing.assert_allclose(singular_values(values), gain, atol=1e-6)
    assert pytest.approx(np.sqrt(np.square(values, dtype=np.float64).mean()), rel=1e-6) == parameter.std


def test_gain_of_the_activation(kernel: Kernel) -> None:
    """`gain: auto` is the gain of the next activation."""
    layer = {
        "type": "dense",
        "units": 9,
        "activation": "relu",
        "init": {"scheme": "orthogonal", "gain": "auto"},
    }

    np.testing.assert_allclose(singular_values(kernel(layer, 20)[1]), 2**0.5, atol=1e-6)


@pytest.mark.parametrize(("kind", "gates"), [("rnn", 1), ("lstm", 4), ("gru", 3)])
def test_every_gate_by_itself(kernel: Kernel, kind: str, gates: int) -> None:
    """The recurrent matrix of each gate is orthogonal: a fused (4 H, H) one would have blocks of norm 1/2."""
    layer = {"type": kind, "units": 16}
    values = kernel(layer, [5, 7], role="recurrent_kernel")[1]

    assert (gates, 16, 16) == values.shape
    for gate in values:
        np.testing.assert_allclose(singular_values(gate), 1.0, atol=1e-6)


def test_gates_differ(kernel: Kernel) -> None:
    """No two gates have the same matrix."""
    values = kernel({"type": "lstm", "units": 8}, [5, 7], role="recurrent_kernel")[1]

    assert 4 == len({gate.tobytes() for gate in values})


def test_float64_is_drawn_in_float64(kernel: Kernel) -> None:
    """A float64 kernel is orthogonal to the last digits."""
    values = kernel({"type": "dense", "units": 20, "init": "orthogonal"}, 20, dtype="float64")[1]

    np.testing.assert_allclose(np.matmul(values.T, values), np.eye(20), atol=1e-14)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_narrow_formats_are_rounded_once(kernel: Kernel, dtype: str) -> None:
    """Frameworks cannot decompose in half precision; here it is the float32 values, rounded."""
    layer = {"type": "dense", "units": 20, "init": "orthogonal"}
    wide, narrow = kernel(layer, 30)[1], kernel(layer, 30, dtype=dtype)[1]

    np.testing.assert_array_equal(wide.astype(narrow.dtype), narrow)


def test_seed_and_id_decide(kernel: Kernel) -> None:
    """Another seed gives another matrix, the same one the same."""
    layer = {"type": "dense", "units": 6, "init": "orthogonal"}
    first, again, other = (kernel(layer, 6, seed=seed)[1] for seed in (0, 0, 1))

    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_million_elements(kernel: Kernel) -> None:
    """1024 x 1024 takes seconds, and is orthonormal to 1e-6 in float32."""
    start = time.process_time()
    values = kernel({"type": "dense", "units": 1024, "init": {"scheme": "orthogonal", "gain": 2}}, 1024)[1]
    seconds = time.process_time() - start
    wide = values.astype(np.float64)

    np.testing.assert_allclose(np.matmul(wide.T, wide), 4 * np.eye(1024), atol=4e-6)
    assert seconds < 5


@pytest.mark.parametrize(
    ("layer", "groups"),
    [
        ({"type": "conv1d", "filters": 12, "kernel_size": 5}, 1),
        ({"type": "conv2d", "filters": 8, "kernel_size": 3}, 1),
        ({"type": "conv2d", "filters": 16, "kernel_size": [3, 5], "groups": 4}, 4),
    ],
    ids=["sequence", "image", "groups"],
)
def test_delta_orthogonal_keeps_the_norm(kernel: Kernel, layer: dict[str, Any], groups: int) -> None:
    """Under circular padding the output has the input's norm (Xiao et al. 2018)."""
    rank = int(layer["type"][4])
    values = kernel({**layer, "init": "delta_orthogonal", "padding": "same"}, [8, *[11] * rank])[1]
    signal = np.cos(np.arange(8 * 11**rank) ** 2.0).reshape(8, *[11] * rank)
    out = np.zeros((len(values), *signal.shape[1:]))
    channels, filters = 8 // groups, len(values) // groups
    for tap in np.ndindex(values.shape[2:]):
        offsets = [size // 2 - position for size, position in zip(values.shape[2:], tap, strict=True)]
        moved = np.roll(signal, offsets, axis=tuple(range(1, rank + 1)))
        for group in range(groups):
            rows = slice(group * filters, (group + 1) * filters)
            inputs = moved[group * channels : (group + 1) * channels]
            out[rows] += np.tensordot(values[(rows, slice(None), *tap)].astype(np.float64), inputs, 1)

    assert np.count_nonzero(values) == values.shape[0] * values.shape[1]
    assert pytest.approx(np.linalg.norm(signal), rel=1e-6) == np.linalg.norm(out)


def test_delta_orthogonal_centre_of_an_even_kernel(kernel: Kernel) -> None:
    """The centre of 4 taps is the second, as in JAX."""
    layer = {"type": "conv1d", "filters": 3, "kernel_size": 4, "init": "delta_orthogonal"}

    assert [1] == np.unique(np.nonzero(kernel(layer, [3, 9])[1])[2]).tolist()


def test_delta_orthogonal_transposed(kernel: Kernel) -> None:
    """A transposed kernel (in, out, taps) may also widen: its rows are orthonormal."""
    layer = {
        "type": "conv1d_transpose",
        "filters": 7,
        "kernel_size": 3,
        "init": {"scheme": "delta_orthogonal", "gain": 3},
    }
    matrix = kernel(layer, [4, 9])[1][:, :, 1]

    np.testing.assert_allclose(9 * np.eye(4), np.matmul(matrix, matrix.T), atol=1e-5)


@pytest.mark.parametrize("quirks", ["none", "torch", "keras", "flax"])
@pytest.mark.parametrize("strides", [1, 4])
def test_delta_orthogonal_transposed_under_the_fans_of_a_framework(
    kernel: Kernel, quirks: str, strides: int
) -> None:
    """Whatever fans a framework sees, 4 inputs widen to 8, and are refused where they would become fewer."""
    layer = {"type": "conv1d_transpose", "kernel_size": 4, "strides": strides, "init": "delta_orthogonal"}
    values = kernel({**layer, "filters": 8, "quirks": quirks}, [4, 9])[1]
    for filters in (1, 2):
        with pytest.raises(SpecError) as caught:
            kernel({**layer, "filters": filters, "quirks": quirks}, [4, 9])

        assert f"at least as many outputs as inputs in each group, but they are {filters} and 4" in str(
            caught.value
        )
    np.testing.assert_allclose(np.eye(4), np.matmul(values[:, :, 1], values[:, :, 1].T), atol=1e-6)


@pytest.mark.parametrize("quirks", ["none", "torch", "keras"])
def test_delta_orthogonal_of_a_depthwise_kernel(kernel: Kernel, quirks: str) -> None:
    """The two filters of each channel have the norm 1 together, whatever fans a framework sees."""
    layer = {"type": "depthwise_conv2d", "depth_multiplier": 2, "kernel_size": 3, "quirks": quirks}
    values = kernel({**layer, "init": "delta_orthogonal"}, [5, 9, 9])[1]

    np.testing.assert_allclose(1, np.square(values).reshape(5, -1).sum(axis=1), atol=1e-6)
