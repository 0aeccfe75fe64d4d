"""Orbax before ``_METADATA``: a tree in Flax's MessagePack beside the folders of its arrays, or with all values in it."""

from __future__ import annotations

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import orbax.checkpoint as ocp

from tests.corpus.record import Record, normals

WHY = "among those of Flax's MessagePack, which are not read"


def write(record: Record) -> None:
    """Write a tree in folders, and one in a single file."""
    folder = Path(record.path("orbax/.keep")).parent.absolute()
    arrays = {
        "params": {"kernel": normals(1, 3, 4), "bias": jnp.ones(4, jnp.bfloat16)},
        "list": [normals(2, 5)],
        "step": 5,
    }
    tree = arrays | {"name": "text", "none": None}
    saver = ocp.Checkpointer(ocp.PyTreeCheckpointHandler(use_ocdbt=False))
    saver.save(folder / "tree", tree)
    kernel, bias = arrays["params"]["kernel"], np.asarray(arrays["params"]["bias"])
    found = {"params.kernel": kernel, "params.bias": bias, "list.0": normals(2, 5), "step": np.array(5)}
    record.gives("orbax/tree", found, [("name", None, "array", "its value is text, not numbers")])
    together = jax.tree_util.tree_map(lambda _: ocp.SaveArgs(aggregate=True), tree)
    saver.save(folder / "file", tree, save_args=together)
    rows = [
        ("params.kernel", (3, 4), "float32", WHY),
        ("params.bias", (4,), "bfloat16", WHY),
        ("list.0", (5,), "float32", WHY),
    ]
    rows += [("step", (), "int", WHY), ("name", None, "string", "its value is text, not numbers")]
    record.gives("orbax/file", {}, rows)
