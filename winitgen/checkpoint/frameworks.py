"""Arrays of NumPy as tensors of other frameworks, with the same bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from winitgen.errors import UsageError

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array


def converter(framework: str | None) -> Callable[[Array], Any]:
    """Return the function that turns an array into a tensor of a framework."""
    match framework:
        case "np" | "numpy":
            return lambda array: array
        case "pt" | "torch":
            return to_torch
        case "jax" | "flax":
            return to_jax
    raise UsageError(f"unknown framework '{framework}'; the frameworks are np, pt, jax")


def to_torch(array: Array) -> Any:
    """Return a tensor of PyTorch that has the memory of an array."""
    import torch

    if array.dtype.kind == "V":
        name = array.dtype.name
        return torch.from_numpy(array.view(f"u{array.dtype.itemsize}")).view(getattr(torch, name))
    return torch.from_numpy(array)


def to_jax(array: Array) -> Any:
    """Return an array of JAX."""
    import jax.numpy as jnp

    return jnp.asarray(array)
