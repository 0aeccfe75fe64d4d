"""What a tree of JAX's arrays will be: the place of each tensor on devices, and in the tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.audit.verify.live_arrays import LiveArray, check_arrays
from winitgen.errors import UsageError
from winitgen.jax.leaves import NamedTree, TreeLeaf, is_random_state, matched, named_tree, owners
from winitgen.jax.placing import KINDS, check_places, is_place, sharding_of

if TYPE_CHECKING:
    from winitgen.checkpoint.opened import Checkpoint
    from winitgen.planning.plan import Plan

OtherLayout = Callable[[Sequence[str]], str]
"""Returns a line about the layout to which names belong, or an empty text."""


class TreePlan(NamedTuple):
    """What will be drawn: ``owner`` has for each tensor the index of the leaf of ``into`` that it is, or is below."""

    checkpoint: Checkpoint
    into: NamedTree
    shardings: dict[str, Any]
    owner: dict[str, int]

    @property
    def plan(self) -> Plan:
        """The plan of the checkpoint."""
        return self.checkpoint.plan


def tree_plan(jax: Any, checkpoint: Checkpoint, shardings: Any, like: Any, other: OtherLayout) -> TreePlan:
    """Return what will be drawn; raise for whatever does not fit. The arguments are those of `winitgen.jax.tree`."""
    if like is None and _has_arrays(jax, checkpoint, shardings):
        shardings, like = None, shardings
    if like is None:
        into, owner = _of_places(jax, checkpoint, shardings, other)
        places = _held(into, owner, checkpoint, shardings)
    else:
        into, owner = _of_arrays(jax, checkpoint, like, other)
        places = {name: getattr(into.leaves[index].held, "sharding", None) for name, index in owner.items()}
        if shardings is not None:
            places = _held(*_of_places(jax, checkpoint, shardings, other), checkpoint, shardings)
    known: dict[int, Any] = {}  # one sharding stands for many tensors
    for name, place in places.items():
        if id(place) not in known:
            known[id(place)] = sharding_of(jax, f"the sharding of {name}", place)
    found = {name: known[id(places[name])] for name in checkpoint.tensors}
    check_places(jax, [(checkpoint.tensors[name], sharding) for name, sharding in found.items()])
    return TreePlan(checkpoint, into, found, owner)


def _of_arrays(
    jax: Any, checkpoint: Checkpoint, like: Any, other: OtherLayout
) -> tuple[NamedTree, dict[str, int]]:
    """Return a tree whose leaves are arrays with the names, shapes and number formats of the tensors."""
    into = _read(jax, checkpoint, "like", like)
    found = []
    for leaf in into.leaves:
        if not is_random_state(leaf.held):
            if not _is_array(leaf.held):
                kind = type(leaf.held).__name__
                raise UsageError(
                    f"{_at('like', leaf)} is an array or a jax.ShapeDtypeStruct, not an object of type '{kind}'"
                )
            tensor = leaf.name if leaf.name in checkpoint.tensors else None
            found.append(LiveArray(leaf.name, tuple(leaf.held.shape), str(leaf.held.dtype), tensor))
    _check("like", checkpoint, found, other)
    return into, owners(into.leaves, checkpoint.tensors, checkpoint.plan.layout)


def _of_places(
    jax: Any, checkpoint: Checkpoint, shardings: Any, other: OtherLayout
) -> tuple[NamedTree, dict[str, int]]:
    """Return a tree whose leaves say where the tensors below them go; what holds for all is one leaf."""
    if shardings is None or _is_function(jax, shardings):
        whole = NamedTree([TreeLeaf("", shardings)], jax.tree_util.tree_structure(0))
        return whole, dict.fromkeys(checkpoint.tensors, 0)
    found = _read(jax, checkpoint, "shardings", shardings)
    for leaf in found.leaves:
        if not is_place(jax, leaf.held):
            kind = type(leaf.held).__name__
            raise UsageError(f"{_at('shardings', leaf)} is {KINDS}, not an object of type '{kind}'")
    owner = owners(found.leaves, checkpoint.tensors, checkpoint.plan.layout)
    used = set(owner.values())
    covered = [
        LiveArray(name, tensor.shape, tensor.dtype, name)
        for name, tensor in checkpoint.tensors.items()
        if name in owner
    ]
    surplus = [
        LiveArray(leaf.name, (), "", None) for index, leaf in enumerate(found.leaves) if index not in used
    ]
    _check("shardings", checkpoint, [*covered, *surplus], other)
    return found, owner


def _held(
    into: NamedTree, owner: Mapping[str, int], checkpoint: Checkpoint, shardings: Any
) -> dict[str, Any]:
    """Return the place of each tensor: what its leaf holds, or a function there says."""
    found = {}
    for name, tensor in checkpoint.tensors.items():
        leaf = into.leaves[owner[name]]
        is_asked = leaf.name == "" and leaf.held is shardings and callable(shardings)
        found[name] = shardings(name, tensor.shape) if is_asked else leaf.held
    return found


def _read(jax: Any, checkpoint: Checkpoint, argument: str, tree: Any) -> NamedTree:
    """Return a tree whose leaves have the names that they have in the layout of the plan; raise `UsageError` if two have one."""
    layout = checkpoint.plan.layout
    found = named_tree(jax, argument, tree, layout)
    found = found._replace(leaves=matched(found.leaves, checkpoint.tensors, layout))
    for name, times in Counter(leaf.name for leaf in found.leaves if not is_random_state(leaf.held)).items():
        if times > 1:
            raise UsageError(
                f"{argument} has {times} leaves with the name '{name}', of which one could be the tensor; rename the others"
            )
    return found


def _check(label: str, checkpoint: Checkpoint, found: Sequence[LiveArray], other: OtherLayout) -> None:
    """Raise `DiffersError` if arrays are not those of the tensors; a tree in another layout is told so."""
    own = {array.name for array in found}
    is_lacking = any(name not in own for name in checkpoint.tensors)
    hint = other([array.name for array in found]) if is_lacking else ""
    check_arrays(label, list(checkpoint.tensors.values()), found, *([hint] if hint else []))


def _at(name: str, leaf: TreeLeaf) -> str:
    """Return the place of a leaf in an argument."""
    return f"{name}[{leaf.name!r}]" if leaf.name else name


def _has_arrays(jax: Any, checkpoint: Checkpoint, tree: Any) -> bool:
    """Tell whether a tree has an array among its leaves."""
    if tree is None or is_place(jax, tree) or _is_function(jax, tree):
        return False
    return any(
        _is_array(leaf.held) for leaf in named_tree(jax, "shardings", tree, checkpoint.plan.layout).leaves
    )


def _is_array(value: Any) -> bool:
    """Tell whether a value has a shape and a number format."""
    return hasattr(value, "shape") and hasattr(value, "dtype")


def _is_function(jax: Any, value: object) -> bool:
    """Tell whether a value is to be called; a module of Flax can be called, too, and is a tree."""
    return callable(value) and not is_place(jax, value) and jax.tree_util.all_leaves([value])
