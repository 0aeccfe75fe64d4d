"""Arrays of NumPy as tensors of other frameworks, with the same bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from winitgen import arguments
from winitgen.errors import UsageError

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array

Converter = Callable[["Array"], Any]
"""Turns an array that nobody else has into a tensor of a framework."""


def converter(framework: object, device: object = None) -> Converter:
    """Return what makes tensors of a framework, by one of the names that safetensors has for it, on a device of PyTorch.

    Raises `UsageError` if there is no such framework or device, or if the framework is not installed.
    """
    match arguments.kinds.some_text("framework", framework):
        case "pt" | "torch" | "pytorch":
            _installed("torch")
            return _to_torch_on(device)
        case "np" | "numpy":
            found = to_numpy
        case "jax" | "flax":
            _installed("jax")
            found = to_jax
        case _:
            raise UsageError(
                f"unknown framework {arguments.shown(framework)}; the frameworks are np, pt, jax"
            )
    if device not in (None, "cpu"):
        raise UsageError(
            f"device is for the framework 'pt', not for {arguments.shown(framework)}; leave it out"
        )
    return found


def _to_torch_on(device: object) -> Converter:
    """Return what makes tensors of PyTorch on a device: a name, a number, a ``torch.device``, or None for the processor."""
    place = torch_device("cpu" if device is None else device)
    return to_torch if place.type == "cpu" else lambda array: to_torch(array).to(place)


def torch_device(device: object) -> Any:
    """Return a device of PyTorch by its name or number; raise `UsageError` for one that is not here."""
    import torch

    try:
        place = torch.device(device)
        torch.empty(0, device=place)
    except (RuntimeError, TypeError, AssertionError) as error:  # as PyTorch refuses what there is not here
        why = (str(error).splitlines() or [""])[0].rstrip(".")
        raise UsageError(
            f"device is one that PyTorch has here, not {arguments.shown(device)}: {why}"
        ) from None
    return place


def _installed(package: str) -> None:
    """Import a framework, before anything is drawn for it; raise `UsageError` if it is not there."""
    from importlib import import_module

    try:
        import_module(package)
    except ImportError as error:
        raise UsageError(f"{package} cannot be imported: {error}; pip install {package}") from error


def to_numpy(array: Array) -> Array:
    """Return an array as it is."""
    return array


def to_torch(array: Array) -> Any:
    """Return a tensor of PyTorch that has the memory of an array."""
    import torch

    if array.dtype.isbuiltin == 1:
        return torch.from_numpy(array)
    bits = torch.from_numpy(array.view(f"u{array.dtype.itemsize}"))
    return bits.view(getattr(torch, array.dtype.name))


def shared_with_torch(tensor: Any) -> Array | None:
    """Return the array of NumPy that has the memory of a tensor of PyTorch, None for one that is on another device."""
    import torch

    from winitgen.numeric.dtypes import DTYPES

    if tensor.device.type != "cpu" or tensor.layout is not torch.strided:
        return None
    dtype = DTYPES[str(tensor.dtype).removeprefix("torch.")]
    if not dtype.stored_as:
        found: Array = tensor.detach().numpy()
        return found
    bits: Array = tensor.detach().view(getattr(torch, dtype.stored_as)).numpy()
    return bits.view(dtype.numpy())


def to_jax(array: Array) -> Any:
    """Return an array of JAX; one of 64 bits has 32 there unless ``jax_enable_x64`` is set, as JAX has it."""
    import jax.numpy as jnp

    return jnp.asarray(array)


AS_NUMPY: tuple[Converter, ...] = (to_numpy, to_jax)
"""Of the frameworks whose arrays are indexed as NumPy's; PyTorch takes the numbers of an index before its list."""
