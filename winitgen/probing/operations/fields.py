"""Moments at each pixel of an image, summed as a convolution sums its channels."""

from __future__ import annotations

import numpy as np

from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.probing.operations.windows import correlate, spread
from winitgen.probing.spans import Sizes, Slide


def gathered(field: Array, slide: Slide, spatial: Sizes, workers: Workers) -> Array:
    """Return the sum over those taps of each window that lie in the image.

    ``field`` has the spatial axes, or none: one number for all pixels.
    """
    image = np.broadcast_to(field, (1, 1, *spatial))
    return correlate(image, _ones(slide), slide, workers).reshape(slide.counts)


def scattered(field: Array, slide: Slide, spatial: Sizes, workers: Workers) -> Array:
    """Return at each pixel the sum over the windows that cover it: the adjoint of `gathered`.

    ``field`` has the axes of the windows' positions, or none.
    """
    values = np.broadcast_to(field, (1, 1, *slide.counts))
    return spread(values, _ones(slide), slide, spatial, workers).reshape(spatial)


def _ones(slide: Slide) -> Array:
    """Return a kernel of ones, from one channel to one filter."""
    return np.ones((1, 1, *slide.size))
