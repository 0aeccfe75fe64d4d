"""From the products of queries and keys to the shares of the values: bounds, masks, sinks, softmax."""

from __future__ import annotations

import math

import numpy as np

from winitgen.catalog.layers.attention import MultiHeadAttention
from winitgen.numeric.arrays import Array
from winitgen.probing.activations import softmax


class AttentionScores:
    """The scores of one attention, (samples, kv_heads, heads of each, queries, keys).

    A score is bounded by c tanh(score / c) (Gemma Team 2024). Then ``bias``, (samples, heads, queries, keys), is
    added; each sample is ``windows`` samples of the scores. Where ``mask``, (windows, queries, keys), is
    false, a query does not see a key; sample i is window i % windows. ``sinks`` (heads,) are scores that
    add to the sum of the softmax alone, so that the shares of a query sum to less than 1.
    """

    def __init__(
        self,
        layer: MultiHeadAttention,
        mask: Array | None = None,
        sinks: Array | None = None,
        bias: Array | None = None,
        windows: int = 1,
    ) -> None:
        shared = layer.kv_heads or layer.heads
        self.softcap, self.mask, self.windows = layer.softcap, mask, windows
        self.sinks = None if sinks is None else sinks.reshape(shared, -1, 1, 1)
        self.alike = bias is None or bias.strides[0] == 0  # a view that all samples share
        self.bias: Array | None = None
        if bias is not None:
            self.bias = bias.reshape(len(bias), shared, -1, *bias.shape[2:])

    def of(self, products: Array, run: slice) -> Array:
        """Return the scores of a run of samples from the products of queries and keys, which may be overwritten."""
        if self.softcap is not None:
            products *= 1 / self.softcap
            np.tanh(products, out=products)
            products *= self.softcap
        if self.bias is not None:
            products += self._bias(self.bias, run)
        return products

    def shares(self, scores: Array, run: slice, *, again: bool) -> Array:
        """Return the shares of a run of samples: the softmax over the keys that each query sees.

        They take the place of the scores, unless these are needed ``again``.
        """
        if again:
            scores = scores.copy()
        if self.mask is not None:
            seen = self._mask(self.mask, run)
            if seen.shape[-1] < scores.shape[-1]:  # a learned key, which every query sees
                seen = np.pad(seen, ((0, 0), (0, 0), (0, 1)), constant_values=True)
            np.copyto(scores, scores.dtype.type(-math.inf), where=~seen[:, None, None])
        if self.sinks is None:
            return softmax(scores, -1, out=scores)
        top = np.maximum(scores.max(-1, keepdims=True), self.sinks)
        shares: Array = np.subtract(scores, top, out=scores)
        np.exp(shares, out=shares)
        shares /= shares.sum(-1, keepdims=True) + np.exp(self.sinks - top)
        return shares

    def seen(self, run: slice, queries: int, keys: int) -> Array:
        """Return how many keys each query of a run of samples sees: (samples or 1, queries)."""
        if self.mask is None:
            return np.full((1, queries), keys)
        learned = keys - self.mask.shape[-1]
        return np.asarray(self._mask(self.mask, run).sum(-1) + learned)

    def back(self, scores: Array, gradient: Array, run: slice) -> Array:
        """Return the gradient of the products from that of the ``scores``; both may be overwritten."""
        if self.softcap is None:
            return gradient
        if self.bias is not None:
            scores -= self._bias(self.bias, run)
        slope = scores / self.softcap
        slope *= slope
        gradient *= np.subtract(1, slope, out=slope)
        return gradient

    def _mask(self, mask: Array, run: slice) -> Array:
        """Return the mask of a run of samples, (samples or 1, queries, keys)."""
        return mask if len(mask) == 1 else mask[np.arange(run.start, run.stop) % len(mask)]

    def _bias(self, bias: Array, run: slice) -> Array:
        """Return the bias of a run of samples, or the one that they share."""
        return bias[:1] if self.alike else bias[np.arange(run.start, run.stop) // self.windows]
