"""The learned positional embedding: a table that is added to a sequence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.positional import PositionalEmbedding
from winitgen.numeric.arrays import Array
from winitgen.probing.operations.operation import Moments, Operation


class PositionalEmbeddingOp(Operation):
    """Adds the table's vectors from `offset` on, one to each position."""

    layers: ClassVar[tuple[type[Layer], ...]] = (PositionalEmbedding,)
    layer: PositionalEmbedding

    @property
    def role(self) -> str:
        """The role of the table, which a bare one does not have."""
        return "" if self.layer.bare else "embeddings"

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (samples, positions, dim) from an input of the same shape."""
        self.positions = inputs[0].shape[1]
        self.added = table = self.table(self.positions, inputs[0].shape[2])
        out = np.empty_like(inputs[0])
        self.workers.each(
            lambda run: np.add(inputs[0][run], table, out=out[run]), self.workers.runs(len(out))
        )
        return out

    def table(self, positions: int, features: int) -> Array:
        """Return the vectors (positions, features) that are added."""
        vectors = self.weights.needed(self.role).reshape(self.layer.count, self.layer.dim)
        return vectors[self.layer.offset :][:positions]

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient itself."""
        if self.weights.learns and self.weights.array(self.role) is not None:
            table = np.zeros((self.layer.count, self.layer.dim), gradient.dtype)
            table[self.layer.offset :][: self.positions] = gradient.sum(0)
            self.weights.learned(self.role, table.reshape(self.weights.needed(self.role).shape))
        return [gradient]

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the sums of the means and of the variances: the table is independent of the signal.

        Of all pairs of positions, one in ``positions``, which `forward` sets, has the same vector added.
        """
        planned = self.weights.planned(self.role)
        shared = planned.mean**2 + planned.variance / self.positions
        return inputs[0].overall().plus(planned.mean, planned.square, shared)

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square itself."""
        return [gradient]
