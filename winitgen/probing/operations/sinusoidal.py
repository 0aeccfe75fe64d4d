"""Fixed sinusoids that are added to a sequence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.activations import Applied
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.sinusoidal import SinusoidalEmbedding
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.schemes import SCHEMES
from winitgen.catalog.schemes.scheme import SchemeRequest
from winitgen.drawing.distributions.distribution import Precision
from winitgen.drawing.whole.whole_array import drawn
from winitgen.numeric.arrays import Array
from winitgen.probing.operations.operation import Moments
from winitgen.probing.operations.positional import PositionalEmbeddingOp


class SinusoidalEmbeddingOp(PositionalEmbeddingOp):
    """Adds the sinusoids of its position to each vector."""

    layers: ClassVar[tuple[type[Layer], ...]] = (SinusoidalEmbedding,)

    def table(self, positions: int, features: int) -> Array:
        """Return the sinusoids (positions, features), stored or not."""
        assert isinstance(self.layer, SinusoidalEmbedding)
        stored = self.weights.array("")
        if stored is not None:
            return stored.reshape(-1, features)[:positions]
        init = self.layer.scheme
        weight = Weight("", (positions, features), "")
        request = SchemeRequest(init, SCHEMES[init.scheme], weight, Applied("linear"))
        distribution = request.row.build(request).distribution
        precision: Precision = "float64" if self.weights.dtype == "float64" else "float32"
        return drawn(distribution, b"", precision, positions * features).reshape(positions, features)

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient itself; sinusoids do not learn."""
        return [gradient]

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments of the sum: the sinusoids are numbers, and independent of the signal.

        For a pair of positions, the mean over units of the product of their sinusoids is added; over all
        pairs it is the mean square of a unit's mean.
        """
        table = self.added.astype(np.float64)
        mean, square = float(table.mean()), float((table**2).mean())
        shared = float((table.mean(axis=0) ** 2).mean())
        return inputs[0].overall().plus(mean, square, shared)
