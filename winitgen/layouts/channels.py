"""The order of features after a ``flatten`` in a framework that keeps the channels of an image last.

There a flattened image begins with all channels of the first position, but in the spec with all positions
of the first channel. What a dense layer or a norm after it has for each feature is stored in the
framework's order, so that the models have equal outputs. Everything else keeps its order: the output of
``reshape`` and ``permute`` has the spec's axes, until a convolution or a pooling turns it into an image.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from winitgen.catalog.layers.flow import Flow, Refusal
from winitgen.catalog.layers.merge import Concat, ValueByValue
from winitgen.catalog.layers.norm import GroupNorm
from winitgen.catalog.layers.reductions import Reduction
from winitgen.catalog.layers.scale import Broadcast
from winitgen.catalog.layers.shapes import Flatten, Permute, Reshape
from winitgen.catalog.layers.slices import Taken
from winitgen.planning.plan import INPUT, Plan, PlannedLayer

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array

Order = tuple[tuple[int, int], ...]
"""The features as groups, each the (channels, positions) of a flattened image, or (features, 1)."""

IMAGE: Order = ()
"""Stands for an image, whose channels are still an axis of their own."""


class Orders(NamedTuple):
    """The order of the features that flow into each layer of a plan, None if it is the spec's.

    ``images`` says into which layers an image flows, whose channels are an axis of their own, the last in the framework.
    ``refused`` are the layers that need their features in another order, by their index in ``plan.layers``,
    with the reason.
    """

    incoming: list[Order | None]
    images: list[bool]
    refused: list[tuple[int, Refusal]]


def orders(plan: Plan) -> Orders:
    """Return the orders of the features in a framework that keeps channels last."""
    return _ChannelOrders(plan).run()


def channels_last(array: Array, order: Order | None) -> Array:
    """Return ``array`` with its last axis, the features, moved from the spec's order to the framework's."""
    import numpy as np

    if order is None:
        return array
    groups, begin, front = [], 0, array.shape[:-1]
    for channels, positions in order:
        size = channels * positions
        group = array[..., begin : begin + size].reshape(*front, channels, positions)
        groups.append(group.swapaxes(-1, -2).reshape(*front, size))
        begin += size
    return np.concatenate(groups, axis=-1)


class _ChannelOrders:
    """Follows the order of the features through one model."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.orders: list[Order | None] = []

    def run(self) -> Orders:
        incoming: list[Order | None] = []
        images, refused = [], []
        for index, layer in enumerate(self.plan.layers):
            order = self._joined(layer)
            refusal = self._refusal(layer)
            if refusal is not None:
                refused.append((index, refusal))
            incoming.append(None if order == IMAGE else order)
            images.append(order == IMAGE)
            self.orders.append(self._outgoing(layer, order))
        return Orders(incoming, images, refused)

    def _order(self, source: int) -> Order | None:
        """Return the order of a layer's output; an input of three or more axes is an image."""
        if source > INPUT:
            return self.orders[source]
        flow = self.plan.flow_from(source)
        return IMAGE if flow is not None and len(flow.shape or ()) > 2 else None

    def _joined(self, layer: PlannedLayer) -> Order | None:
        """Return the order of what flows in: an image if any of several is one, else that of the first.

        Of what is merged, a single value has no order.
        """
        found = [self._order(source) for source in self._ordered(layer)]
        return IMAGE if IMAGE in found else next(iter(found), None)

    def _ordered(self, layer: PlannedLayer) -> list[int]:
        """Return the sources of a layer whose order counts: all, or those of several values if some are merged."""
        sources = list(layer.sources)
        if not isinstance(layer.layer, ValueByValue):
            return sources
        several = [s for s, flow in zip(sources, layer.entering, strict=True) if not _single(flow)]
        return several or sources

    def _outgoing(self, layer: PlannedLayer, order: Order | None) -> Order | None:
        """Return the order of a layer's output."""
        flow = layer.outgoing
        kind, shape = layer.layer, (flow.shape or ()) if flow else ()
        if kind.beside:
            return None
        if flow is not None and flow.image and len(shape) > 1:
            return IMAGE
        if isinstance(kind, Flatten):
            return _simple((_group(layer.incoming),)) if order == IMAGE else order
        if isinstance(kind, Concat) and len(shape) == 1:
            return _simple(tuple(block for source in layer.sources for block in self._blocks(source)))
        if isinstance(kind, Reshape | Permute) or (kind.kernel and not kind.merges) or not shape:
            return None
        return None if order == IMAGE or isinstance(kind, Reduction) else order

    def _blocks(self, source: int) -> Order:
        """Return the order of one of several concatenated flows."""
        flow = self.plan.flow_from(source)
        return self._order(source) or (((flow.shape or (1,))[0] or 1 if flow is not None else 1, 1),)

    def _refusal(self, layer: PlannedLayer) -> Refusal | None:
        """Return the refusal of a layer that needs its features in another order, or None."""
        kind, found = layer.layer, [self._order(source) for source in self._ordered(layer)]
        if isinstance(kind, GroupNorm) and found[0]:
            return Refusal(
                "",
                "with channels last, a flatten separates the channels of a group; put group_norm before it",
            )
        if isinstance(kind, Broadcast) and len(kind.axes) > 1 and found[0] == IMAGE:
            return Refusal(
                "axis",
                "with channels last, the values along several axes of an image have another order; "
                "move the channels to the end with a permute before it",
            )
        if isinstance(kind, ValueByValue) and len({*found} - {IMAGE}) > 1:
            return Refusal(
                "from",
                "with channels last, one input has the order of a flattened image and another does not; "
                "put a dense layer after the flatten",
            )
        if isinstance(kind, Taken) and found[0]:
            return Refusal(
                "",
                "with channels last, a flatten moves the features that are taken here; "
                "put a dense layer after the flatten",
            )
        return None


def _group(image: Flow | None) -> tuple[int, int]:
    """Return the channels and the positions of an image; unknown sizes, which no layer with features reads, count as 1."""
    sizes = [size or 1 for size in (image.shape if image is not None else None) or ()]
    return sizes[0], math.prod(sizes[1:])


def _single(flow: Flow | None) -> bool:
    """Return whether a flow is a single value, which is repeated wherever it is merged."""
    return flow is not None and flow.shape is not None and set(flow.shape) == {1}


def _simple(order: Order) -> Order | None:
    """Return an order, or None if it is the spec's."""
    return order if any(channels > 1 and positions != 1 for channels, positions in order) else None
