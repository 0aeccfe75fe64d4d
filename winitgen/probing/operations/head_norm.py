"""The norms of an attention's queries and keys: a layer norm or an RMS norm, of each head or of all together."""

from __future__ import annotations

from winitgen.catalog.layers.attention import MultiHeadAttention
from winitgen.catalog.layers.norm import LayerNorm, RmsNorm
from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.probing.operations.norm import LayerNormOp, RmsNormOp
from winitgen.probing.weights import DrawnWeights, PartWeights

EPSILON = 1e-5
"""The epsilon of a norm that states none."""


class QueryKeyNorm:
    """The norm of the queries or of the keys of an attention; without one, arrays pass unchanged."""

    def __init__(self, layer: MultiHeadAttention, weights: DrawnWeights, part: str, workers: Workers) -> None:
        epsilon = EPSILON if layer.epsilon is None else layer.epsilon
        offset = layer.norm_offset
        own = PartWeights(weights, layer.named(part))
        shared = layer.kv_heads or layer.heads
        self.heads = layer.heads if part == "query_norm" else shared
        self.together = layer.norm_over == "width"
        self.operation: LayerNormOp | None = None
        if layer.query_key_norm == "layer_norm":
            self.operation = LayerNormOp(LayerNorm(epsilon=epsilon, unit_offset=offset), own, workers)
        elif layer.query_key_norm == "rms_norm":
            self.operation = RmsNormOp(RmsNorm(epsilon=epsilon, unit_offset=offset), own, workers)

    def forward(self, array: Array) -> Array:
        """Return (samples, positions, heads * head_dim), normalised; what `backward` needs is kept."""
        if self.operation is None:
            return array
        return self.operation.forward([self._split(array)], keep=True).reshape(array.shape)

    def backward(self, gradient: Array) -> Array:
        """Return the gradient before the norm."""
        if self.operation is None:
            return gradient
        [back] = self.operation.backward(self._split(gradient))
        assert back is not None
        return back.reshape(gradient.shape)

    def _split(self, array: Array) -> Array:
        """Return an array with what is normalised together along its last axis."""
        return array if self.together else array.reshape(*array.shape[:2], self.heads, -1)


def head_norms(
    layer: MultiHeadAttention, weights: DrawnWeights, workers: Workers
) -> tuple[QueryKeyNorm, QueryKeyNorm]:
    """Return the norms of the queries and of the keys."""
    queries, keys = (QueryKeyNorm(layer, weights, part, workers) for part in ("query_norm", "key_norm"))
    return queries, keys
