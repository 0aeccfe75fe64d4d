"""One shard as a task for another process, on any host: what it needs, what it does, what it returns."""

from __future__ import annotations

import os
import platform
from functools import lru_cache
from typing import Any, NamedTuple

from winitgen import __version__
from winitgen.errors import OutputError, UsageError, WinitgenError
from winitgen.files.output.options import WriteOptions
from winitgen.files.shards.file_names import ShardNames
from winitgen.files.shards.target import ShardTarget
from winitgen.files.stores.address import is_remote
from winitgen.planning.plan import STREAM, Plan


class ShardTask(NamedTuple):
    """All that a worker needs to write any shard of a model, as plain values.

    ``recipe`` is the recipe as text, and ``spec`` the absolute path of the layer-spec, at whose folder the paths in it begin;
    ``folder`` is an absolute path that all workers share, or the address of a store; ``version`` and
    ``stream`` are those of the winitgen that made the task, and the worker's must be the same.
    """

    recipe: str
    spec: str
    folder: str
    stem: str
    limit: int
    options: WriteOptions
    version: str = __version__
    stream: int = STREAM


class ShardDone(NamedTuple):
    """What became of a shard: ``rows`` are those of its tensors in the report; ``refusal`` says why there are none."""

    number: int
    host: str
    status: str
    rows: list[dict[str, Any]]
    refusal: WinitgenError | None = None


def write_shard(task: ShardTask, number: int) -> ShardDone:
    """Write the shard ``number`` as a process with a share would; called by the workers of an engine.

    A refusal, which would come again, is returned. An `OutputError` is raised: the engine may try again.
    """
    try:
        _check_worker(task)
        status, rows = _write(task, number)
    except OutputError as error:
        if type(error) is OutputError:
            raise
        return ShardDone(number, platform.node(), "refused", [], error)
    except WinitgenError as error:
        return ShardDone(number, platform.node(), "refused", [], error)
    return ShardDone(number, platform.node(), status, rows)


def _check_worker(task: ShardTask) -> None:
    """Raise `UsageError` for a worker that may write other bytes, `OutputError` for one without the folder."""
    if (task.version, task.stream) != (__version__, STREAM):
        raise UsageError(
            f"the worker on {platform.node()} has {release(__version__, STREAM)}, not "
            f"{release(task.version, task.stream)}; install the same winitgen on all hosts"
        )
    if not is_remote(task.folder) and not os.path.isdir(task.folder):
        raise OutputError(
            f"cannot write {task.folder}: the worker on {platform.node()} has no such folder; name one that all hosts "
            "share"
        )


def release(version: object, stream: object) -> str:
    """Return the name of a release in messages."""
    return f"winitgen {version} (stream {stream})"


def _write(task: ShardTask, number: int) -> tuple[str, list[dict[str, Any]]]:
    from winitgen.writing.sharded import write_numbered

    target = ShardTarget(task.folder, ShardNames(task.stem), task.limit)
    status, report = write_numbered(_planned(task.recipe, task.spec), target, task.options, [number])
    return status, list(report["tensors"])


@lru_cache(maxsize=1)
def _planned(recipe: str, spec: str) -> Plan:
    """Plan a model once for all its shards that this worker writes."""
    from winitgen.audit.recipe_plan import plan_of
    from winitgen.files.input.open_file import OpenFile

    return plan_of(OpenFile(spec, "safetensors", recipe=recipe))
