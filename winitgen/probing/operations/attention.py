"""Attention: each position sums the values of all positions, weighted by its query and their keys."""

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
from winitgen.probing.operations.head_norm import head_norms

BLOCK = 1 << 20
"""Scores computed at once by each thread, unless one sample has more."""
SHOWN = 1 << 24
"""The largest number of scores in ``pre``, unless one sample has more."""


class MultiHeadAttentionOp(CompositeOp):
    """Scaled dot-product attention without a mask, head by head (Vaswani et al. 2017, section 3.2).

    Heads may share keys and values in groups (Ainslie et al. 2023): query head j uses kv head
    j // (heads / kv_heads). Scores are computed in blocks of samples, and again for the gradient: only
    queries, keys and values are kept. ``pre`` is the input of the softmax, (samples, kv_heads,
    heads / kv_heads, queries, keys), for as many samples as give `SHOWN` scores.

    Theory has no closed form here: the output depends on the correlation of the positions.
    """

    layers: ClassVar[tuple[type[Layer], ...]] = (MultiHeadAttention,)
    layer: MultiHeadAttention
    applies: ClassVar[bool] = True

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (samples, positions, features) from inputs in the order of `Layer.input_keys`."""
        self._project(inputs)
        attended = np.empty((*self.queries.shape[:2], self.layer.heads * self.width), self.queries.dtype)
        samples, positions = self.queries.shape[:2]
        scores = self.layer.heads * positions * self.keys.shape[1]
        self.runs = self.workers.runs(samples, max(1, BLOCK // scores))
        groups = self._heads(self.queries).shape[1:3]
        shown = max(1, min(samples, SHOWN // scores))
        pre = np.empty((shown, *groups, positions, self.keys.shape[1]), self.queries.dtype)

        def attend(run: slice) -> None:
            scores = self._scores(run)
            shown = pre[run]
            np.copyto(shown, scores[: len(shown)])
            self._heads(attended[run])[...] = softmax(scores, -1) @ self._heads(self.values[run])

        self.workers.each(attend, self.runs)
        self.pre = pre
        if not keep:
            del self.queries, self.keys, self.values, self.norms
        return self.dense("output", attended)

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient of each input, through queries, keys and values."""
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
        return self._project_back(*back)

    def _project(self, inputs: Sequence[Array]) -> None:
        """Compute queries, keys and values, each (samples, positions, heads * width), from their inputs."""
        signals = {key: array.astype(self.weights.dtype, copy=False) for key, array in self._named(inputs)}
        queries, keys, self.values = (
            self.dense(part, signals[key]) for part, key in self.layer.origins.items()
        )
        self.width = queries.shape[-1] // self.layer.heads
        self.norms = head_norms(self.layer, self.weights, self.workers)
        queries, self.keys = (
            norm.forward(array) for norm, array in zip(self.norms, (queries, keys), strict=True)
        )
        queries *= 1 / math.sqrt(self.width)
        self.queries = queries

    def _project_back(self, queries: Array, keys: Array, values: Array) -> list[Array | None]:
        """Return the gradient of each input from those of queries, keys and values."""
        queries, keys = (
            norm.backward(array) for norm, array in zip(self.norms, (queries, keys), strict=True)
        )
        gradients = {"query": queries, "key": keys, "value": values}
        found: list[Array | None] = []
        for key in self.layer.input_keys:
            parts = {part: gradients[part] for part, origin in self.layer.origins.items() if origin == key}
            found.append(self.dense_backs(parts) if parts else None)
        return found

    def _named(self, inputs: Sequence[Array]) -> list[tuple[str, Array]]:
        """Return each input with the option that names it."""
        return list(zip(self.layer.input_keys, inputs, strict=True))

    def _scores(self, run: slice) -> Array:
        """Return the input of the softmax, (samples, kv_heads, heads of each, queries, keys)."""
        return self._heads(self.queries[run]) @ self._heads(self.keys[run]).swapaxes(-1, -2)

    def _heads(self, array: Array) -> Array:
        """Return (samples, kv_heads, heads of each or 1, positions, width): a view."""
        shared = self.layer.kv_heads or self.layer.heads
        split = array.reshape(*array.shape[:2], shared, -1, self.width)
        return split.transpose(0, 2, 3, 1, 4)
