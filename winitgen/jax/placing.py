"""Where tensors go: shardings in the forms that JAX has, and whether they can hold a tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from winitgen import arguments
from winitgen.errors import UsageError

if TYPE_CHECKING:
    from winitgen.layouts.tensor import Tensor

KINDS = "a jax.sharding.Sharding, a device or a PartitionSpec"


def is_place(jax: Any, value: object) -> bool:
    """Tell whether a value says where an array goes."""
    sharding = jax.sharding
    return isinstance(value, sharding.Sharding | sharding.PartitionSpec | jax.Device)


def sharding_of(jax: Any, name: str, value: Any) -> Any:
    """Return the sharding that a value stands for; ``name`` is the value's in messages.

    None is JAX's default device. A ``PartitionSpec`` and a sharding on an abstract mesh are on the mesh of ``jax.set_mesh``.
    """
    sharding = jax.sharding
    if value is None:
        return jax.numpy.zeros(()).sharding
    if isinstance(value, jax.Device):
        return sharding.SingleDeviceSharding(value)
    if isinstance(value, sharding.PartitionSpec):
        return sharding.NamedSharding(_current_mesh(jax, name, "a PartitionSpec"), value)
    if not isinstance(value, sharding.Sharding):
        raise UsageError(f"{name} is {KINDS}, not {arguments.shown(value)}")
    if isinstance(getattr(value, "mesh", None), sharding.AbstractMesh):
        return sharding.NamedSharding(_current_mesh(jax, name, "a sharding on an abstract mesh"), value.spec)
    return value


def _current_mesh(jax: Any, name: str, kind: str) -> Any:
    """Return the mesh of ``jax.set_mesh``."""
    mesh = jax.sharding.get_mesh()
    if mesh.empty:
        raise UsageError(
            f"{name} is {kind}, which has no devices; call jax.set_mesh first, or give NamedSharding(mesh, spec)"
        )
    return mesh


def check_places(jax: Any, places: Sequence[tuple[Tensor, Any]]) -> None:
    """Raise `UsageError` for a sharding that does not divide its tensor, and a number format that JAX would narrow."""
    lines = [line for tensor, sharding in places if (line := _trouble(jax, tensor, sharding))]
    if lines:
        more = f", and {len(lines) - 1:,} more do not fit" if len(lines) > 1 else ""
        raise UsageError(lines[0] + more)


def _trouble(jax: Any, tensor: Tensor, sharding: Any) -> str:
    """Return why a tensor cannot be on a sharding; empty if it can."""
    if tensor.dtype.endswith("64") and jax.dtypes.canonicalize_dtype(tensor.dtype).itemsize < 8:
        remedy = ", or give another dtype" if tensor.dtype == "float64" else ""
        return (
            f"{tensor.name} is {tensor.dtype}, which JAX would cut to 32 bits; "
            f"call jax.config.update('jax_enable_x64', True) first{remedy}"
        )
    try:
        sharding.addressable_devices_indices_map(tensor.shape)
    except (ValueError, IndexError, TypeError):  # by JAX's release, and by what does not fit
        return f"{tensor.name} has the shape {list(tensor.shape)}, which {_shown(sharding)} does not divide evenly"
    return ""


def _shown(sharding: Any) -> str:
    """Return a sharding in a few words."""
    mesh, spec = (getattr(sharding, key, None) for key in ("mesh", "spec"))
    if mesh is None or spec is None:
        return f"its {type(sharding).__name__}"
    return f"PartitionSpec{tuple(spec)} on a mesh {dict(mesh.shape)}"
