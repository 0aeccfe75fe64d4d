"""The contract of an engine: it runs one function on many numbers, wherever it likes, and tries again what fails."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import NamedTuple

from winitgen.writing.shard_task import ShardDone, ShardTask

Say = Callable[[str], object]
"""Tells the user one line, at once."""

RETRIES = 2
"""How often an engine writes a shard again after an error of the disk."""


class Engine(NamedTuple):
    """An engine by the name that ``--engine`` takes; ``package`` is what must be installed.

    ``run`` writes the shards of these numbers and yields each as it is done, in any order. The second argument is
    ``HOST:PORT`` of a cluster, or None for one of the engine's own on this machine, which ends with the run.
    Raises `OutputError` if a shard cannot be written, or if the engine is lost.
    """

    name: str
    package: str
    run: Callable[[ShardTask, Sequence[int], str | None, Say], Generator[ShardDone, None, None]]
