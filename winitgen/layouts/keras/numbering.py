"""The layers of a Keras model in the order in which its file numbers them.

``model.layers`` of a Functional model is not in the order in which layers were made: Keras sorts them by
their depth, the longest path to an output, deepest first, and layers of equal depth by when a depth-first
search from the outputs, inputs in their order, reaches them (``map_graph`` in keras/src/ops/function.py).
For a chain of layers it is their own order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from winitgen.layouts.tensor import Tensor
from winitgen.planning.plan import InnerModel

HERE = -1
"""The source that stands for the input of the layer of the spec, or of the model."""


class KerasLayer(NamedTuple):
    """One layer of a Keras model.

    ``kind`` is its class in snake case, empty for one that files do not count; ``sources`` are the indices,
    in a list, of the layers that it takes as inputs; ``variables`` are its tensors, each with its path below
    the layer's own, such as ``cell/vars/0``. ``models`` are the models within the model that it is in.
    """

    kind: str
    sources: tuple[int, ...] = (HERE,)
    variables: tuple[tuple[str, Tensor], ...] = ()
    models: tuple[InnerModel, ...] = ()


def chained(*layers: KerasLayer) -> list[KerasLayer]:
    """Return layers each of which takes the output of the one before it."""
    return [layer._replace(sources=(index - 1,)) for index, layer in enumerate(layers)]


def in_model(layers: Sequence[KerasLayer], sources: tuple[int, ...], begin: int) -> list[KerasLayer]:
    """Return layers with ``sources`` in place of `HERE`; the first of them has the index ``begin``."""
    return [
        layer._replace(
            sources=tuple(
                source for own in layer.sources for source in (sources if own == HERE else (begin + own,))
            )
        )
        for layer in layers
    ]


def assign_paths(layers: Sequence[KerasLayer], prefix: str = "", level: int = 0) -> None:
    """Set the ``keras_path`` of every tensor in a ``.weights.h5``, such as ``layers/dense_1/vars/0``.

    Layers come after their sources. A layer without a consumer is an output of the model. Tensors of layers
    that files do not count, and of number formats that Keras's files do not have, get no path. A model within the
    model, at this ``level``, is one layer of it, and ``prefix`` is its path.
    """
    members = _members(layers, level)
    nodes = _nodes(layers, members, level)
    depths, reached = _depths(nodes), _reached(nodes)
    counts: Counter[str] = Counter()
    for index in sorted(range(len(nodes)), key=lambda index: (-depths[index], reached[index])):
        node = nodes[index]
        if not node.kind:
            continue
        group = (
            f"{prefix}layers/{node.kind}_{counts[node.kind]}"
            if counts[node.kind]
            else f"{prefix}layers/{node.kind}"
        )
        counts[node.kind] += 1
        if len(layers[members[index][0]].models) > level:
            assign_paths(_within(layers, members[index]), f"{group}/", level + 1)
        for below, tensor in node.variables:
            if not tensor.dtype.startswith("float8"):  # which Keras would read as whole numbers
                tensor.keras_path = f"{group}/{below}"


def _members(layers: Sequence[KerasLayer], level: int) -> list[list[int]]:
    """Return the indices of the layers of each node at a level: those of a model within, or a single one."""
    found: dict[object, list[int]] = {}
    for index, layer in enumerate(layers):
        inner = layer.models[level : level + 1]
        found.setdefault(inner or index, []).append(index)
    return list(found.values())


def _nodes(layers: Sequence[KerasLayer], members: Sequence[Sequence[int]], level: int) -> list[KerasLayer]:
    """Return the layers of a model, in which each model within it is one that takes all that flows into it."""
    node_of = {index: node for node, own in enumerate(members) for index in own}
    nodes = []
    for node, own in enumerate(members):
        first = layers[own[0]]
        if len(first.models) <= level:
            sources = (source if source == HERE else node_of[source] for source in first.sources)
            nodes.append(first._replace(sources=tuple(sources)))
            continue
        taken = [source for index in own for source in layers[index].sources]
        outer = [source if source == HERE else node_of[source] for source in taken]
        kept = dict.fromkeys(source for source in outer if source != node)
        nodes.append(KerasLayer(first.models[level].kind, tuple(kept)))
    return nodes


def _within(layers: Sequence[KerasLayer], own: Sequence[int]) -> list[KerasLayer]:
    """Return the layers of a model within the model, whose sources outside it are its inputs."""
    places = {index: place for place, index in enumerate(own)}
    return [
        layers[index]._replace(sources=tuple(places.get(source, HERE) for source in layers[index].sources))
        for index in own
    ]


def _depths(layers: Sequence[KerasLayer]) -> list[int]:
    """Return the number of layers on the longest path from each layer to an output."""
    depths = [0] * len(layers)
    for index in reversed(range(len(layers))):
        for source in layers[index].sources:
            if source != HERE:
                depths[source] = max(depths[source], depths[index] + 1)
    return depths


def _reached(layers: Sequence[KerasLayer]) -> dict[int, int]:
    """Return the step at which a depth-first search from the outputs reaches each layer."""
    taken = {source for layer in layers for source in layer.sources}
    waiting = [index for index in reversed(range(len(layers))) if index not in taken]
    reached: dict[int, int] = {}
    while waiting:
        index = waiting.pop()
        if index not in reached:
            reached[index] = len(reached)
            waiting += [source for source in reversed(layers[index].sources) if source != HERE]
    return reached
