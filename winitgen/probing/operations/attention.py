"""Self-attention: each position sums the values of all positions, weighted by its query and their keys."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.attention import MultiHeadAttention
from winitgen.catalog.layers.layer import Layer
from winitgen.numeric.arrays import Array
from winitgen.probing.activations import softmax, softmax_back
from winitgen.probing.operations.composite import CompositeOp

BLOCK = 1 << 20
"""Scores computed at once by each thread, unless one sample has more."""
SHOWN = 1 << 24
"""The largest number of scores in ``pre``, unless one sample has more."""


class MultiHeadAttentionOp(CompositeOp):
    """Scaled dot-product attention without a mask, head by head (Vaswani et al. 2017, section 3.2).

    Heads may share keys and values in groups (Ainslie et al. 2023): query head j uses kv head
    j // (heads / kv_heads). Scores are computed in blocks of samples, and again for the gradient: only
    queries, keys and values are kept. ``pre`` is the input of the softmax, (samples, kv_heads,
    heads / kv_heads, positions, positions), for as many samples as give `SHOWN` scores.

    Theory has no closed form here: the output depends on the correlation of the positions.
    """

    layers: ClassVar[tuple[type[Layer], ...]] = (MultiHeadAttention,)
    layer: MultiHeadAttention
    applies: ClassVar[bool] = True

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (samples, positions, features) from an input of the same shape."""
        queries, self.keys, self.values = (self.dense(part, inputs[0]) for part in ("query", "key", "value"))
        self.width = queries.shape[-1] // self.layer.heads
        queries *= 1 / math.sqrt(self.width)
        self.queries = queries
        attended = np.empty_like(queries)
        samples, positions = queries.shape[:2]
        each = self.layer.heads * positions**2
        self.runs = self.workers.runs(samples, max(1, BLOCK // each))
        groups = self._heads(queries).shape[1:3]
        pre = np.empty((max(1, min(samples, SHOWN // each)), *groups, positions, positions), queries.dtype)

        def attend(run: slice) -> None:
            scores = self._scores(run)
            shown = pre[run]
            np.copyto(shown, scores[: len(shown)])
            self._heads(attended[run])[...] = softmax(scores, -1) @ self._heads(self.values[run])

        self.workers.each(attend, self.runs)
        self.pre = pre
        if not keep:
            del self.queries, self.keys, self.values
        return self.dense("output", attended)

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient of the input, through queries, keys and values."""
        attended = self.dense_back("output", gradient)
        back = [np.empty_like(array) for array in (self.queries, self.keys, self.values)]

        def attend_back(run: slice) -> None:
            queries, keys, values, given = (
                self._heads(array[run]) for array in (self.queries, self.keys, self.values, attended)
            )
            to_queries, to_keys, to_values = (self._heads(array[run]) for array in back)
            shares = softmax(self._scores(run), -1)
            np.sum(shares.swapaxes(-1, -2) @ given, 2, out=to_values, keepdims=True)
            scores = softmax_back(shares, given @ values.swapaxes(-1, -2), -1)
            np.sum(scores.swapaxes(-1, -2) @ queries, 2, out=to_keys, keepdims=True)
            to_queries[...] = scores @ keys

        self.workers.each(attend_back, self.runs)
        back[0] *= 1 / math.sqrt(self.width)
        return [self.dense_backs(dict(zip(("query", "key", "value"), back, strict=True)))]

    def _scores(self, run: slice) -> Array:
        """Return the input of the softmax, (samples, kv_heads, heads of each, positions, positions)."""
        return self._heads(self.queries[run]) @ self._heads(self.keys[run]).swapaxes(-1, -2)

    def _heads(self, array: Array) -> Array:
        """Return (samples, kv_heads, heads of each or 1, positions, width): a view."""
        shared = self.layer.kv_heads or self.layer.heads
        split = array.reshape(*array.shape[:2], shared, -1, self.width)
        return split.transpose(0, 2, 3, 1, 4)
