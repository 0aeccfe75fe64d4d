"""The relative position bias: for each head, a number for each query and key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.position_bias import PositionBias
from winitgen.numeric.arrays import Array
from winitgen.probing.operations.operation import Moments, Operation, moments
from winitgen.probing.operations.relative_positions import bucket_index, window_index


class PositionBiasOp(Operation):
    """Looks up the bias of each pair of positions; it depends on the length of the input alone."""

    layers: ClassVar[tuple[type[Layer], ...]] = (PositionBias,)
    layer: PositionBias
    shown: ClassVar[bool] = False

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (samples, heads, queries, keys), a view that all samples share."""
        table = self.weights.needed(self.layer.role)
        if self.layer.window is None:
            buckets, most, both = self.layer.table
            index = bucket_index(inputs[0].shape[1], buckets, most, bidirectional=both)
        else:
            index = window_index(self.layer.window)
        bias = np.ascontiguousarray(table[index].transpose(2, 0, 1))
        return np.broadcast_to(bias, (len(inputs[0]), *bias.shape))

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return no gradient: the input is not computed with."""
        return [None]

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments of the table, which are the same for every sample."""
        planned = self.weights.planned(self.layer.role)
        return moments(planned.mean, planned.square, planned.square)
