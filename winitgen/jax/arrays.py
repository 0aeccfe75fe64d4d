"""One tensor as an array of JAX, each device's shard drawn for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, SupportsIndex

from winitgen.arguments import Dtype
from winitgen.arguments.kinds import some_text
from winitgen.checkpoint import opened
from winitgen.jax.needed import need_jax
from winitgen.jax.placing import check_places, sharding_of
from winitgen.load import Source
from winitgen.numeric.dtypes import DTYPES
from winitgen.planning.plan import Plan
from winitgen.spec.model import ModelSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winitgen.checkpoint.opened import Checkpoint

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
    """Return a tensor on the devices of a sharding that can hold it.

    A shard on several devices is drawn once. Each goes to its devices before the next one is drawn, so that one is in
    this process's memory: ``jax.make_array_from_callback`` would collect those of all its devices first.
    """
    tensor = checkpoint.tensors[name]
    devices: dict[Box, list[Any]] = {}
    for device, index in sharding.addressable_devices_indices_map(tensor.shape).items():
        devices.setdefault(box_of(index, tensor.shape), []).append(device)
    shards: list[Any] = []
    for box, own in devices.items():
        drawn = checkpoint.read(name, box)
        places = [
            jax.sharding.SingleDeviceSharding(device, memory_kind=sharding.memory_kind) for device in own
        ]
        shards += jax.block_until_ready([jax.device_put(drawn, place) for place in places])
    return jax.make_array_from_single_device_arrays(
        tensor.shape,
        sharding,
        shards,
        dtype=DTYPES[tensor.dtype].numpy(),  # of a process none of whose devices has a part of it
    )


def box_of(index: Sequence[slice], shape: Sequence[int]) -> Box:
    """Return the ranges of an index as JAX has it: a slice an axis."""
    return tuple(range(*part.indices(size)) for part, size in zip(index, shape, strict=True))
