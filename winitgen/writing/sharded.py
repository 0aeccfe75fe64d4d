"""A plan into shards and their index."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from winitgen.files.recipe import metadata
from winitgen.files.shards.forms import form_of
from winitgen.files.shards.shard_set import ShardSet, plan_shards
from winitgen.files.shards.target import ShardTarget
from winitgen.numeric.threads import one_blas_thread
from winitgen.planning.plan import Plan
from winitgen.writing.one_file import Written, absence, held

if TYPE_CHECKING:
    from winitgen.files.formats.format import Drawable
    from winitgen.files.output.options import WriteOptions


def write_sharded(planned: Plan, target: ShardTarget, options: WriteOptions) -> Written:
    """Draw a plan and write its shards, then the index; return the report.

    What is there already stays or is refused as `winitgen.files.shards.writing.write_shards` says. Raises `SpecError`
    if values that are taken from a file are not there, before anything is written.
    """
    from winitgen.files.shards.writing import write_shards
    from winitgen.writing.drawn import DrawnTensors
    from winitgen.writing.sources import ready

    file_format = form_of(target.names).format
    with ready(planned, options) as source:
        named, absent = held(source.plan, file_format)
        drawn = DrawnTensors(source.plan, named, source.options)
        shards = _shards(drawn.observed, planned, target)
        source.check_outputs(os.path.join(target.folder, name) for name in shards.files)
        with one_blas_thread():
            status = write_shards(shards, target.folder, source.options)
        report = drawn.report()
    return Written(status, report | shard_report(shards, target) | absence(report, file_format, absent))


def dry_run_sharded(planned: Plan, target: ShardTarget) -> dict[str, Any]:
    """Return the report that `write_sharded` would return, without drawing."""
    from winitgen.report.summary import summarize

    file_format = form_of(target.names).format
    named, absent = held(planned, file_format)
    report = summarize(planned, named, None)
    shards = _shards(named, planned, target)
    return report | shard_report(shards, target) | absence(report, file_format, absent)


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
        "file": os.path.join(target.folder, shards.main),
        "format": form_of(target.names).format.name,
        "file_bytes": shards.size,
        "shards": files,
    }
