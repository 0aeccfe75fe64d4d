"""The gated feed-forward block: down(f(gate x) * (up x))."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.gated_mlp import GatedMlp
from winitgen.catalog.layers.layer import Layer
from winitgen.numeric.arrays import Array
from winitgen.planning.plan import PlannedLayer
from winitgen.probing.activations import FLAT, evaluate, softmax, softmax_back
from winitgen.probing.operations.composite import CompositeOp
from winitgen.probing.operations.held import Batched, Held, positions_of, values_of
from winitgen.probing.operations.operation import Moments, moments
from winitgen.probing.theory import Response, covariance, response

BLOCK = 1 << 16
"""Values that a thread processes at once, so that they stay in a core's cache."""


class GatedMlpOp(CompositeOp):
    """Three dense parts on the last axis; ``pre`` is the input of the gate's activation (Shazeer 2020)."""

    layers: ClassVar[tuple[type[Layer], ...]] = (GatedMlp,)
    layer: GatedMlp
    applies: ClassVar[bool] = True

    @classmethod
    def held(cls, planned: PlannedLayer, batched: Batched) -> Held:
        """Return gate and up, besides their product; back, their gradients, and both gradients of the input."""
        layer = planned.layer
        assert isinstance(layer, GatedMlp)
        hidden = batched.samples * positions_of(planned.outgoing) * layer.units
        return Held(
            2 * hidden,
            hidden if batched.backward else 0,
            2 * hidden + batched.samples * values_of(planned.incoming),
        )

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (..., features) from an input of the same shape."""
        gate, up = self.dense("gate", inputs[0]), self.dense("up", inputs[0])
        self.pre, hidden = gate, up.copy() if keep else up

        def multiply(run: slice) -> int:
            activated, slope = self._activated(gate[run])
            hidden[run] *= activated
            return self._flat(slope)

        counts = self.workers.each(multiply, self._runs(gate))
        self.saturated = None if self._largest is None else (sum(counts), gate.size)
        self.up = up if keep else None
        return self.dense("down", hidden)

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient of the input, through the gate and through the values it multiplies."""
        gate, up = self.pre, self.up
        assert gate is not None
        assert up is not None
        through_up = self.dense_back("down", gradient)
        through_gate = np.empty_like(through_up)

        def back(run: slice) -> None:
            activated, slope = self._activated(gate[run])
            at_gate = through_up[run] * up[run]
            if slope is None:
                through_gate[run] = softmax_back(activated, at_gate, -1)
            else:
                np.multiply(at_gate, slope, out=through_gate[run])
            through_up[run] *= activated

        self.workers.each(back, self._runs(gate))
        return [self.dense_backs({"up": through_up, "gate": through_gate})]

    def predict(self, inputs: Sequence[Moments]) -> Moments | None:
        """Return the moments of the output of ``down``: gate and up are drawn independently."""
        up, gate, activated = self._factors(inputs[0])
        if activated is None:
            return None
        shared = activated.mean**2 + covariance(self.layer.activation, *gate.joint)
        hidden = moments(activated.mean * up.mean, activated.square * up.square, shared * up.shared)
        return self.summed("down", hidden)

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array] | None:
        """Return the mean square through up, times E f^2, plus that through the gate, times E up^2 E f'^2."""
        up, _, activated = self._factors(inputs[0])
        if activated is None:
            return None
        features, units = self.kernel("down").shape
        hidden = gradient.mean() * features * self.planned("down").square
        through = activated.square * self.planned("up").square
        through = through + up.square * activated.slope_square * self.planned("gate").square
        return [np.asarray(hidden * units * through)]

    @property
    def _softmax(self) -> bool:
        """Whether the gate is a softmax, which is not elementwise."""
        return self.layer.activation.name == "softmax"

    @property
    def _largest(self) -> float | None:
        """The largest slope of the gate's activation, or None if there is none."""
        return None if self._softmax else self.layer.activation.largest_slope

    def _activated(self, gate: Array) -> tuple[Array, Array | None]:
        """Return the output of the activation, and its slope, or None for softmax."""
        return (softmax(gate, -1), None) if self._softmax else evaluate(self.layer.activation, gate)

    def _flat(self, slope: Array | None) -> int:
        """Return how many slopes are below 1 % of the largest."""
        if slope is None or self._largest is None:
            return 0
        return int(np.count_nonzero(np.abs(slope) < FLAT * self._largest))

    def _runs(self, hidden: Array) -> list[slice]:
        """Return runs of samples of about `BLOCK` values."""
        return self.workers.runs(len(hidden), max(1, BLOCK * len(hidden) // max(1, hidden.size)))

    def _factors(self, signal: Moments) -> tuple[Moments, Moments, Response[Array] | None]:
        """Return the moments of ``up`` and ``gate``, and the response of the activation to the latter."""
        up, gate = (self.summed(part, signal.overall()) for part in ("up", "gate"))
        return up, gate, response(self.layer.activation, gate.mean, gate.variance)
