"""What a probe does in C is what it does in NumPy: columns and slopes bit by bit, norms and sums up to rounding."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.kernel_paths import drawn_by
from winitgen.catalog.activations import Applied
from winitgen.catalog.layers.norm import BatchNorm
from winitgen.compiled.kernels import kernels
from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.probing.activate import Activated, SentBack, activate, back
from winitgen.probing.operations.channel_norms import BatchNormOp
from winitgen.probing.operations.columns import columns
from winitgen.probing.signal_stats import SignalStats
from winitgen.probing.spans import Block, Slide
from winitgen.probing.weights import DrawnWeights

SLIDES = {
    "same": Slide((3, 3), (1, 1), (1, 1), (1, 1), (6, 7)),
    "valid": Slide((3, 2), (1, 1), (1, 1), (0, 0), (4, 6)),
    "strides": Slide((3, 3), (2, 3), (1, 1), (1, 1), (3, 3)),
    "one tap with strides": Slide((1, 1), (2, 2), (1, 1), (0, 0), (3, 4)),
    "dilation": Slide((3, 2), (1, 1), (2, 3), (2, 1), (6, 6)),
    "beyond the image": Slide((2, 2), (1, 1), (9, 9), (9, 9), (7, 8)),
    "inside the image": Slide((2, 2), (1, 1), (1, 1), (-1, -2), (4, 4)),
}
"""Windows over images of 6 rows and 7 columns."""


def normals(*shape: int) -> Array:
    """Return normals about 0.3 in float32."""
    return np.random.default_rng(len(shape)).normal(0.3, 1.7, shape).astype(np.float32)


@pytest.mark.parametrize("name", SLIDES)
def test_columns(name: str) -> None:
    """Columns of every run of samples, groups and positions."""
    slide = SLIDES[name]
    images = normals(3, 4, 6, 7)
    positions = [(slice(0, count), slice(1, count)) for count in slide.counts]
    for down, across, samples, groups in product(
        *positions, (slice(0, 3), slice(1, 2)), (slice(0, 2), slice(1, 2))
    ):
        block = Block(samples, groups, (down, across))
        with drawn_by("numpy"):
            expected = columns(images, 2, slide, block).copy()
        with drawn_by("c"):
            assert columns(images, 2, slide, block).tolist() == expected.tolist()


def test_columns_of_a_line() -> None:
    """Columns of images with one spatial axis."""
    images, slide = normals(2, 3, 9), Slide((3,), (2,), (1,), (1,), (5,))
    block = Block(slice(0, 2), slice(0, 1), (slice(0, 5),))
    with drawn_by("numpy"):
        expected = columns(images, 3, slide, block).copy()
    with drawn_by("c"):
        assert columns(images, 3, slide, block).tolist() == expected.tolist()


def passes(applied: Applied, pre: Array, sent: Array) -> tuple[Activated, SentBack]:
    """Return an activation forward and back."""
    with Workers() as workers:
        activated = activate(applied, pre.copy(), workers, axis=1, keep=True)
        return activated, back(applied, activated, sent, workers, axis=1)


def alike(one: SignalStats | None, other: SignalStats | None) -> bool:
    """Tell whether statistics are equal up to the rounding of sums in float64."""
    if one is None or other is None:
        return one is other
    return one.histogram == other.histogram and np.allclose(one[:3], other[:3], rtol=1e-13, atol=0)


@pytest.mark.parametrize("name", ["relu", "relu6"])
@pytest.mark.parametrize("odd", [1.0, 0.0, -0.0, np.inf, -np.inf, np.nan])
def test_activations_with_slopes_of_0_and_1(name: str, odd: float) -> None:
    """Output, slopes and gradient of an activation, with its statistics and shares, for numbers of all kinds."""
    applied = Applied(name, None)
    pre, sent = normals(3, 7, 1000), normals(7, 3, 1000).reshape(3, 7, 1000)
    pre[1, 2, 3] = odd
    sent[2, 0, :5] = odd
    with drawn_by("numpy"):
        expected, expected_back = passes(applied, pre, sent)
    with drawn_by("c"):
        found, found_back = passes(applied, pre, sent)

    np.testing.assert_array_equal(found.out, expected.out)
    np.testing.assert_array_equal(found.slope, expected.slope)
    np.testing.assert_array_equal(found_back.values, expected_back.values)
    assert (found.saturated, found.extreme) == (expected.saturated, expected.extreme)
    assert alike(found.pre, expected.pre)
    assert alike(found.stats, expected.stats)
    assert alike(found_back.stats, expected_back.stats)


def normed(x: Array, sent: Array, *, affine: bool) -> list[Any]:
    """Return a batch norm forward and back, with its statistics."""
    with Workers() as workers:
        norm = BatchNormOp(
            BatchNorm(name="norm", affine=affine), DrawnWeights((), "float32", workers), workers
        )
        if affine:
            vectors = {"gamma": normals(x.shape[1]), "beta": -normals(x.shape[1])}
            norm.weights.array = lambda role, part="": vectors[role]  # type: ignore[method-assign]
        out = norm.forward([x], keep=True)
        return [out, norm.mean, norm.scale, *norm.backward(sent)]


@pytest.mark.parametrize("affine", [False, True])
@pytest.mark.parametrize("positions", [(5, 7), (1, 16), (3, 171)])
def test_batch_norms(affine: bool, positions: tuple[int, int]) -> None:
    """A batch norm and its gradient, for rows of any length and for a constant channel far from 0."""
    x, sent = normals(3, 4, *positions) + np.float32(5), normals(4, 3, *positions).reshape(3, 4, *positions)
    x[:, 2] = 1000.1
    with drawn_by("numpy"):
        expected = normed(x, sent, affine=affine)
    with drawn_by("c"):
        found = normed(x, sent, affine=affine)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(np.delete(one, 2, 1), np.delete(other, 2, 1), rtol=2e-5, atol=2e-6)
    assert np.ptp(found[0][:, 2]) == 0


def test_what_is_not_finite_stays_so() -> None:
    """A channel with an infinite value, or with NaN, is NaN; the others are what they were."""
    x = normals(2, 3, 4, 8)
    x[0, 0, 0, 0], x[1, 2, 3, 4] = np.inf, np.nan
    with drawn_by("c"):
        out, _, _, back_sent = normed(x, normals(2, 3, 4, 8), affine=False)
    assert np.isfinite(out).all((0, 2, 3)).tolist() == [False, True, False]
    assert np.isfinite(back_sent).all((0, 2, 3)).tolist() == [False, True, False]


@pytest.mark.parametrize(
    "call",
    [
        lambda c, a: c.batch_norm32(a, a.copy(), a[:2], a[:2].copy(), None, None, 1e-5, 3, 0, 3),
        lambda c, a: c.batch_norm32(a, a.copy(), a[:2], a[:2].copy(), None, None, 1e-5, 5, 0, 2),
        lambda c, a: c.batch_norm32(a, a.copy(), a[:2], a[:3].copy(), None, None, 1e-5, 3, 0, 2),
        lambda c, a: c.batch_norm_back32(a, a, a[:6].copy(), a[:2], a[:2], None, 3, 0, 2),
        lambda c, a: c.columns32(a, a.copy(), np.zeros(3, np.int64)),
        lambda c, a: c.columns32(a, a.copy(), np.array([1, 3, 4, 0, 2, 0, 1, *(1, 1, 1, 0, 0, 1) * 2])),
        lambda c, a: c.columns32(a, a.copy(), np.array([1, 3, 4, 0, 1, 0, 1, *(1, 1, 1, 0, 0, 1) * 2])),
        lambda c, a: c.columns32(a, a.copy(), np.array([1, 3, 4, 0, 1, 0, 1, *(1, 0, 1, 0, 0, 1) * 2])),
        lambda c, a: c.relu32(a.copy(), np.zeros(5, bool), 0.0, 0.0),
        lambda c, a: c.masked32(a, np.zeros(12, bool), a[:5].copy(), 0.0),
    ],
)
def test_what_does_not_fit_is_refused(call: Any) -> None:
    """Buffers of other sizes, and channels and windows that there are none of, raise before anything is read."""
    with drawn_by("c"):
        compiled = kernels()
        with pytest.raises(ValueError, match=r"a buffer has|there are no such"):
            call(compiled, np.ones(12, np.float32))
