"""The embedding: the vector of each token, from a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.embedding import Embedding
from winitgen.catalog.layers.layer import Layer
from winitgen.numeric.arrays import Array
from winitgen.probing.operations.operation import Moments, Operation, moments


class EmbeddingOp(Operation):
    """A table look-up; a table that is tied to another layer works the same."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Embedding,)

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (samples, positions, dim) from integers (samples, positions)."""
        tokens, table = inputs[0], self.weights.needed("embeddings")
        out = np.empty((*tokens.shape, table.shape[1]), table.dtype)

        def look_up(run: slice) -> None:
            np.take(table, tokens[run], axis=0, out=out[run], mode="clip")  # 'raise' would copy

        if tokens.size and not 0 <= tokens.min() <= tokens.max() < len(table):
            raise IndexError(f"tokens from {tokens.min()} to {tokens.max()} for {len(table)} vectors")
        self.workers.each(look_up, self.workers.runs(len(tokens)))
        self.weights.reads(tokens)
        self.alike = _alike(tokens)
        return out

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return no gradient: tokens have none."""
        if self.weights.learns:
            table = np.zeros_like(self.weights.needed("embeddings"), gradient.dtype)
            np.add.at(table, self.weights.read(), gradient)
            self.weights.learned("embeddings", table)
        return [None]

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments that the table is drawn with; two positions share the vector of an equal token.

        `forward` counts how often tokens are equal.
        """
        planned = self.weights.planned("embeddings")
        return moments(planned.mean, planned.square, planned.mean**2 + self.alike * planned.variance)


def _alike(tokens: Array) -> float:
    """Return the share of all pairs of different positions that have the same token."""
    counts = np.bincount(tokens.reshape(-1)).astype(np.float64)
    return float((counts * (counts - 1)).sum() / max(tokens.size * (tokens.size - 1), 1))
