"""One kernel with its bias, over windows of known places: the signal, its gradient, and theory of both."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.probing.operations.columns import Sizes, Slide
from winitgen.probing.operations.dense import summed
from winitgen.probing.operations.fields import gathered, scattered
from winitgen.probing.operations.operation import Moments
from winitgen.probing.operations.windows import correlate, spread
from winitgen.probing.weights import DrawnWeights


class Filters:
    """A kernel that gathers what its windows see, or, ``transposed``, spreads values out over them.

    ``part`` is the layer's part that has the kernel. `stand` is called before all else.
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
        self._drawn = weights.planned("kernel", part), weights.planned("bias", part)
        self._workers = workers
        self._groups = groups
        self._transposed = transposed
        self._spatial: Sizes = ()
        self._slide = Slide((), (), (), (), ())

    def set_windows(self, spatial: Sizes, slide: Slide) -> None:
        """Tell the windows, and over which places they are: those of what is gathered from."""
        self._spatial, self._slide = spatial, slide

    def forward(self, inputs: Array) -> Array:
        """Return the output from the input, both (samples, channels, *places)."""
        return (self._spread if self._transposed else self._gather)(inputs, self._bias)

    def backward(self, gradient: Array) -> Array:
        """Return the gradient of the input: `forward` is linear but for the bias, and this its adjoint."""
        return (self._gather if self._transposed else self._spread)(gradient, None)

    def predict(self, signal: Moments) -> Moments:
        """Return the moments at each place of the output.

        It sums the channels of a group at those taps of its window that lie in the image: zeros outside
        let less in at the borders.
        """
        count = self._kernel.shape[0] // self._groups if self._transposed else self._kernel.shape[1]
        over = self._field(transposed=self._transposed)
        return summed(signal, count, *self._drawn, over=over, common=self._common())

    def predict_back(self, gradient: Array) -> Array:
        """Return the mean square at each place of the input's gradient from that of the output's."""
        count = self._kernel.shape[1] if self._transposed else self._kernel.shape[0] // self._groups
        return self._field(transposed=not self._transposed)(gradient * (count * self._drawn[0].square))

    def _gather(self, images: Array, bias: Array | None) -> Array:
        return correlate(images, self._kernel, self._slide, self._workers, bias, self._groups)

    def _spread(self, values: Array, bias: Array | None) -> Array:
        return spread(values, self._kernel, self._slide, self._spatial, self._workers, bias, self._groups)

    def _common(self) -> float:
        """Return how many taps two places of the output have in common, in the mean over all pairs.

        A tap that lies in the image at a share g of the places does so for g^2 of the pairs.
        """
        pairs = 1.0
        for size, step, gap, before, count, length in zip(*self._slide, self._spatial, strict=True):
            at = np.arange(count) * step + np.arange(size)[:, None] * gap - before
            hits = np.count_nonzero((at >= 0) & (at < length), axis=1)
            pairs *= float(np.square(hits / (length if self._transposed else count)).sum())
        return pairs

    def _field(self, *, transposed: bool) -> Callable[[Array], Array]:
        """Return the function that sums a map of numbers as the kernel sums each channel."""
        summing = scattered if transposed else gathered
        return lambda field: summing(field, self._slide, self._spatial, self._workers)
