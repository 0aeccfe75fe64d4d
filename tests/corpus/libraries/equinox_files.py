"""Equinox and Haiku: several .npy in a row, and pickles."""

from __future__ import annotations

import pickle

import equinox as eqx
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np

from tests.corpus.record import Record


def _forward(inputs: jax.Array) -> jax.Array:
    return hk.Linear(3)(inputs)


def write(record: Record) -> None:
    """Write layers of each."""
    layer = eqx.nn.MLP(3, 2, 4, 1, key=jax.random.key(1))
    eqx.tree_serialise_leaves(record.path("layer.eqx"), layer)
    leaves = [leaf for leaf in jax.tree_util.tree_leaves(layer) if eqx.is_array(leaf)]
    record.gives("layer.eqx", {str(number): np.asarray(leaf) for number, leaf in enumerate(leaves)})
    with open(record.path("one.eqx"), "wb") as file:
        eqx.default_serialise_filter_spec(file, jnp.arange(6.0).reshape(2, 3))
    record.gives("one.eqx", {"": np.arange(6, dtype="f4").reshape(2, 3)})
    params = hk.transform(_forward).init(jax.random.key(1), jnp.ones((1, 2)))
    with open(record.path("haiku.pkl"), "wb") as file:
        pickle.dump(params, file)
    record.refused("haiku.pkl", "is a Python pickle, which can run code")
    flat = {
        f"{module}/{name}": np.asarray(value)
        for module, held in params.items()
        for name, value in held.items()
    }
    np.savez(record.path("haiku.npz"), **flat)
    record.gives("haiku.npz", flat)
