"""The batch sent through a network and the gradient sent back, each from a key stream of its own."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from winitgen.drawing import keystream
from winitgen.drawing.distributions.distribution import Precision
from winitgen.drawing.distributions.normal import Normal
from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.probing.fill import filled

KEY_ID = "probe/samples"
"""No parameter has this id: there is no such role. The purpose separates the input from the gradients."""


def gaussian(seed: int, purpose: str, shape: tuple[int, ...], dtype: Precision, workers: Workers) -> Array:
    """Return standard Gaussian values, which depend only on the seed and the purpose."""
    key = keystream.key(seed, KEY_ID, purpose)
    sampler = Normal(1.0).sampler(dtype, math.prod(shape))
    return filled(shape, dtype, partial(sampler, key), workers)


def tokens(seed: int, purpose: str, shape: tuple[int, ...], count: int) -> Array:
    """Return uniform token ids from 0 to ``count`` (exclusive), which depend on the seed and the purpose.

    A 32-bit word w becomes floor(w count / 2^32), for tables of up to 2^32 rows.
    """
    words = np.empty(math.prod(shape), "<u4")
    keystream.words(keystream.key(seed, KEY_ID, purpose), 0, words)
    ids = (words.astype(np.uint64) * np.uint64(count)) >> np.uint64(32)
    return ids.astype(np.int64).reshape(shape)
