"""A plan into shards and their index."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from winitgen.files.shards.forms import form_of
from winitgen.files.shards.shard_set import ShardSet, plan_shards
from winitgen.files.shards.target import ShardTarget
from winitgen.numeric.threads import one_blas_thread
from winitgen.planning.plan import Plan
from winitgen.writing.chosen import contents_of, source_of
from winitgen.writing.one_file import Written

if TYPE_CHECKING:
    from winitgen.files.formats.format import Drawable
    from winitgen.files.output.options import WriteOptions
    from winitgen.writing.base.choice import BaseChoice
    from winitgen.writing.contents import Contents


def write_sharded(
    planned: Plan, target: ShardTarget, options: WriteOptions, base: BaseChoice | None = None
) -> Written:
    """Draw a plan and write its shards, then the index; return the report.

    With ``base`` the tensors that it does not choose are copied. What is there already stays or is refused as
    `winitgen.files.shards.writing.write_shards` says. Raises `SpecError` if values that are taken from a file are not
    there, before anything is written.
    """
    from winitgen.files.shards.writing import write_shards
    from winitgen.writing.drawn import DrawnTensors

    with source_of(planned, options, base) as source:
        contents = source.contents(form_of(target.names).format)
        drawn = DrawnTensors(contents, source.options)
        shards = _shards(drawn.observed, contents, target)
        source.check_outputs([*_paths(shards.files, target), *_named_alike(target)])
        with one_blas_thread():
            status = write_shards(shards, target.folder, source.options)
        report = drawn.report()
    return Written(status, report | shard_report(shards, target) | contents.absence(report))


def dry_run_sharded(planned: Plan, target: ShardTarget, base: BaseChoice | None = None) -> dict[str, Any]:
    """Return the report that `write_sharded` would return, without drawing."""
    from winitgen.report.summary import summarize

    with contents_of(planned, form_of(target.names).format, base) as contents:
        report = contents.reported(summarize(planned, contents.drawn, None))
        shards = _shards(contents.whole(contents.drawn), contents, target)
        return report | shard_report(shards, target) | contents.absence(report)


def _paths(names: Iterable[str], target: ShardTarget) -> list[str]:
    return [os.path.join(target.folder, name) for name in names]


def _named_alike(target: ShardTarget) -> list[str]:
    """Return the files of the folder that have names of this model's shards: stale ones would be removed."""
    names = os.listdir(target.folder or ".") if os.path.isdir(target.folder or ".") else []
    return _paths(sorted(filter(target.names.are_of, names)), target)


def _shards(named: Sequence[Drawable], contents: Contents, target: ShardTarget) -> ShardSet:
    return plan_shards(named, contents.metadata, target.names, target.limit, trainable(contents.plan))


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
