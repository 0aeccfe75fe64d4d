"""Trees of JAX as names: what a leaf is called in a layout, and which leaf a tensor belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.errors import UsageError
from winitgen.jax.placing import is_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VALUE = "value"
"""The attribute in which Flax's variables and boxes hold an array."""


class TreeLeaf(NamedTuple):
    """A leaf of a tree, or a place above leaves: its name, and what stands there.

    ``boxed`` says that the last key of its path is the attribute ``value``, which may be that of a variable.
    """

    name: str
    held: Any
    boxed: bool = False


class NamedTree(NamedTuple):
    """The leaves of a tree in order, and its structure."""

    leaves: list[TreeLeaf]
    structure: Any


def separator_of(layout: str) -> str:
    """Return what stands between the parts of a name."""
    return "/" if layout == "keras" else "."


def named_tree(jax: Any, argument: str, tree: Any, layout: str) -> NamedTree:
    """Return the leaves of a tree, named by their keys, joined as a layout joins names.

    Shardings are leaves, and so are the random states of nnx, whatever they hold. Raises `UsageError` for a mapping whose
    keys JAX cannot sort; ``argument`` is what the tree was given as.
    """
    separator = separator_of(layout)
    try:
        found, structure = jax.tree_util.tree_flatten_with_path(
            tree, is_leaf=lambda value: is_place(jax, value) or is_random_state(value)
        )
    except (ValueError, TypeError):
        raise UsageError(
            f"{argument} has a mapping whose keys cannot be sorted, as those of JAX's trees are"
        ) from None
    leaves = []
    for path, held in found:
        keys = [str(_key(entry)) for entry in path]
        boxed = bool(path) and getattr(path[-1], "name", None) == VALUE
        leaves.append(TreeLeaf(separator.join(keys), held, boxed))
    return NamedTree(leaves, structure)


def _key(entry: Any) -> object:
    """Return the key, index or attribute that one step of a path takes."""
    for attribute in ("key", "idx", "name"):
        if hasattr(entry, attribute):
            return getattr(entry, attribute)
    return entry


def is_random_state(value: object) -> bool:
    """Tell whether a value is a key or a count of nnx's random numbers, which are no weights."""
    return any(
        kind.__name__ == "RngState" and kind.__module__.startswith("flax.") for kind in type(value).__mro__
    )


def matched(leaves: Sequence[TreeLeaf], wanted: Iterable[str], layout: str) -> list[TreeLeaf]:
    """Return the leaves with the names that they have in the layout: without the attribute ``value`` of a box."""
    separator = separator_of(layout)
    known = {*wanted, *_above(wanted, separator)}
    return [
        leaf._replace(name=leaf.name[: -len(VALUE)].removesuffix(separator))
        if leaf.boxed and leaf.name not in known
        else leaf
        for leaf in leaves
    ]


def owners(leaves: Sequence[TreeLeaf], wanted: Iterable[str], layout: str) -> dict[str, int]:
    """Return for each name the index of the leaf that it is, or else of the nearest one above it; none is a random state."""
    separator = separator_of(layout)
    places = {leaf.name: index for index, leaf in enumerate(leaves) if not is_random_state(leaf.held)}
    found = {}
    for name in wanted:
        above = next((one for one in _up(name, separator) if one in places), None)
        if above is not None:
            found[name] = places[above]
    return found


def _up(name: str, separator: str) -> Iterator[str]:
    """Yield a name, and the names above it: the last is that of the whole tree."""
    yield name
    while separator in name:
        name = name.rpartition(separator)[0]
        yield name
    yield ""


def _above(names: Iterable[str], separator: str) -> set[str]:
    return {one for name in names for one in _up(name, separator)}


def nested(arrays: Mapping[str, Any], layout: str) -> dict[Any, Any]:
    """Return arrays by their names, in a mapping for each module where Flax has one; indices of nnx are whole numbers."""
    if layout not in ("flax", "nnx"):
        return dict(arrays)
    found: dict[Any, Any] = {}
    for name, array in arrays.items():
        *path, last = [int(key) if layout == "nnx" and key.isdigit() else key for key in name.split(".")]
        inner = found
        for key in path:
            inner = inner.setdefault(key, {})
            if not isinstance(inner, dict):
                raise UsageError(f"the tensor {name} is within another one, so that no tree can hold both")
        if last in inner:
            raise UsageError(f"the tensor {name} has others within it, so that no tree can hold all")
        inner[last] = array
    return found
