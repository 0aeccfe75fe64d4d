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


def converter(framework: object) -> Converter:
    """Return what makes tensors of a framework, by one of the names that safetensors has for it.

    Raises `UsageError` if there is no such framework, or if it is not installed.
    """
    match arguments.kinds.some_text("framework", framework):
        case "np" | "numpy":
            return to_numpy
        case "pt" | "torch" | "pytorch":
            _installed("torch")
            return to_torch
        case "jax" | "flax":
            _installed("jax")
            return to_jax
    raise UsageError(f"unknown framework {arguments.shown(framework)}; the frameworks are np, pt, jax")


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


def to_jax(array: Array) -> Any:
    """Return an array of JAX; one of 64 bits has 32 there unless ``jax_enable_x64`` is set, as JAX has it."""
    import jax.numpy as jnp

    return jnp.asarray(array)
