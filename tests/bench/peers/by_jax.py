"""JAX as its users draw with it."""

from __future__ import annotations

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("JAX_ENABLE_X64", "1")  # float64 is drawn, too

from collections.abc import Callable, Mapping
from itertools import count as counter

import jax
import jax.numpy as jnp
from jax.nn import initializers
from safetensors.flax import save_file

seeds = counter()


def key() -> jax.Array:
    """Return a key that was not used."""
    return jax.random.key(next(seeds))


def use(_: int) -> None:
    """Nothing: XLA has a thread for each core that the process may use."""


def he_normal(units: int, inputs: int) -> jax.Array:
    """Return a kernel of a ReLU layer: not truncated, as PyTorch's."""
    return initializers.variance_scaling(2.0, "fan_in", "normal")(key(), (inputs, units), jnp.float32)


def xavier_normal(units: int, inputs: int) -> jax.Array:
    """Return a kernel of another layer."""
    return initializers.variance_scaling(1.0, "fan_avg", "normal")(key(), (inputs, units), jnp.float32)


def constant(units: int, value: float) -> jax.Array:
    """Return a bias."""
    return jnp.full(units, value, jnp.float32)


def save(weights: Mapping[str, jax.Array], path: str) -> None:
    """Write the weights."""
    save_file(dict(weights), path)


def orthogonal(size: int) -> object:
    """Return an orthogonal matrix."""
    return initializers.orthogonal()(key(), (size, size), jnp.float32).block_until_ready()


def filler(distribution: str, dtype: str, count: int, _: int) -> Callable[[], object]:
    """Return a compiled function that draws ``count`` values; of float8 it rounds float32."""
    stored = jnp.dtype(getattr(jnp, dtype))
    drawn_in = jnp.dtype(jnp.float32) if dtype.startswith("float8") else stored
    draws = {
        "normal": lambda key: jax.random.normal(key, (count,), drawn_in) * jnp.asarray(0.02, drawn_in),
        "uniform": lambda key: jax.random.uniform(key, (count,), drawn_in, -0.1, 0.1),
        "truncated normal": lambda key: (
            jax.random.truncated_normal(key, -2.0, 2.0, (count,), drawn_in) * jnp.asarray(0.02, drawn_in)
        ),
    }
    compiled = jax.jit(lambda key: draws[distribution](key).astype(stored))
    return lambda: compiled(key()).block_until_ready()
