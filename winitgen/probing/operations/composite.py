"""Base class of the operations of layers that consist of several dense layers."""

from __future__ import annotations

from collections.abc import Mapping

from winitgen.catalog.layers.composite import Composite
from winitgen.numeric.arrays import Array
from winitgen.probing.operations.dense import affine, learn_dense, summed
from winitgen.probing.operations.operation import Moments, Operation
from winitgen.probing.weights import PlannedMoments


class CompositeOp(Operation):
    """A layer with several dense parts, each under the name that the layer gives it."""

    layer: Composite

    def dense(self, part: str, inputs: Array) -> Array:
        """Return the output of a part, (..., units) from (..., inputs)."""
        named = self.layer.named(part)
        kernel, bias = self.kernel(part), self.weights.array("bias", named)
        self.weights.reads(inputs, named)
        return affine(inputs, kernel, bias, self.workers)

    def dense_back(self, part: str, gradient: Array) -> Array:
        """Return the gradient of a part's input."""
        learn_dense(self.weights, gradient, self.workers, self.layer.named(part))
        return affine(gradient, self.kernel(part).T, None, self.workers)

    def dense_backs(self, gradients: Mapping[str, Array]) -> Array:
        """Return the gradient of the common input of several parts, from their outputs' gradients by name."""
        out, *others = [self.dense_back(part, gradient) for part, gradient in gradients.items()]

        def add(run: slice) -> None:
            for other in others:
                out[run] += other[run]

        self.workers.each(add, self.workers.runs(len(out)))
        return out

    def kernel(self, part: str) -> Array:
        """Return a part's kernel, (units, inputs)."""
        return self.weights.needed("kernel", self.layer.named(part))

    def planned(self, part: str) -> PlannedMoments:
        """Return the mean and variance of a part's kernel."""
        return self.weights.planned("kernel", self.layer.named(part))

    def summed(self, part: str, signal: Moments) -> Moments:
        """Return the moments of a part's output."""
        bias = self.weights.planned("bias", self.layer.named(part))
        return summed(signal, self.kernel(part).shape[1], self.planned(part), bias)
