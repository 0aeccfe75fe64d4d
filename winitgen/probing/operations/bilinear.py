"""The bilinear layer: y_k = sum over i and j of x_i W_kij z_j, plus b_k."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.bilinear import BilinearForm
from winitgen.catalog.layers.layer import Layer
from winitgen.numeric.arrays import Array
from winitgen.probing.operations.dense import summed
from winitgen.probing.operations.operation import Moments, Operation, moments

BLOCK = 1 << 20
"""Values of W z, (rows, units, inputs), that a thread holds at once."""


class BilinearOp(Operation):
    """A dense layer on the products of two vectors, which are never held all at once."""

    layers: ClassVar[tuple[type[Layer], ...]] = (BilinearForm,)

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (..., units) from (..., inputs) and (..., other inputs)."""
        kernel, bias = self.weights.needed("kernel"), self.weights.array("bias")
        first, other = (array.reshape(-1, array.shape[-1]) for array in inputs)
        out = np.empty((len(first), len(kernel)), first.dtype)

        def multiply(run: slice) -> None:
            np.matmul(self._half(other[run]), first[run][..., np.newaxis], out=out[run][..., np.newaxis])
            if bias is not None:
                out[run] += bias

        self.workers.each(multiply, self._runs(len(first)))
        self._kept = (first, other, inputs[0].shape, inputs[1].shape) if keep else None
        return out.reshape(*inputs[0].shape[:-1], len(kernel))

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradients of both inputs: each is the form of the other and of the output's gradient."""
        assert self._kept is not None
        first, other, *shapes = self._kept
        kernel = self.weights.needed("kernel")
        units, inputs, others = kernel.shape
        rows = gradient.reshape(-1, units)
        backs = np.empty_like(first, rows.dtype), np.empty_like(other, rows.dtype)

        def multiply(run: slice) -> None:
            np.matmul(rows[run][:, np.newaxis], self._half(other[run]), out=backs[0][run][:, np.newaxis])
            products = rows[run][:, :, np.newaxis] * first[run][:, np.newaxis]
            np.matmul(products.reshape(-1, units * inputs), kernel.reshape(-1, others), out=backs[1][run])

        self.workers.each(multiply, self._runs(len(rows)))
        return [back.reshape(shape) for back, shape in zip(backs, shapes, strict=True)]

    def predict(self, inputs: Sequence[Moments]) -> Moments | None:
        """Return the moments of a sum over all products of two inputs, for weights with the mean 0."""
        planned = self.weights.planned("kernel")
        if planned.mean:
            return None
        first, other = (signal.overall() for signal in inputs)
        products = moments(first.mean * other.mean, first.square * other.square, first.shared * other.shared)
        _, *sizes = self.weights.needed("kernel").shape
        return summed(products, sizes[0] * sizes[1], planned, self.weights.planned("bias"))

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array] | None:
        """Return the mean square of a sum over all units and all of the other inputs."""
        planned = self.weights.planned("kernel")
        if planned.mean:
            return None
        units, *sizes = self.weights.needed("kernel").shape
        squares = [np.asarray(signal.overall().square) for signal in inputs]
        return [
            np.asarray(gradient.mean() * units * sizes[1 - own] * planned.square * squares[1 - own])
            for own in (0, 1)
        ]

    def _half(self, other: Array) -> Array:
        """Return W z for rows of the second input: (rows, units, inputs)."""
        kernel = self.weights.needed("kernel")
        return (other @ kernel.reshape(-1, kernel.shape[2]).T).reshape(len(other), *kernel.shape[:2])

    def _runs(self, rows: int) -> list[slice]:
        """Return runs of rows of about `BLOCK` values of W z."""
        units, inputs, _ = self.weights.needed("kernel").shape
        return self.workers.runs(rows, max(1, BLOCK // (units * inputs)))
