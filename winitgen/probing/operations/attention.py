"""Attention: each position sums the values of all positions, weighted by its query and their keys."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from winitgen.catalog.layers.attention import MultiHeadAttention
from winitgen.catalog.layers.layer import Layer
from winitgen.numeric.arrays import Array
from winitgen.planning.plan import PlannedLayer
from winitgen.probing.activations import softmax_back
from winitgen.probing.operations.attention_entropy import EntropySums, entropy_sums, mean_entropy
from winitgen.probing.operations.attention_masks import MapWindows, sequence_mask
from winitgen.probing.operations.attention_scores import AttentionScores
from winitgen.probing.operations.composite import CompositeOp
from winitgen.probing.operations.head_norm import head_norms
from winitgen.probing.operations.held import Batched, Held, inner_values, positions_of
from winitgen.probing.operations.rotary import turned

BLOCK = 1 << 20
"""Scores computed at once by each thread, unless one sample has more."""
FORWARD, BACKWARD = 1, 3
"""Arrays of the scores of a block that exist at once during either pass."""

SHOWN = 1 << 24
"""The largest number of scores in ``pre``, unless one sample has more."""


class MultiHeadAttentionOp(CompositeOp):
    """Scaled dot-product attention, head by head (Vaswani et al. 2017, section 3.2).

    Heads may share keys and values in groups (Ainslie et al. 2023): query head j uses kv head
    j // (heads / kv_heads). Scores are computed in blocks of samples, and again for the gradient: only
    queries, keys and values are kept. ``pre`` is the input of the softmax before a mask, (samples, kv_heads,
    heads / kv_heads, queries, keys), for as many samples as give `SHOWN` scores. Each window of a map is a
    sample of its own.

    Theory has no closed form here: the output depends on the correlation of the positions.
    """

    layers: ClassVar[tuple[type[Layer], ...]] = (MultiHeadAttention,)
    layer: MultiHeadAttention
    applies: ClassVar[bool] = True

    @classmethod
    def held(cls, planned: PlannedLayer, batched: Batched) -> Held:
        """Return queries, keys and values, the scores that are shown, and those that each thread works with."""
        layer = planned.layer
        assert isinstance(layer, MultiHeadAttention)
        whole = dict(zip(layer.input_keys, planned.entering, strict=True))
        queries, keys = (positions_of(whole[layer.origins[part]]) for part in ("query", "key"))
        window = math.prod(layer.window) if isinstance(layer.window, tuple) else queries
        samples, keys = batched.samples * queries // window, keys if window == queries else window
        scores = layer.heads * window * keys
        shown = scores * max(1, min(samples, SHOWN // scores))
        block = scores * min(samples, batched.threads * max(1, BLOCK // scores))
        kept = batched.samples * inner_values(planned)
        return Held(kept, shown + FORWARD * block, BACKWARD * block)

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (samples, positions, features), or a map, from inputs in the order of `Layer.input_keys`."""
        self._project(inputs)
        samples, positions = self.queries.shape[:2]
        attended = np.empty((samples, positions, self._each * self.values.shape[-1]), self.queries.dtype)
        scores = self.layer.heads * positions * self.keys.shape[1]
        self.runs = self.workers.runs(samples, max(1, BLOCK // scores))
        groups = self.layer.heads // self._each, self._each
        shown = max(1, min(samples, SHOWN // scores))
        pre = np.empty((shown, *groups, positions, self.keys.shape[1]), self.queries.dtype)

        def attend(run: slice) -> EntropySums:
            scores = self._scores(run)
            shown = pre[run]
            np.copyto(shown, scores[: len(shown)])
            shares = self.scores.shares(scores, run, again=False)
            self._heads(attended[run], self._each)[...] = shares @ self._heads(self.values[run], 1)
            return entropy_sums(shares, self.scores.seen(run, *shares.shape[-2:]))

        self.entropy = mean_entropy(self.workers.each(attend, self.runs))
        self.pre = pre
        if not keep:
            del self.queries, self.keys, self.values, self.norms
        out = self.dense("output", attended)
        return out if self.windows is None else self.windows.joined(out)

    def measured(self) -> None:
        """Release the scores, which are computed again for the gradient."""
        self.pre = None

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient of each input, through queries, keys and values."""
        given_back = gradient if self.windows is None else self.windows.split(gradient)
        attended = self.dense_back("output", given_back)
        back = [np.empty_like(array, gradient.dtype) for array in (self.queries, self.keys, self.values)]
        to_bias = self._room_for_bias(gradient.dtype)

        def attend_back(run: slice) -> None:
            queries, given, to_queries = (
                self._heads(array[run], self._each) for array in (self.queries, attended, back[0])
            )
            keys, values, to_keys, to_values = (
                self._heads(array[run], 1) for array in (self.keys, self.values, *back[1:])
            )
            scores = self._scores(run)
            shares = self.scores.shares(scores, run, again=self.scores.softcap is not None)
            np.sum(shares.swapaxes(-1, -2) @ given, 2, out=to_values, keepdims=True)
            to_scores = softmax_back(shares, given @ values.swapaxes(-1, -2), -1)
            if to_bias is not None:
                to_bias[run] = to_scores
            to_products = self.scores.back(scores, to_scores, run)
            np.sum(to_products.swapaxes(-1, -2) @ queries, 2, out=to_keys, keepdims=True)
            to_queries[...] = to_products @ keys

        self.workers.each(attend_back, self.runs)
        found = self._project_back(*back)
        if to_bias is not None:
            found[self.layer.input_keys.index("position_bias")] = self._over_windows(to_bias)
        return found

    def _project(self, inputs: Sequence[Array]) -> None:
        """Compute queries, keys and values, each (samples, positions, heads * width), from their inputs."""
        signals = self._signals(inputs)
        queries, keys, self.values = (
            self.dense(part, signals[key]) for part, key in self.layer.origins.items()
        )
        self.width = queries.shape[-1] // self.layer.heads
        self.norms = head_norms(self.layer, self.weights, self.workers)
        queries, self.keys = (
            turned(norm.forward(array), self.width, self.layer.rotary)
            for norm, array in zip(self.norms, (queries, keys), strict=True)
        )
        queries *= self._factor
        self.queries = queries
        self.keys, self.values = (
            self._with_learned(part, array)
            for part, array in (("bias_k", self.keys), ("bias_v", self.values))
        )
        mask = sequence_mask(self.layer, queries.shape[1]) if self.windows is None else self.windows.mask()
        sinks = self.weights.array("", self.layer.named("sinks"))
        windows = 1 if self.windows is None else math.prod(self.windows.counts)
        self.scores = AttentionScores(self.layer, mask, sinks, signals.get("position_bias"), windows)

    def _with_learned(self, part: str, array: Array) -> Array:
        """Return keys or values with the learned one after them, if there is one."""
        learned = self.weights.array("", self.layer.named(part))
        if learned is None:
            return array
        return np.concatenate([array, np.broadcast_to(learned, (len(array), 1, array.shape[-1]))], 1)

    def _signals(self, inputs: Sequence[Array]) -> dict[str, Array]:
        """Return the inputs by the options that name them, each (samples, positions, features)."""
        named = zip(self.layer.input_keys, inputs, strict=True)
        signals = {key: array.astype(self.weights.dtype, copy=False) for key, array in named}
        self.windows: MapWindows | None = None
        if isinstance(self.layer.window, tuple):
            self.windows = MapWindows(signals["from"].shape[1:-1], self.layer.window, self.layer.shift)
            signals["from"] = self.windows.split(signals["from"])
        return signals

    def _room_for_bias(self, dtype: np.dtype[Any]) -> Array | None:
        """Return room for the gradient of a bias, (samples, kv_heads, heads of each, queries, keys).

        A bias that all samples share comes from a table and not from the signal: it needs none.
        """
        if self.scores.alike:
            return None
        heads = self._heads(self.queries, self._each).shape[:4]
        return np.empty((*heads, self.keys.shape[1]), dtype)

    def _project_back(self, queries: Array, keys: Array, values: Array) -> list[Array | None]:
        """Return the gradient of each input from those of queries, keys and values; None for a bias."""
        if self.layer.bias_kv:
            keys, values = (np.ascontiguousarray(array[:, :-1]) for array in (keys, values))
        queries *= self._factor
        queries, keys = (
            norm.backward(turned(array, self.width, self.layer.rotary, -1))
            for norm, array in zip(self.norms, (queries, keys), strict=True)
        )
        gradients = {"query": queries, "key": keys, "value": values}
        found: list[Array | None] = []
        for key in self.layer.input_keys:
            parts = {part: gradients[part] for part, origin in self.layer.origins.items() if origin == key}
            back = self.dense_backs(parts) if parts else None
            found.append(back if back is None or self.windows is None else self.windows.joined(back))
        return found

    def _over_windows(self, gradient: Array) -> Array:
        """Return the gradient of a bias, (samples, heads, queries, keys), summed over the windows of a map."""
        each = gradient.reshape(-1, self.scores.windows, self.layer.heads, *gradient.shape[-2:])
        return np.asarray(each.sum(1))

    @property
    def _factor(self) -> float:
        """The factor on the products of queries and keys."""
        scale = self.layer.score_scale
        return 1 / math.sqrt(self.width) if scale is None else scale

    def _scores(self, run: slice) -> Array:
        """Return the input of the softmax, (samples, kv_heads, heads of each, queries, keys)."""
        queries, keys = self._heads(self.queries[run], self._each), self._heads(self.keys[run], 1)
        products = queries @ keys.swapaxes(-1, -2)
        return self.scores.of(products, run)

    @property
    def _each(self) -> int:
        """The heads of queries for each head of keys and values."""
        return self.layer.heads // (self.layer.kv_heads or self.layer.heads)

    def _heads(self, array: Array, each: int) -> Array:
        """Return (samples, kv_heads, each, positions, width), ``each`` as of queries, or 1: a view."""
        shared = self.layer.heads // self._each
        split = array.reshape(*array.shape[:2], shared, each, array.shape[-1] // (shared * each))
        return split.transpose(0, 2, 3, 1, 4)
