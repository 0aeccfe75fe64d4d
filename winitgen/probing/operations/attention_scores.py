"""From the products of queries and keys to the shares of the values: bounds, masks, sinks, softmax."""

from __future__ import annotations

import math

import numpy as np

from winitgen.catalog.layers.attention import MultiHeadAttention
from winitgen.numeric.arrays import Array
from winitgen.probing.activations import softmax


class AttentionScores:
    """The scores of one attention, (samples, kv_heads, heads of each, queries, keys).

    A score is bounded by c tanh(score / c) (Gemma Team 2024). Where ``mask``, (windows, queries, keys), is
    false, a query does not see a key; sample i is window i % windows. ``sinks`` (heads,) are scores that
    add to the sum of the softmax alone, so that the shares of a query sum to less than 1.
    """

    def __init__(self, layer: MultiHeadAttention, mask: Array | None, sinks: Array | None) -> None:
        self.softcap = layer.softcap
        self.mask = mask
        self.sinks: Array | None = None
        if sinks is not None:
            self.sinks = sinks.reshape(layer.kv_heads or layer.heads, -1, 1, 1)

    def of(self, products: Array) -> Array:
        """Return the scores from the products of queries and keys, which may be overwritten."""
        if self.softcap is not None:
            products *= 1 / self.softcap
            np.tanh(products, out=products)
            products *= self.softcap
        return products

    def shares(self, scores: Array, run: slice) -> Array:
        """Return the shares of a run of samples: the softmax over the keys that each query sees, as a new array."""
        if self.mask is not None:
            seen = self.mask[np.arange(run.start, run.stop) % len(self.mask)]
            scores = np.where(seen[:, None, None], scores, scores.dtype.type(-math.inf))
        if self.sinks is None:
            return softmax(scores, -1)
        top = np.maximum(scores.max(-1, keepdims=True), self.sinks)
        shares: Array = np.exp(scores - top)
        shares /= shares.sum(-1, keepdims=True) + np.exp(self.sinks - top)
        return shares

    def back(self, scores: Array, gradient: Array) -> Array:
        """Return the gradient of the products from that of the ``scores``, which may be overwritten."""
        if self.softcap is not None:
            slope = scores / self.softcap
            slope *= slope
            gradient *= np.subtract(1, slope, out=slope)
        return gradient
