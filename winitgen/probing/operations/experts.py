"""A mixture of experts: each position is sent to a few feed-forward networks, whose outputs are weighted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

import numpy as np

from winitgen.catalog.layers.experts import JITTER, ROUTER, SELECTION_BIAS, SPARSE_MIXER, Experts
from winitgen.catalog.layers.layer import Layer
from winitgen.numeric.arrays import Array
from winitgen.planning.plan import PlannedLayer
from winitgen.probing.activations import FLAT, evaluate, softmax, softmax_back
from winitgen.probing.activations.elementwise import logistic
from winitgen.probing.operations.dense import affine, learn_dense
from winitgen.probing.operations.held import Batched, Held, positions_of, values_of
from winitgen.probing.operations.operation import Operation
from winitgen.probing.operations.sparse_mixer import mixed, mixed_back


class _Routes(NamedTuple):
    """Where positions (rows) go: the scores (rows, experts), the experts in use and their weights (rows, per_token).

    Those of a sparsemixer have scores for each choice, (rows, per_token, experts).
    """

    scores: Array
    chosen: Array
    weights: Array
    total: Array


class _Expert(NamedTuple):
    """What one expert computed: its rows and which of their choices it was, its hidden values and its output."""

    number: int
    rows: Array
    slots: Array
    inner: dict[str, Array]
    output: Array


class ExpertsOp(Operation):
    """The sum of the outputs of the chosen experts, with no limit on how many positions one takes.

    ``pre`` is the input of the activation, (rows of all experts in use, units). Theory has no closed form:
    which experts are chosen depends on the signal.
    """

    layers: ClassVar[tuple[type[Layer], ...]] = (Experts,)
    layer: Experts
    applies: ClassVar[bool] = True

    @classmethod
    def held(cls, planned: PlannedLayer, batched: Batched) -> Held:
        """Return the hidden values and the outputs of the chosen experts, and the scores."""
        layer = planned.layer
        assert isinstance(layer, Experts)
        rows = batched.samples * positions_of(planned.outgoing)
        features = values_of(planned.outgoing) // max(1, positions_of(planned.outgoing))
        hidden = rows * layer.per_token * layer.units
        inner = (2 if layer.gated else 1) * hidden + rows * layer.per_token * features
        scores = rows * layer.count * (layer.per_token if layer.routing == SPARSE_MIXER else 1)
        return Held(inner + 2 * scores, 2 * hidden, 2 * rows * (features + layer.count))

    @np.errstate(over="ignore", invalid="ignore")
    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (..., features) from an input of the same shape."""
        rows = inputs[0].reshape(-1, inputs[0].shape[-1])
        routes = self._route(rows)
        out = np.zeros_like(rows)
        used: list[_Expert] = []
        for number in range(self.layer.count):
            at, slots = np.nonzero(routes.chosen == number)
            if len(at):
                expert = self._expert(number, rows[at], at, slots)
                out[at] += expert.output * routes.weights[at, slots, np.newaxis]
                used.append(expert)
        self.pre = np.concatenate([self._meets_activation(expert.inner) for expert in used])
        self.saturated = self._saturated(self.pre)
        self._kept = (routes, used) if keep else None
        return out.reshape(inputs[0].shape)

    @np.errstate(over="ignore", invalid="ignore")
    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient of the input, through the experts and through the scores that weight them."""
        assert self._kept is not None
        routes, used = self._kept
        rows = gradient.reshape(-1, gradient.shape[-1])
        back = np.zeros_like(rows)
        of_weights = np.zeros_like(routes.weights, rows.dtype)
        for expert in used:
            arriving = rows[expert.rows]
            of_weights[expert.rows, expert.slots] = (arriving * expert.output).sum(axis=-1)
            through = arriving * routes.weights[expert.rows, expert.slots, np.newaxis]
            back[expert.rows] += self._expert_back(expert, through)
        kernel, of_logits = self.weights.needed("kernel", ROUTER), self._route_back(routes, of_weights)
        learn_dense(self.weights, of_logits, self.workers, ROUTER)
        back += affine(of_logits, kernel.T, None, self.workers)
        return [back.reshape(gradient.shape)]

    def _route(self, rows: Array) -> _Routes:
        """Return which experts each row goes to; of equal scores, the first experts are chosen."""
        layer = self.layer
        kernel, bias = self.weights.needed("kernel", ROUTER), self.weights.array("bias", ROUTER)
        self.weights.reads(rows, ROUTER)
        logits = affine(rows, kernel, bias, self.workers)
        if layer.routing == SPARSE_MIXER:
            jitter = JITTER if layer.routing_jitter is None else layer.routing_jitter
            scores, chosen, weights = mixed(logits, layer.per_token, jitter)
        else:
            scores = softmax(logits, -1) if layer.routing == "softmax" else logistic(logits)
            moved = self.weights.array(SELECTION_BIAS, ROUTER)
            ranked = scores if moved is None else scores + moved
            chosen = np.argsort(-ranked, axis=-1, kind="stable")[:, : layer.per_token]
            weights = np.take_along_axis(scores, chosen, -1)
        total = weights.sum(axis=-1, keepdims=True)
        if layer.normalize:
            weights = weights / np.maximum(total, np.finfo(total.dtype).tiny)
        return _Routes(scores, chosen, weights * scores.dtype.type(layer.routed_scale), total)

    def _route_back(self, routes: _Routes, gradient: Array) -> Array:
        """Return the gradient of the router's output from that of the weights; the choice itself has none."""
        layer = self.layer
        scale = gradient.dtype.type(layer.routed_scale)
        gradient = gradient * scale
        if layer.normalize:
            mean = (gradient * routes.weights).sum(axis=-1, keepdims=True) / scale
            gradient = (gradient - mean) / np.maximum(routes.total, np.finfo(gradient.dtype).tiny)
        if layer.routing == SPARSE_MIXER:
            return mixed_back(routes.scores, routes.chosen, gradient)
        spread = np.zeros_like(routes.scores, gradient.dtype)
        np.put_along_axis(spread, routes.chosen, gradient, -1)
        if layer.routing == "softmax":
            return softmax_back(routes.scores, spread, -1)
        return np.asarray(spread * routes.scores * (1 - routes.scores))

    def _expert(self, number: int, inputs: Array, rows: Array, slots: Array) -> _Expert:
        """Return what one expert computes from its rows."""
        inner = {"up": self._dense(number, "up", inputs)}
        if self.layer.gated:
            inner["gate"] = self._dense(number, "gate", inputs)
            hidden = self._activated(self._meets_activation(inner))[0] * self._meets_gate(inner)
        else:
            hidden = self._activated(inner["up"])[0]
        return _Expert(number, rows, slots, inner, self._dense(number, "down", hidden))

    def _expert_back(self, expert: _Expert, gradient: Array) -> Array:
        """Return the gradient of an expert's input from that of its output."""
        hidden = self._dense_back(expert.number, "down", gradient)
        if not self.layer.gated:
            return self._dense_back(expert.number, "up", self._activated_back(expert.inner["up"], hidden))
        gate = self._meets_activation(expert.inner)
        at_gate = self._activated_back(gate, hidden * self._meets_gate(expert.inner))
        at_up = hidden * self._activated(gate)[0]
        if self.layer.limit is not None:
            at_gate *= expert.inner["gate"] <= self.layer.limit
            at_up *= np.abs(expert.inner["up"]) <= self.layer.limit
        back = self._dense_back(expert.number, "up", at_up)
        back += self._dense_back(expert.number, "gate", at_gate)
        return back

    def _meets_activation(self, inner: dict[str, Array]) -> Array:
        """Return the values that an activation is applied to: of the gate, within the limit, or of up."""
        if not self.layer.gated:
            return inner["up"]
        gate, limit = inner["gate"], self.layer.limit
        return gate if limit is None else np.minimum(gate, gate.dtype.type(limit))

    def _meets_gate(self, inner: dict[str, Array]) -> Array:
        """Return the values that the gate multiplies: of up, within the limit and moved."""
        up, limit = inner["up"], self.layer.limit
        bounded = up if limit is None else np.clip(up, -limit, limit)
        return bounded + up.dtype.type(self.layer.up_shift) if self.layer.up_shift else bounded

    def _dense(self, number: int, part: str, inputs: Array) -> Array:
        """Return the output of one part of an expert, (rows, units)."""
        path = f"experts.{number}.{part}"
        kernel, bias = self.weights.needed("kernel", path), self.weights.array("bias", path)
        self.weights.reads(inputs, path)
        return affine(inputs, kernel, bias, self.workers)

    def _dense_back(self, number: int, part: str, gradient: Array) -> Array:
        """Return the gradient of the input of one part of an expert."""
        path = f"experts.{number}.{part}"
        learn_dense(self.weights, gradient, self.workers, path)
        return affine(gradient, self.weights.needed("kernel", path).T, None, self.workers)

    def _activated(self, values: Array) -> tuple[Array, Array | None]:
        """Return the output of the activation, and its slope, or None for softmax."""
        if self.layer.activation.name == "softmax":
            return softmax(values, -1), None
        return evaluate(self.layer.activation, values)

    def _activated_back(self, values: Array, gradient: Array) -> Array:
        """Return the gradient of the activation's input."""
        activated, slope = self._activated(values)
        return softmax_back(activated, gradient, -1) if slope is None else gradient * slope

    def _saturated(self, values: Array) -> tuple[int, int] | None:
        """Return how many slopes are below 1 % of the largest, and of how many."""
        slope = self._activated(values)[1]
        largest = self.layer.activation.largest_slope
        if slope is None or largest is None:
            return None
        return int(np.count_nonzero(np.abs(slope) < FLAT * largest)), values.size
