"""Arrays of JAX whose shards are drawn where they live: no file, no message, no other process.

Imported by name, ``import winitgen.jax``; JAX itself is imported by the first call.
"""

from winitgen.jax.arrays import array
from winitgen.jax.trees import tree

__all__ = ["array", "tree"]
