"""All tensors of a model as a tree of JAX's arrays."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import Any, SupportsIndex

from winitgen.arguments import Dtype
from winitgen.checkpoint import opened
from winitgen.errors import WinitgenError
from winitgen.jax.arrays import placed
from winitgen.jax.leaves import nested, separator_of
from winitgen.jax.needed import need_jax
from winitgen.jax.processes import in_step
from winitgen.jax.tree_plan import TreePlan, tree_plan
from winitgen.layouts import LAYOUTS, names
from winitgen.load import Source, plan
from winitgen.planning.plan import Plan
from winitgen.spec.model import ModelSpec


def tree(
    spec: ModelSpec | Source | Plan,
    shardings: Any = None,
    *,
    like: Any = None,
    seed: SupportsIndex | None = None,
    dtype: Dtype | None = None,
    layout: str | None = None,
) -> Any:
    """Return all tensors of a model as a tree of ``jax.Array``, each shard drawn by the process whose device has it.

    ``shardings`` says where they go: one sharding for all; a function of a tensor's name and shape; or a tree of
    shardings, in which one may stand for all tensors below it. A sharding is whatever `winitgen.jax.array` takes.
    Without any, tensors are on JAX's default device.

    ``like`` is a tree of arrays or of ``jax.ShapeDtypeStruct``: the variables of linen, as ``jax.eval_shape`` returns
    them, an ``nnx.State``, a module of nnx, or any other. The result has its structure; names, shapes and number formats
    have to be those of the model; the shardings of its leaves hold where ``shardings`` is None. Such a tree may
    be ``shardings`` itself. The random states of nnx are returned as they are.

    The keys on the way to a leaf, joined by dots, are the tensor's name, so that a tree is nested as Flax has
    it, or a flat mapping of names. Without ``like``, the tensors below one sharding are nested so in the layouts ``flax`` and
    ``nnx``; in others they are a mapping of their names.

    The other arguments are those of `winitgen.plan`: layout ``flax`` for linen, ``nnx`` for nnx. In a run of several
    processes all of them call this function; it compares their recipes, and moves nothing else.

    Raises, before anything is drawn, `DiffersError` with a line for each difference between the tree and the
    model, as `winitgen.verify` has them, and `UsageError` as `winitgen.jax.array` does.
    """
    jax = need_jax()
    files = ExitStack()

    def prepare() -> TreePlan:
        checkpoint = files.enter_context(opened.open(spec, seed=seed, dtype=dtype, layout=layout))

        def other(found: Sequence[str]) -> str:
            if layout is not None or isinstance(spec, Plan):
                return ""
            return _other_layout(spec, checkpoint.plan.layout, found)

        return tree_plan(jax, checkpoint, shardings, like, other)

    with files:
        ready = in_step(jax, prepare)
        arrays = {name: placed(jax, ready.checkpoint, name, place) for name, place in ready.shardings.items()}
    return _filled(jax, ready, arrays)


def _filled(jax: Any, ready: TreePlan, arrays: dict[str, Any]) -> Any:
    """Return the tree with arrays in place of its leaves, and a tree of arrays in place of one that stands for several."""
    layout = ready.plan.layout
    below: dict[int, dict[str, Any]] = {}
    for name, index in ready.owner.items():
        below.setdefault(index, {})[name] = arrays[name]
    values = []
    for index, leaf in enumerate(ready.into.leaves):
        mine = below.get(index)
        if mine is None:
            values.append(leaf.held)
        elif leaf.name in mine:
            values.append(mine[leaf.name])
        else:
            start = leaf.name + separator_of(layout) if leaf.name else ""
            values.append(nested({name.removeprefix(start): array for name, array in mine.items()}, layout))
    return jax.tree_util.tree_unflatten(ready.into.structure, values)


def _other_layout(spec: ModelSpec | Source, layout: str, found: Sequence[str]) -> str:
    """Return a line that names another layout whose names are those of a tree; empty if there is none."""
    for other in LAYOUTS:
        with suppress(WinitgenError):  # the spec cannot be in that layout
            if other != layout and {*names(plan(spec, layout=other))} == {*found}:
                return f"the names are those of the layout {other}: give layout='{other}'"
    return ""
