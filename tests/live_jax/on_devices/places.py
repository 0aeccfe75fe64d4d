"""Meshes of eight devices, where tensors go on them, and the arrays of trees by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
from flax import nnx
from jax.sharding import AxisType, NamedSharding, PartitionSpec

AUTO = AxisType.Auto
LINE = jax.make_mesh((8,), ("x",), axis_types=(AUTO,))
GRID = jax.make_mesh((4, 2), ("x", "y"), axis_types=(AUTO, AUTO))
REPLICATED = NamedSharding(GRID, PartitionSpec())

Place = Callable[[str, tuple[int, ...]], Any]


def along(mesh: Any, *axes: str) -> Place:
    """Return a function that divides a tensor along as many of its last axes as the mesh divides evenly."""

    def place(name: str, shape: tuple[int, ...]) -> Any:
        left, parts = [*axes], []
        for size in reversed(shape):
            fits = left and size % mesh.shape[left[-1]] == 0
            parts.insert(0, left.pop() if fits else None)
        return NamedSharding(mesh, PartitionSpec(*parts))

    return place


PLACES: dict[str, Place] = {
    "line": along(LINE, "x"),
    "grid": along(GRID, "x", "y"),
    "rows of a grid": along(GRID, "y"),
    "replicated": lambda name, shape: REPLICATED,
}
"""Shardings over one axis and over two, with shards on one device, on four and on all."""


def flat(tree: Any) -> dict[str, Any]:
    """Return the arrays of nested mappings by their keys, joined by dots."""
    found = jax.tree_util.tree_flatten_with_path(tree)[0]
    return {".".join(str(entry.key) for entry in path if hasattr(entry, "key")): leaf for path, leaf in found}


def of_state(state: Any) -> dict[str, Any]:
    """Return the arrays of a state of nnx, which are no random numbers, by their paths."""
    return {
        ".".join(map(str, path)): leaf[...]
        for path, leaf in nnx.to_flat_state(state)
        if not isinstance(leaf, nnx.RngState)
    }
