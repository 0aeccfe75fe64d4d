"""Orbax: checkpoints of trees, in folders and in databases, in both formats of zarr, of one device and of four, and by Flax."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=4"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np
import orbax.checkpoint as ocp
from flax import linen
from flax.training import train_state
from jax.sharding import Mesh, NamedSharding, PartitionSpec
from orbax.checkpoint import Checkpointer, PyTreeCheckpointHandler

from tests.corpus.record import Record, Row, normals

TEXT: Row = ("name", None, "string", "its value is text, not numbers")


def write(record: Record) -> None:
    """Write trees as each version of Orbax can."""
    folder = Path(record.path("orbax/.keep")).parent.absolute()
    kinds = {
        name: jnp.arange(6).astype(name) for name in ("bfloat16", "float8_e4m3fn", "int8", "bool", "int4")
    }
    tree = {
        "params": {
            "dense": {"kernel": normals(1, 3, 4), "bias": jnp.ones(4)},
            "list": [normals(2, 5), np.array([1 + 2j])],
        },
        "kinds": kinds,
        "step": 5,
        "rate": 0.5,
        "none": None,
        "empty": {},
    }
    for database in (False, True):
        for newer in _formats():
            name = f"tree{int(database)}{2 + newer}"
            with Checkpointer(
                PyTreeCheckpointHandler(use_ocdbt=database, **({"use_zarr3": True} if newer else {}))
            ) as saver:
                saver.save(folder / name, tree | {"name": "text"})
                _gives(record, f"orbax/{name}", saver.restore(folder / name), [TEXT])
                saver.save(folder / f"shards{name}", _shards(), **_chunked(_shards()))
                _gives(record, f"orbax/shards{name}", _shards())
    _managed(record, folder, tree)
    _trained(record, folder)


def _formats() -> tuple[bool, ...]:
    import inspect

    return (False, True) if "use_zarr3" in inspect.signature(PyTreeCheckpointHandler).parameters else (False,)


def _gives(record: Record, name: str, tree: Any, unread: Any = ()) -> None:
    """Expect the arrays and the numbers of a tree, by their keys."""
    found = {}
    for keys, value in jax.tree_util.tree_flatten_with_path(tree)[0]:
        names = [str(getattr(key, "key", getattr(key, "idx", getattr(key, "name", "")))) for key in keys]
        if not isinstance(value, str):
            found[".".join(names)] = np.asarray(value)
    record.gives(name, found, unread)


def _shards() -> dict[str, Any]:
    """Return arrays that are divided among four devices."""
    mesh = Mesh(np.array(jax.devices()).reshape(2, 2), ("a", "b"))
    ways = {"w": ("a", "b"), "rows": ("a", None), "columns": (None, "b"), "whole": ()}
    return {
        name: jax.device_put(
            normals(3, 16, 12).astype(jnp.bfloat16 if name == "rows" else "float32"),
            NamedSharding(mesh, PartitionSpec(*way)),
        )
        for name, way in ways.items()
    }


def _chunked(tree: Any) -> dict[str, Any]:
    """Return arguments that divide each shard into chunks, where the version can."""
    try:
        return {"save_args": jax.tree_util.tree_map(lambda _: ocp.SaveArgs(chunk_byte_size=100), tree)}
    except TypeError:
        return {}


def _managed(record: Record, folder: Path, tree: dict[str, Any]) -> None:
    """Write steps of a manager, with one tree and with two."""
    with ocp.CheckpointManager(folder / "one") as manager:
        manager.save(3, args=ocp.args.StandardSave(tree))
        manager.wait_until_finished()
    _gives(record, "orbax/one/3", tree)
    record.refused("orbax/one", "is a folder of Orbax with a step: '3'; name one")
    with ocp.CheckpointManager(folder / "two", item_names=("params", "opt", "about")) as manager:
        items = {name: ocp.args.StandardSave({"w": normals(4, 3)}) for name in ("params", "opt")}
        manager.save(1, args=ocp.args.Composite(**items, about=ocp.args.JsonSave({"a": 1})))
        manager.wait_until_finished()
    record.refused("orbax/two/1", "is a step of Orbax with 2 trees: 'opt', 'params'; name one")
    record.gives("orbax/two/1/params", {"w": normals(4, 3)})


def _trained(record: Record, folder: Path) -> None:
    """Write the state of a model and its optimizer."""
    import optax

    model = linen.Sequential([linen.Dense(4), linen.LayerNorm(), linen.Dense(3)])
    params = model.init(jax.random.key(1), jnp.ones((1, 5)))["params"]
    state = train_state.TrainState.create(apply_fn=model.apply, params=params, tx=optax.adam(1e-3))
    with ocp.StandardCheckpointer() as saver:
        saver.save(folder / "state", state)
    _gives(record, "orbax/state", state)
