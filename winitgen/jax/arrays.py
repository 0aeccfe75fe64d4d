"""One tensor as an array of JAX, each device's shard drawn for it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, SupportsIndex

from winitgen.arguments import Dtype
from winitgen.arguments.kinds import some_text
from winitgen.checkpoint import opened
from winitgen.jax.needed import need_jax
from winitgen.jax.placing import check_places, sharding_of
from winitgen.load import Source
from winitgen.numeric.dtypes import DTYPES
from winitgen.numeric.threads import in_order, threads_for
from winitgen.planning.plan import Plan
from winitgen.spec.model import ModelSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winitgen.checkpoint.opened import Checkpoint
    from winitgen.numeric.arrays import Array

Box = tuple[range, ...]
"""The elements of a shard: one range an axis."""


def array(
    spec: ModelSpec | Source | Plan,
    name: str,
    sharding: Any = None,
    *,
    seed: SupportsIndex | None = None,
    dtype: Dtype | None = None,
    layout: str | None = None,
) -> Any:
    """Return one tensor of a model as a ``jax.Array``, of which this process draws the shards of its own devices.

    ``sharding`` is a ``jax.sharding.Sharding``, a device, a ``PartitionSpec`` on the mesh of ``jax.set_mesh``, or None
    for JAX's default device. The other arguments are those of `winitgen.plan`; a `Plan` saves making it again for
    each array. Every element has the bits that it has in the file of `winitgen.write`.

    Raises `UsageError`, before anything is drawn, for a name that the model has not, a sharding that does not
    divide the shape, and a number of 64 bits while ``jax_enable_x64`` is off.
    """
    jax = need_jax()
    some_text("name", name)
    with opened.open(spec, seed=seed, dtype=dtype, layout=layout) as checkpoint:
        checkpoint.get_shape(name)
        place = sharding_of(jax, "sharding", sharding)
        check_places(jax, [(checkpoint.tensors[name], place)])
        return placed(jax, checkpoint, name, place)


def placed(jax: Any, checkpoint: Checkpoint, name: str, sharding: Any) -> Any:
    """Return a tensor on the devices of a sharding that can hold it; a shard on several devices is drawn once."""
    tensor = checkpoint.tensors[name]
    indices = sharding.addressable_devices_indices_map(tensor.shape).values()
    boxes = list(dict.fromkeys(box_of(index, tensor.shape) for index in indices))
    nbytes = DTYPES[tensor.dtype].itemsize * tensor.size
    drawn = dict(zip(boxes, _drawn(checkpoint, name, boxes, nbytes), strict=True))
    made = jax.make_array_from_callback(
        tensor.shape,
        sharding,
        lambda index: drawn[box_of(index, tensor.shape)],
        dtype=DTYPES[tensor.dtype].numpy(),  # of a process none of whose devices has a part of it
    )
    return jax.block_until_ready(made)  # so that the shards of one tensor, not of many, wait in memory


def box_of(index: Sequence[slice], shape: Sequence[int]) -> Box:
    """Return the ranges of an index as JAX has it: a slice an axis."""
    return tuple(range(*part.indices(size)) for part, size in zip(index, shape, strict=True))


def _drawn(checkpoint: Checkpoint, name: str, boxes: Sequence[Box], nbytes: int) -> list[Array]:
    """Return the elements of each box, drawn side by side if they are worth it."""
    threads = min(threads_for(nbytes, None), len(boxes)) or 1
    return list(in_order((partial(checkpoint.read, name, box) for box in boxes), threads))
