"""A spec in any form as a checkpoint with PyTorch's names, which is drawn as it is read."""

from __future__ import annotations

from typing import SupportsIndex

from winitgen.arguments import Dtype
from winitgen.checkpoint import opened as checkpoints
from winitgen.checkpoint.opened import Checkpoint
from winitgen.errors import UsageError
from winitgen.files.recipe import Recipe
from winitgen.load import Source
from winitgen.planning.plan import Plan
from winitgen.spec.model import ModelSpec


def opened(spec: ModelSpec | Source | Plan, *, seed: SupportsIndex | None, dtype: Dtype | None) -> Checkpoint:
    """Return the checkpoint of a spec in the layout of PyTorch, whatever layout it names itself.

    Raises `UsageError` for a plan in another layout, and what `winitgen.open` raises.
    """
    if not isinstance(spec, Plan):
        return checkpoints.open(spec, seed=seed, dtype=dtype, layout="torch")
    if spec.layout != "torch":
        raise UsageError(f"the plan has the layout {spec.layout}, and a module of PyTorch needs torch")
    return checkpoints.open(spec, seed=seed, dtype=dtype)


def recipe_of(checkpoint: Checkpoint) -> str:
    """Return the SHA-256 of the recipe, which is the same wherever the same values would be drawn."""
    return Recipe.of(checkpoint.plan).hash.sha256
