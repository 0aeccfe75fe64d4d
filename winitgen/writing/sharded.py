"""A plan into shards and their index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from winitgen.files.formats.format import byte_count
from winitgen.files.recipe import metadata
from winitgen.files.shards.forms import form_of
from winitgen.files.shards.shard_set import ShardSet, plan_shards
from winitgen.files.shards.shares import shares
from winitgen.files.shards.target import ShardTarget
from winitgen.files.stores.address import join
from winitgen.layouts.tensor import Tensor
from winitgen.numeric.threads import one_blas_thread
from winitgen.planning.plan import Plan
from winitgen.writing.one_file import Written, absence, held
from winitgen.writing.share import Share

if TYPE_CHECKING:
    from winitgen.files.formats.format import Drawable
    from winitgen.files.output.options import WriteOptions


def write_sharded(
    planned: Plan, target: ShardTarget, options: WriteOptions, share: Share | None = None
) -> Written:
    """Draw a plan and write its shards, then the index; return the report.

    What is there already stays or is refused as `winitgen.files.shards.writing.write_shards` says. With a ``share``
    only its shards are written, and no index; the report is of their tensors. Raises `SpecError` if values that are
    taken from a file are not there, before anything is written.
    """
    own = None if share is None else numbers_of(planned, target, share)
    status, report = write_numbered(planned, target, options, own)
    return Written(status, report | _empty_share(report, share))


def write_numbered(
    planned: Plan, target: ShardTarget, options: WriteOptions, own: Sequence[int] | None
) -> Written:
    """Do what `write_sharded` does with only the shards of these numbers; None means all."""
    from winitgen.files.shards.writing import write_shards
    from winitgen.writing.drawn import DrawnTensors
    from winitgen.writing.sources import ready

    file_format = form_of(target.names).format
    with ready(planned, options) as source:
        named, absent = held(source.plan, file_format)
        mine = named if own is None else _in_shards(named, planned, target, own)
        drawn = DrawnTensors(source.plan, mine, source.options)
        observed = {tensor.name: tensor for tensor in drawn.observed}
        shards = planned_shards([observed.get(tensor.name, tensor) for tensor in named], planned, target)
        source.check_outputs(join(target.folder, name) for name in shards.files)
        with one_blas_thread():
            status = write_shards(shards, target.folder, source.options, own)
        report = drawn.report()
    return Written(status, report | shard_report(shards, target, own) | absence(report, file_format, absent))


def dry_run_sharded(planned: Plan, target: ShardTarget, share: Share | None = None) -> dict[str, Any]:
    """Return the report that `write_sharded` would return, without drawing."""
    from winitgen.report.summary import summarize

    file_format = form_of(target.names).format
    named, absent = held(planned, file_format)
    own = None if share is None else numbers_of(planned, target, share)
    mine = named if own is None else _in_shards(named, planned, target, own)
    shards = planned_shards(named, planned, target)
    report = summarize(planned, mine, None) | shard_report(shards, target, own)
    return report | _empty_share(report, share) | absence(report, file_format, absent)


def numbers_of(planned: Plan, target: ShardTarget, share: Share) -> list[int]:
    """Return the numbers of the shards in a share; none if there are more processes than shards."""
    return shares(_sizes(planned, target), share.ranks)[share.rank]


def size_of_share(planned: Plan, target: ShardTarget, share: Share) -> int:
    """Return the bytes of the values in a share."""
    sizes = _sizes(planned, target)
    return sum(sizes[number] for number in numbers_of(planned, target, share))


def _sizes(planned: Plan, target: ShardTarget) -> list[int]:
    """Return the bytes of the values in each shard."""
    named, _ = held(planned, form_of(target.names).format)
    return [sum(map(byte_count, shard.tensors)) for shard in planned_shards(named, planned, target).shards]


def _empty_share(report: dict[str, Any], share: Share | None) -> dict[str, Any]:
    """Return what a report says of a process that has no shard: one more note."""
    if share is None or report["shards"]:
        return {}
    note = f"rank {share.rank} of {share.ranks} has nothing to write: there are fewer shards than ranks"
    return {"notes": [*report["notes"], note]}


def _in_shards(
    named: Sequence[Tensor], planned: Plan, target: ShardTarget, own: Sequence[int]
) -> list[Tensor]:
    """Return the tensors in some of the shards, in the order of the plan."""
    shards = planned_shards(named, planned, target).shards
    names = {tensor.name for number in own for tensor in shards[number].tensors}
    return [tensor for tensor in named if tensor.name in names]


def planned_shards(named: Sequence[Drawable], planned: Plan, target: ShardTarget) -> ShardSet:
    """Return the plan of all files of a model with these tensors, which may be observed while they are drawn."""
    return plan_shards(named, metadata(planned), target.names, target.limit, trainable(planned))


def trainable(planned: Plan) -> int:
    """Return the number of values that can be trained: those of all parameters but buffers."""
    return sum(parameter.size for parameter in planned.parameters if parameter.why != "buffer")


def shard_report(shards: ShardSet, target: ShardTarget, own: Sequence[int] | None = None) -> dict[str, Any]:
    """Return the report's entries about the files: the one to open, the format, the bytes, and each file.

    With ``own`` they are about the shards of these numbers, and the file is the folder.
    """
    mine = [shard for number, shard in enumerate(shards.shards) if own is None or number in own]
    files = [
        {"file": shard.name, "bytes": shard.output.size, "tensors": len(shard.tensors)} for shard in mine
    ]
    return {
        "file": join(target.folder, shards.main) if own is None else join(target.folder or ".", ""),
        "format": form_of(target.names).format.name,
        "file_bytes": shards.size if own is None else sum(shard.output.size for shard in mine),
        "shards": files,
    }
