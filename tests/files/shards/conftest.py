"""The libraries whose files are compared, a spec, and the plan of its shards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.frameworks.conftest import torch, torchvision, transformers
from winitgen.files.recipe import metadata
from winitgen.files.shards.file_names import Names, ShardNames
from winitgen.files.shards.shard_set import ShardSet, plan_shards
from winitgen.layouts import tensors
from winitgen.planning.kinds_of_parameters import trainable

__all__ = ["torch", "torchvision", "transformers"]

SPEC: dict[str, Any] = {
    "model": "m",
    "input": 3,
    "layers": [
        {"name": "a", "type": "dense", "units": 5},
        {"name": "b", "type": "dense", "units": 7},
        {"name": "c", "type": "dense", "units": 2},
    ],
}
"""Tensors of 60, 20, 140, 28, 56 and 8 bytes."""

NAMES = ShardNames("model")
LIMIT = "0.15KB"
"""Gives three shards: 60 + 20, 140, 28 + 56 + 8 bytes."""


def planned(
    limit: int = 150,
    *,
    seed: int = 0,
    names: Names = NAMES,
    layout: str = "torch",
    spec: Any = SPEC,
) -> ShardSet:
    """Return the plan of the shards of a spec."""
    plan = winitgen.plan(spec, seed=seed, layout=layout)
    return plan_shards(tensors(plan), metadata(plan), names, limit, trainable(plan))


def write(folder: Path, limit: str = LIMIT, **options: Any) -> Any:
    """Write the shards of the spec into a folder; return the status and the report."""
    layout = options.pop("layout", "torch")
    return winitgen.write(SPEC, f"{folder}/", max_shard_size=limit, layout=layout, fsync=False, **options)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return the folder of an output, which does not exist yet."""
    return tmp_path / "out"
