"""Lists of a config that have an item for each layer, such as ``layer_types``, when the number of layers changes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle, islice
from typing import Any

LAYERS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")
"""What families call the number of layers, in the order in which they are looked for."""


def kinds(items: list[Any]) -> list[str]:
    """Return the different items of a list, as text, in their order."""
    return list(dict.fromkeys(map(str, items)))


def lists_of_layers(fields: Mapping[str, Any], layers: Any) -> dict[str, list[Any]]:
    """Return the fields that are lists of as many items as there are layers."""
    return {name: value for name, value in fields.items() if isinstance(value, list) and len(value) == layers}


def fitted(items: list[Any], count: int) -> list[Any]:
    """Return ``count`` items in their order: at least one of each kind if there is room, or all of them over again.

    >>> fitted(["a", "a", "b", "c"], 3), fitted(["a", "b", "c"], 2), fitted(["a", "b"], 5)
    (['a', 'b', 'c'], ['a', 'b'], ['a', 'b', 'a', 'b', 'a'])
    """
    if count > len(items):
        return list(islice(cycle(items), count))
    first = {str(item): index for index, item in reversed(list(enumerate(items)))}
    chosen = sorted(first.values())[:count]
    others = [index for index in range(len(items)) if index not in chosen]
    return [items[index] for index in sorted([*chosen, *others[: count - len(chosen)]])]
