"""A run of several processes: none draws unless all can, and all draw the same model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from winitgen.errors import UsageError
from winitgen.files.recipe import Recipe

if TYPE_CHECKING:
    from winitgen.planning.plan import Plan


class HasPlan(Protocol):
    """What has been prepared, for a plan."""

    @property
    def plan(self) -> Plan:
        """The plan."""


Prepared = TypeVar("Prepared", bound=HasPlan)


def in_step(jax: Any, prepare: Callable[[], Prepared]) -> Prepared:
    """Return what ``prepare`` does, after every process of the run has done the same for the same recipe.

    All processes must call it. The hash of the recipe is compared once. Raises `UsageError` if another process has
    another recipe, or has failed: that one raises its own error, and no process waits for it.
    """
    if jax.process_count() == 1:
        return prepare()
    sent = bytes(32)
    try:
        prepared = prepare()
        sent = hashlib.sha256(Recipe.of(prepared.plan).text.encode()).digest()
    finally:
        everyone = _gathered(sent)
    for process, found in enumerate(everyone):
        if found == bytes(32):
            raise UsageError(f"process {process} stopped before anything was drawn; its own error says why")
        if found != sent:
            raise UsageError(
                f"process {process} has another spec, seed, dtype or layout than process {jax.process_index()}; "
                "give every process the same"
            )
    return prepared


def _gathered(sent: bytes) -> list[bytes]:
    """Return what each process has sent, by the number of the process."""
    import numpy as np
    from jax.experimental import multihost_utils

    own = np.frombuffer(sent, np.uint8)
    return [np.asarray(row).tobytes() for row in multihost_utils.process_allgather(own)]
