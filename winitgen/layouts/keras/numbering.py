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

HERE = -1
"""The source that stands for the input of the layer of the spec, or of the model."""


class KerasLayer(NamedTuple):
    """One layer of a Keras model.

    ``kind`` is its class in snake case, empty for one that files do not count; ``sources`` are the indices,
    in a list, of the layers that it takes as inputs; ``variables`` are its tensors, each with its path below
    the layer's own, such as ``cell/vars/0``.
    """

    kind: str
    sources: tuple[int, ...] = (HERE,)
    variables: tuple[tuple[str, Tensor], ...] = ()


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


def assign_paths(layers: Sequence[KerasLayer]) -> None:
    """Set the ``keras_path`` of every tensor in a ``.weights.h5``, such as ``layers/dense_1/vars/0``.

    Layers come after their sources. A layer without a consumer is an output of the model. Tensors of layers
    that files do not count, and of number formats that Keras's files do not have, get no path.
    """
    depths, reached = _depths(layers), _reached(layers)
    counts: Counter[str] = Counter()
    for index in sorted(range(len(layers)), key=lambda index: (-depths[index], reached[index])):
        kind, _, variables = layers[index]
        if not kind:
            continue
        group = f"layers/{kind}_{counts[kind]}" if counts[kind] else f"layers/{kind}"
        counts[kind] += 1
        for below, tensor in variables:
            if not tensor.dtype.startswith("float8"):  # which Keras would read as whole numbers
                tensor.keras_path = f"{group}/{below}"


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
