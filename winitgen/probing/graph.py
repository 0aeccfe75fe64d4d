"""The plan as a graph that a batch can flow through: each layer with its operation and activation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from winitgen.catalog.activations import LINEAR, Applied
from winitgen.catalog.layers.flow import Flow
from winitgen.catalog.layers.norm import Norm
from winitgen.catalog.layers.shapes import Flatten
from winitgen.numeric.arrays import Array
from winitgen.planning.plan import INPUT, Plan, PlannedLayer
from winitgen.probing.operations import OPERATIONS
from winitgen.probing.operations.operation import Operation


class GraphNode(NamedTuple):
    """One layer of the graph.

    ``applied`` is the activation that follows the layer's own map, linear if the layer has none or applies
    it inside. ``name`` is the layer's path, unless another layer has the same path. ``ends`` says that its
    output is one of the model's.
    """

    name: str
    planned: PlannedLayer
    operation: type[Operation]
    applied: Applied
    ends: bool

    @property
    def outgoing(self) -> Flow:
        """The shape of the layer's output for one sample."""
        flow = self.planned.outgoing
        assert flow is not None  # a model that is probed has an input
        return flow

    @property
    def has_gain(self) -> bool:
        """Whether exactly one signal flows in, with which that of the output can be compared."""
        return len(self.planned.sources) == 1 and not self.planned.layer.beside

    @property
    def shown(self) -> bool:
        """Whether the layer has a row of its own in the report."""
        return self.operation.shown and not self.outgoing.tokens

    @property
    def unit_axis(self) -> int:
        """The axis of a batch along which units differ: the channels of an image, else the last."""
        return 1 if self.outgoing.image else -1

    @property
    def activation(self) -> Applied | None:
        """The activation to be reported: the layer's own, inside or after its map."""
        if not self.operation.applies:
            return None if self.applied == LINEAR else self.applied
        return self.planned.layer.activation or self.planned.layer.applied


def graph(plan: Plan) -> list[GraphNode]:
    """Return the nodes of a plan, in order, without layers that take no part in the flow, such as a ``param``.

    The sources and consumers of a node are indices in the list.
    """
    paths = Counter(planned.path for planned in plan.layers)
    ends = set(plan.outputs)
    flowing = [i for i, planned in enumerate(plan.layers) if planned.layer.type in OPERATIONS]
    index = {old: new for new, old in enumerate(flowing)}
    takers: dict[int, list[int]] = {old: [] for old in flowing}
    for old in flowing:  # a layer beside the flow is no consumer in the plan, but it reads its input
        for source in plan.layers[old].sources:
            if source in takers:
                takers[source].append(index[old])
    nodes: list[GraphNode] = []
    for old in flowing:
        planned = plan.layers[old]
        operation = OPERATIONS[planned.layer.type]
        applied = LINEAR if operation.applies else planned.layer.applied or LINEAR
        name = planned.path if planned.path and paths[planned.path] == 1 else _sum_name(planned, plan)
        sources = tuple(index.get(source, source) for source in planned.sources)
        planned = planned._replace(sources=sources, consumers=tuple(takers[old]))
        nodes.append(GraphNode(name, planned, operation, applied, old in ends))
    return nodes


def entering_units(nodes: Sequence[GraphNode], values: Array, source: int) -> tuple[Array, int]:
    """Return the batch of one input of a model, and the axis along which its units differ.

    (channels, length) and (positions, features) look alike: the layers that consume them decide. A
    flattened sample has as many units as values.
    """
    consumers = _consumers(nodes, source)
    if consumers and all(isinstance(node.planned.layer, Flatten) for node in consumers):
        return values.reshape(len(values), -1), 1
    return values, 1 if values.ndim > 3 or takes_channels(nodes, source) else -1


def takes_channels(nodes: Sequence[GraphNode], source: int) -> bool:
    """Return whether the first axis of an input of the model is an axis of channels."""
    return any(
        node.outgoing.image or (isinstance(node.planned.layer, Norm) and node.planned.layer.axis == 0)
        for node in _consumers(nodes, source)
    )


def _consumers(nodes: Sequence[GraphNode], source: int) -> list[GraphNode]:
    """Return the nodes that consume an input of the model."""
    taking = (node for node in nodes if not node.planned.layer.beside)
    return [node for node in taking if source in node.planned.sources]


def _sum_name(planned: PlannedLayer, plan: Plan) -> str:
    """Return the name of the sum of an unnamed residual, after the branch that it adds."""
    branch = "the input" if planned.sources[0] <= INPUT else plan.layers[planned.sources[0]].path
    return f"sum after {branch}"
