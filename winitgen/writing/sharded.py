"""A plan into shards and their index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from winitgen.files.recipe import metadata
from winitgen.files.shards.shard_set import ShardSet, plan_shards
from winitgen.files.shards.target import ShardTarget
from winitgen.files.stores.address import join
from winitgen.layouts import tensors
from winitgen.planning.plan import Plan
from winitgen.writing.one_file import Written

if TYPE_CHECKING:
    from winitgen.files.formats.format import Drawable
    from winitgen.files.output.options import WriteOptions


def write_sharded(planned: Plan, target: ShardTarget, options: WriteOptions) -> Written:
    """Draw a plan and write its shards, then the index; return the report.

    What is there already stays or is refused as `winitgen.files.shards.writing.write_shards` says.
    """
    from winitgen.files.shards.writing import write_shards
    from winitgen.writing.drawn import DrawnTensors

    drawn = DrawnTensors(planned, tensors(planned), options)
    shards = _shards(drawn.observed, planned, target)
    status = write_shards(shards, target.folder, options)
    return Written(status, drawn.report() | shard_report(shards, target))


def dry_run_sharded(planned: Plan, target: ShardTarget) -> dict[str, Any]:
    """Return the report that `write_sharded` would return, without drawing."""
    from winitgen.report.summary import summarize

    named = tensors(planned)
    return summarize(planned, named, None) | shard_report(_shards(named, planned, target), target)


def _shards(named: Sequence[Drawable], planned: Plan, target: ShardTarget) -> ShardSet:
    return plan_shards(named, metadata(planned), target.names, target.limit, trainable(planned))


def trainable(planned: Plan) -> int:
    """Return the number of values that can be trained: those of all parameters but buffers."""
    return sum(parameter.size for parameter in planned.parameters if parameter.why != "buffer")


def shard_report(shards: ShardSet, target: ShardTarget) -> dict[str, Any]:
    """Return the report's entries about the files: the one to open, the format, the bytes, and each file."""
    files = [
        {"file": shard.name, "bytes": shard.output.size, "tensors": len(shard.tensors)}
        for shard in shards.shards
    ]
    return {
        "file": join(target.folder, shards.main),
        "format": "safetensors",
        "file_bytes": shards.size,
        "shards": files,
    }
