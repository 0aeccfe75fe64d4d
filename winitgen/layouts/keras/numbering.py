"""The layers of a Keras model in the order in which its file counts them.

``model.layers`` of a Functional model is not the order in which layers were made: Keras sorts them by
their depth, the longest way to an output, deepest first, and layers of one depth by when a search
from the outputs, inputs in their order, comes to them (``map_graph`` in keras/src/ops/function.py).
For a chain of layers it is their own order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from winitgen.layouts.tensor import Tensor

HERE = -1
"""The source that stands for what flows into the layer of the spec, or into the model."""


class KerasLayer(NamedTuple):
    """One layer of a Keras model.

    ``kind`` is its class in snake case, empty for one that no file counts; ``sources`` are the
    places in a list of the layers it takes; ``variables`` are its tensors, each with its place below
    the layer's own, such as ``cell/vars/0``.
    """

    kind: str
    sources: tuple[int, ...] = (HERE,)
    variables: tuple[tuple[str, Tensor], ...] = ()


def chained(*layers: KerasLayer) -> list[KerasLayer]:
    """Return layers each of which takes what the one before it gives."""
    return [layer._replace(sources=(index - 1,)) for index, layer in enumerate(layers)]


def in_model(layers: Sequence[KerasLayer], sources: tuple[int, ...], begin: int) -> list[KerasLayer]:
    """Return layers that take ``sources`` where they took `HERE`; the first of them is at ``begin``."""
    return [
        layer._replace(
            sources=tuple(
                source for own in layer.sources for source in (sources if own == HERE else (begin + own,))
            )
        )
        for layer in layers
    ]


def assign_paths(layers: Sequence[KerasLayer]) -> None:
    """Tell every tensor its place in a ``.weights.h5``, such as ``layers/dense_1/vars/0``.

    Layers stand behind their sources. Each without a consumer is an output of the model. Tensors of
    layers that no file counts, and of number formats that none has, are left without a place.
    """
    depths, met = _depths(layers), _met(layers)
    counts: Counter[str] = Counter()
    for index in sorted(range(len(layers)), key=lambda index: (-depths[index], met[index])):
        kind, _, variables = layers[index]
        if not kind:
            continue
        group = f"layers/{kind}_{counts[kind]}" if counts[kind] else f"layers/{kind}"
        counts[kind] += 1
        for below, tensor in variables:
            if not tensor.dtype.startswith("float8"):  # which Keras would read as whole numbers
                tensor.keras_path = f"{group}/{below}"


def _depths(layers: Sequence[KerasLayer]) -> list[int]:
    """Return the number of layers on the longest way from each layer to an output."""
    depths = [0] * len(layers)
    for index in reversed(range(len(layers))):
        for source in layers[index].sources:
            if source != HERE:
                depths[source] = max(depths[source], depths[index] + 1)
    return depths


def _met(layers: Sequence[KerasLayer]) -> dict[int, int]:
    """Return when a depth-first search from the outputs comes to each layer."""
    taken = {source for layer in layers for source in layer.sources}
    waiting = [index for index in reversed(range(len(layers))) if index not in taken]
    met: dict[int, int] = {}
    while waiting:
        index = waiting.pop()
        if index not in met:
            met[index] = len(met)
            waiting += [source for source in reversed(layers[index].sources) if source != HERE]
    return met
