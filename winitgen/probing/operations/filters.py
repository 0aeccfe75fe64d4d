"""One kernel with its bias, over given windows: the signal, its gradient, and the theory of both."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.probing.operations.dense import summed
from winitgen.probing.operations.fields import gathered, scattered
from winitgen.probing.operations.kernel_gradients import windows_gradient
from winitgen.probing.operations.operation import Moments
from winitgen.probing.operations.windows import correlate, spread
from winitgen.probing.spans import Sizes, Slide
from winitgen.probing.weights import DrawnWeights


class Filters:
    """A kernel that sums over its windows, or, ``transposed``, spreads values over them.

    ``part`` is the layer's part that has the kernel. `set_windows` must be called first.
    """

    def __init__(
        self,
        weights: DrawnWeights,
        workers: Workers,
        groups: int,
        part: str = "",
        *,
        transposed: bool = False,
    ) -> None:
        self._kernel = weights.needed("kernel", part)
        self._bias = weights.array("bias", part)
        self._weights, self._part = weights, part
        self._drawn = weights.planned("kernel", part), weights.planned("bias", part)
        self._workers = workers
        self._groups = groups
        self._transposed = transposed
        self._spatial: Sizes = ()
        self._slide = Slide((), (), (), (), ())

    def set_windows(self, spatial: Sizes, slide: Slide) -> None:
        """Set the windows, and the spatial size of the image that they slide over."""
        self._spatial, self._slide = spatial, slide

    def forward(self, inputs: Array) -> Array:
        """Return the output from the input, both (samples, channels, *spatial)."""
        self._weights.reads(inputs, self._part)
        return (self._spread if self._transposed else self._gather)(inputs, self._bias)

    def backward(self, gradient: Array) -> Array:
        """Return the gradient of the input: the adjoint of `forward`, which is linear except for the bias."""
        if self._weights.learns:
            self._learn(gradient)
        return (self._gather if self._transposed else self._spread)(gradient, None)

    def predict(self, signal: Moments) -> Moments:
        """Return the moments at each pixel of the output.

        Each sums the channels of a group over the taps of its window that lie in the image; near the border
        there are fewer.
        """
        count = self._kernel.shape[0] // self._groups if self._transposed else self._kernel.shape[1]
        over = self._field(transposed=self._transposed)
        return summed(signal, count, *self._drawn, over=over, common=self._common())

    def predict_back(self, gradient: Array) -> Array:
        """Return the mean square of the input's gradient at each pixel, from that of the output's gradient."""
        count = self._kernel.shape[1] if self._transposed else self._kernel.shape[0] // self._groups
        return self._field(transposed=not self._transposed)(gradient * (count * self._drawn[0].square))

    def _learn(self, gradient: Array) -> None:
        """Leave the gradients of kernel and bias, from that of the output."""
        pair = self._weights.read(self._part), gradient
        images, values = pair[::-1] if self._transposed else pair
        kernel = windows_gradient(
            images, values, self._kernel.shape, self._slide, self._groups, self._workers
        )
        self._weights.learned("kernel", kernel, self._part)
        axes = tuple(axis for axis in range(gradient.ndim) if axis != 1)
        self._weights.learned("bias", gradient.sum(axes), self._part)

    def _gather(self, images: Array, bias: Array | None) -> Array:
        return correlate(images, self._kernel, self._slide, self._workers, bias, self._groups)

    def _spread(self, values: Array, bias: Array | None) -> Array:
        return spread(values, self._kernel, self._slide, self._spatial, self._workers, bias, self._groups)

    def _common(self) -> float:
        """Return how many taps two pixels of the output have in common, on average over all pairs.

        A tap that lies in the image for a share g of the pixels does so for a share g^2 of the pairs.
        """
        pairs = 1.0
        for size, step, gap, before, count, length in zip(*self._slide, self._spatial, strict=True):
            at = np.arange(count) * step + np.arange(size)[:, None] * gap - before
            hits = np.count_nonzero((at >= 0) & (at < length), axis=1)
            pairs *= float(np.square(hits / (length if self._transposed else count)).sum())
        return pairs

    def _field(self, *, transposed: bool) -> Callable[[Array], Array]:
        """Return the function that sums a field of moments as the kernel sums each channel."""
        summing = scattered if transposed else gathered
        return lambda field: summing(field, self._slide, self._spatial, self._workers)
