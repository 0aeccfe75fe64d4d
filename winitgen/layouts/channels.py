"""Where features end up behind a ``flatten`` in a framework that keeps the channels of an image last.

There a flattened image begins with all channels of the first place, in the spec with all places of
the first channel. What a dense layer or a norm behind it has for each feature is then stored in the
framework's order, so that the models give the same outputs. Everything else keeps its order: what
``reshape`` and ``permute`` give has the spec's meaning, axis by axis.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from winitgen.layers.base import Flow, Refusal
from winitgen.layers.merge import Concat, Merge
from winitgen.layers.norm import GroupNorm
from winitgen.layers.shapes import Flatten, Permute, Reshape
from winitgen.layouts.base import Misfit, Unwritable
from winitgen.planning.plan import Plan, PlannedLayer

if TYPE_CHECKING:
    import numpy as np

Order = tuple[tuple[int, ...], ...]
"""The features as runs, each (channels, *places) of a flattened image, or (features,); empty: as in the spec."""

IMAGE: Order = ((),)
"""Stands for an image: its channels are still an axis of their own."""


def orders(plan: Plan) -> list[Order]:
    """Return the order of the features that flow into each layer of a plan.

    Raises `Unwritable` for a sum or product of features that are then in different orders, and for
    groups of features that are no longer side by side.
    """
    return _Course(plan).run()


def channels_last(array: np.ndarray[Any, Any], order: Order) -> np.ndarray[Any, Any]:
    """Return ``array`` with its last axis, the features in the spec's order, in the framework's."""
    import numpy as np

    if not order:
        return array
    runs, begin, front = [], 0, array.shape[:-1]
    for block in order:
        size = math.prod(block)
        run = array[..., begin : begin + size].reshape(*front, *block)
        runs.append(np.moveaxis(run, len(front), -1).reshape(*front, size))
        begin += size
    return np.concatenate(runs, axis=-1)


class _Course:
    """The way of the features through one model."""

    def __init__(self, plan: Plan) -> None:
        self.layers = plan.layers
        shape = plan.spec.get("input")
        self.input = Flow(tuple(shape)) if isinstance(shape, list) else None
        self.flows: list[Flow | None] = []
        self.orders: list[Order] = []

    def run(self) -> list[Order]:
        incoming, misfits = [], []
        for layer in self.layers:
            order = self._order(layer.sources[0])
            misfit = self._misfit(layer)
            if misfit:
                misfits.append(misfit)
            incoming.append(() if order == IMAGE else order)
            self.flows.append(self._flow(layer))
            self.orders.append(self._outgoing(layer, order))
        if misfits:
            raise Unwritable(misfits)
        return incoming

    def _order(self, source: int) -> Order:
        """Return the order of what a layer gives; an input of three or more axes is an image."""
        if source >= 0:
            return self.orders[source]
        return IMAGE if self.input is not None and len(self.input.shape or ()) > 2 else ()

    def _source_flow(self, source: int) -> Flow | None:
        return self.flows[source] if source >= 0 else self.input

    def _flow(self, layer: PlannedLayer) -> Flow | None:
        """Return what a layer gives, as when the plan was made."""
        try:
            if isinstance(layer.layer, Merge):
                return layer.layer.join([self._source_flow(source) for source in layer.sources])
            return layer.layer.flow(layer.incoming)
        except Refusal:  # pragma: no cover - a plan has been through this
            return None

    def _outgoing(self, layer: PlannedLayer, order: Order) -> Order:
        """Return the order of what a layer gives."""
        flow = self.flows[-1]
        kind, shape = layer.layer, (flow.shape or ()) if flow else ()
        if flow is not None and flow.image and len(shape) > 1:
            return IMAGE
        if isinstance(kind, Flatten):
            image = layer.incoming.shape if layer.incoming is not None else None
            return _simple((tuple(size or 1 for size in image or ()),)) if order == IMAGE else order
        if isinstance(kind, Concat) and len(shape) == 1:
            return _simple(tuple(block for source in layer.sources for block in self._blocks(source)))
        if isinstance(kind, Reshape | Permute) or (kind.kernel and not kind.merges) or not shape:
            return ()
        return () if order == IMAGE and len(shape) == 1 else order

    def _blocks(self, source: int) -> Order:
        """Return the order of one of several flows that stand side by side."""
        flow = self._source_flow(source)
        size = (flow.shape or (None,))[0] if flow is not None else None
        return self._order(source) or ((size or 0,),)

    def _misfit(self, layer: PlannedLayer) -> Misfit | None:
        """Return what cannot be written of a layer that needs its features in one order, or none."""
        kind, order = layer.layer, self._order(layer.sources[0])
        if isinstance(kind, GroupNorm) and order not in ((), IMAGE):
            return Misfit(
                layer,
                "",
                "behind a flatten this layout has the features of a group apart; put group_norm before the flatten",
            )
        others = [self._order(source) for source in layer.sources]
        if isinstance(kind, Merge) and not isinstance(kind, Concat) and len(set(others) - {IMAGE}) > 1:
            return Misfit(
                layer,
                "from",
                "behind a flatten this layout has the features in another order than the other input; "
                "put a dense layer between the flatten and this",
            )
        return None


def _simple(order: Order) -> Order:
    """Return an order without axes of size 1, and none where it is the spec's."""
    blocks = tuple(
        block if block[0] > 1 and math.prod(block[1:]) > 1 else (math.prod(block),) for block in order
    )
    return blocks if any(len(block) > 1 for block in blocks) else ()
