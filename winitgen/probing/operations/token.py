"""Learned vectors as positions of a sequence: joined with others, or by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.token import Queries, Token
from winitgen.numeric.arrays import Array
from winitgen.probing.operations.operation import Moments, Operation, moments


class TokenOp(Operation):
    """Vectors that are put among the positions of every sample."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Token,)
    layer: Token

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (samples, positions + count, features)."""
        samples, self.positions, features = inputs[0].shape
        count, at = self.layer.count, self.layer.at
        self.begin = {"start": 0, "end": self.positions}.get(at, at) if isinstance(at, str) else at
        out = np.empty((samples, self.positions + count, features), inputs[0].dtype)
        out[:, : self.begin] = inputs[0][:, : self.begin]
        out[:, self.begin : self.begin + count] = self.weights.needed("").reshape(count, features)
        out[:, self.begin + count :] = inputs[0][:, self.begin :]
        return out

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient at the positions that flowed in."""
        after = self.begin + self.layer.count
        if self.weights.learns:
            vectors = gradient[:, self.begin : after].sum(0)
            self.weights.learned("", vectors.reshape(self.weights.needed("").shape))
        return [np.concatenate([gradient[:, : self.begin], gradient[:, after:]], 1)]

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the mean of both moments, each weighted by its share of the positions, known after `forward`.

        Two positions are pairs of both kinds; two tokens are the same vector once in ``count``.
        """
        signal, planned, count = inputs[0].overall(), self.weights.planned(""), self.layer.count
        share = count / (self.positions + count)
        alike = planned.mean**2 + planned.variance / count
        return moments(
            (1 - share) * signal.mean + share * planned.mean,
            (1 - share) * signal.square + share * planned.square,
            (1 - share) ** 2 * signal.shared
            + 2 * share * (1 - share) * signal.mean * planned.mean
            + share**2 * alike,
        )

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square over all positions."""
        return [np.asarray(gradient.mean())]


class QueriesOp(Operation):
    """Vectors that are the same for every sample; of the input, only the number of samples counts."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Queries,)
    layer: Queries

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (samples, count, dim)."""
        vectors = self.weights.needed("").reshape(self.layer.count, self.layer.dim)
        return np.repeat(vectors[np.newaxis], len(inputs[0]), axis=0)

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return no gradient: nothing flows in."""
        if self.weights.learns:
            self.weights.learned("", gradient.sum(0).reshape(self.weights.needed("").shape))
        return [None]

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments that the vectors are drawn with; two positions have the same one once in ``count``."""
        planned = self.weights.planned("")
        shared = planned.mean**2 + planned.variance / self.layer.count
        return moments(planned.mean, planned.square, shared)
