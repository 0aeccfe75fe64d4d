"""JAX and Flax: arrays in NumPy's formats, in MessagePack, in safetensors, and as checkpoints of Orbax."""

from __future__ import annotations

from pathlib import Path

import flax.serialization
import flax.traverse_util
import jax
import jax.numpy as jnp
import numpy as np
import safetensors.flax
from flax import linen, nnx

from tests.corpus.record import Record


def write(record: Record) -> None:
    """Write parameters of a small model."""
    model = linen.Sequential([linen.Dense(4), linen.LayerNorm(), linen.Dense(3)])
    params = model.init(jax.random.key(1), jnp.ones((1, 5)))["params"]
    flat = {
        name: np.asarray(value) for name, value in flax.traverse_util.flatten_dict(params, sep=".").items()
    }
    safetensors.flax.save_file(
        flax.traverse_util.flatten_dict(params, sep="."), record.path("flax.safetensors")
    )
    record.gives("flax.safetensors", flat)
    _numpy(record)
    with open(record.path("flax_model.msgpack"), "wb") as file:
        file.write(flax.serialization.to_bytes(params))
    record.refused(
        "flax_model.msgpack",
        "is not a weight file of a known kind",
        "is a file of MessagePack, as Flax writes",
    )
    _orbax(record, params)
    state = nnx.state(nnx.Linear(3, 2, rngs=nnx.Rngs(1)))
    pure = {key: np.asarray(value) for key, value in nnx.to_pure_dict(state).items()}
    np.savez(record.path("nnx.npz"), **pure)
    record.gives("nnx.npz", pure)


def _numpy(record: Record) -> None:
    key = jax.random.key(2)
    kinds = {
        name: jax.random.normal(key, (3, 4)).astype(name)
        for name in ("float32", "bfloat16", "float16", "int8", "bool")
    }
    kinds["complex64"] = jax.random.normal(key, (3,), "complex64")
    jnp.savez(record.path("kinds.npz"), **kinds)
    record.gives("kinds.npz", {name: np.asarray(value) for name, value in kinds.items()})
    jnp.save(record.path("bfloat16.npy"), kinds["bfloat16"])
    record.gives("bfloat16.npy", {"": np.asarray(kinds["bfloat16"])})
    eighths = {name: jnp.arange(-6, 6).astype(name) for name in ("float8_e5m2", "bfloat16")}
    safetensors.flax.save_file(eighths, record.path("eighths.safetensors"))
    record.gives("eighths.safetensors", {name: np.asarray(value) for name, value in eighths.items()})


def _orbax(record: Record, params: object) -> None:
    import orbax.checkpoint as ocp

    folder = Path(record.path("orbax/.keep")).parent.absolute()
    with ocp.StandardCheckpointer() as saver:
        saver.save(folder / "one", params)
    flat = {
        name: np.asarray(value) for name, value in flax.traverse_util.flatten_dict(params, sep=".").items()
    }
    record.gives("orbax/one", flat)
    with ocp.CheckpointManager(folder / "managed") as manager:
        manager.save(3, args=ocp.args.StandardSave(params))
        manager.wait_until_finished()
    record.gives("orbax/managed/3", flat)
    record.refused("orbax/managed", "is a folder of Orbax with a step: '3'; name one")
