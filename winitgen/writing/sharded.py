"""A plan into shards and their index."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from winitgen.files.formats.format import byte_count
from winitgen.files.input.opening import reading
from winitgen.files.output.place import names_in
from winitgen.files.shards.forms import form_of
from winitgen.files.shards.shard_set import ShardSet, plan_shards
from winitgen.files.shards.shares import shares
from winitgen.files.shards.target import ShardTarget
from winitgen.files.stores.address import is_remote, join
from winitgen.numeric.blas import one_blas_thread
from winitgen.planning.kinds_of_parameters import trainable
from winitgen.planning.plan import Plan
from winitgen.writing.chosen import preview_of, source_of
from winitgen.writing.contents import Contents, PartOfContents
from winitgen.writing.one_file import Written
from winitgen.writing.share import Share

if TYPE_CHECKING:
    from winitgen.files.formats.format import Drawable
    from winitgen.files.output.options import WriteOptions
    from winitgen.writing.base.choice import BaseChoice
    from winitgen.writing.contents import Contents


def write_sharded(
    planned: Plan,
    target: ShardTarget,
    options: WriteOptions,
    share: Share | None = None,
    base: BaseChoice | None = None,
) -> Written:
    """Draw a plan and write its shards, then the index; return the report.

    What is there already stays or is refused as `winitgen.files.shards.writing.write_shards` says. With a ``share``
    only its shards are written, and no index; the report is of their tensors. With ``base`` the tensors that it does
    not choose are copied. Raises `SpecError` if values that are taken from a file are not there, before anything is
    written.
    """
    own = None if share is None else numbers_of(planned, target, share)
    status, report = write_numbered(planned, target, options, own, base)
    return Written(status, report | _empty_share(report, share))


def write_numbered(
    planned: Plan,
    target: ShardTarget,
    options: WriteOptions,
    own: Sequence[int] | None,
    base: BaseChoice | None = None,
) -> Written:
    """Do what `write_sharded` does with only the shards of these numbers; None means all."""
    from winitgen.files.shards.writing import write_shards
    from winitgen.writing.drawn import DrawnTensors

    with source_of(planned, options, base) as source:
        contents = source.contents(form_of(target.names).format)
        mine = contents if own is None else _in_shards(contents, target, own)
        drawn = DrawnTensors(mine, source.options)
        shards = planned_shards(drawn.observed, contents, target)
        source.check_outputs(touched_paths(shards, target))
        with one_blas_thread():
            status = write_shards(shards, target.folder, source.options, own)
        report = drawn.report()
    return Written(status, report | shard_report(shards, target, own) | contents.stated(report))


def dry_run_sharded(
    planned: Plan,
    target: ShardTarget,
    share: Share | None = None,
    base: BaseChoice | None = None,
    *,
    force: bool = False,
) -> dict[str, Any]:
    """Return the report that `write_sharded` would return, without drawing; raise what it would raise before it draws."""
    from winitgen.report.summary import summarize

    own = None if share is None else numbers_of(planned, target, share)
    with preview_of(planned, base, has_output=True) as source:
        contents = source.contents(form_of(target.names).format)
        mine = contents if own is None else _in_shards(contents, target, own)
        report = contents.reported(summarize(planned, mine.drawn, None))
        shards = planned_shards(contents.whole(contents.drawn), contents, target)
        source.check_outputs(_foreseen_paths(shards, target))
        check_foreseen(shards, target, own, force=force)
        report |= shard_report(shards, target, own)
        return report | _empty_share(report, share) | contents.stated(report)


def check_foreseen(
    shards: ShardSet, target: ShardTarget, own: Sequence[int] | None = None, *, force: bool
) -> None:
    """Raise what writing the shards would raise for what is in the folder, before anything is drawn; a store is not asked."""
    from winitgen.files.output.foreseen import check_new_folder
    from winitgen.files.shards.present import check, look

    if not is_remote(target.folder):
        check(target.folder, shards, look(target.folder, shards, own), force=force, only_check=False)
        check_new_folder(target.folder or os.curdir)


def touched_paths(shards: ShardSet, target: ShardTarget) -> Iterator[str]:
    """Yield the paths that writing a model makes, replaces or removes; only who asks for all has the folder listed."""
    yield from _paths(shards.files, target)
    yield from _named_alike(target)


def _foreseen_paths(shards: ShardSet, target: ShardTarget) -> Iterable[str]:
    """Return the paths that a dry run foresees to be touched; the folder of a store is not listed."""
    return _paths(shards.files, target) if is_remote(target.folder) else touched_paths(shards, target)


def _paths(names: Iterable[str], target: ShardTarget) -> list[str]:
    return [join(target.folder, name) for name in names]


def _named_alike(target: ShardTarget) -> list[str]:
    """Return the files of the folder that have names of this model's shards: stale ones would be removed."""
    with reading(target.folder or os.curdir):
        return _paths(filter(target.names.are_of, names_in(target.folder)), target)


def numbers_of(planned: Plan, target: ShardTarget, share: Share) -> list[int]:
    """Return the numbers of the shards in a share; none if there are more processes than shards."""
    sizes = _sizes(planned, target)
    ranks = min(share.ranks, len(sizes))  # the others, however many, have none
    return shares(sizes, ranks)[share.rank] if share.rank < ranks else []


def size_of_share(planned: Plan, target: ShardTarget, share: Share) -> int:
    """Return the bytes of the values in a share."""
    sizes = _sizes(planned, target)
    return sum(sizes[number] for number in numbers_of(planned, target, share))


def _sizes(planned: Plan, target: ShardTarget) -> list[int]:
    """Return the bytes of the values in each shard."""
    contents = Contents(planned, form_of(target.names).format)
    return [
        sum(map(byte_count, shard.tensors))
        for shard in planned_shards(contents.drawn, contents, target).shards
    ]


def _empty_share(report: dict[str, Any], share: Share | None) -> dict[str, Any]:
    """Return what a report says of a process that has no shard: one more note."""
    if share is None or report["shards"]:
        return {}
    note = f"rank {share.rank} of {share.ranks} has nothing to write: there are fewer shards than ranks"
    return {"notes": [*report["notes"], note]}


def _in_shards(contents: Contents, target: ShardTarget, own: Sequence[int]) -> Contents:
    """Return what some of the shards hold of a model."""
    shards = planned_shards(contents.drawn, contents, target).shards
    return PartOfContents(contents, {tensor.name for number in own for tensor in shards[number].tensors})


def planned_shards(named: Sequence[Drawable], contents: Contents, target: ShardTarget) -> ShardSet:
    """Return the plan of all files of a model with these tensors, which may be observed while they are drawn."""
    return plan_shards(named, contents.metadata, target.names, target.limit, trainable(contents.plan))


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
        "format": target.names.format,
        "file_bytes": shards.size if own is None else sum(shard.output.size for shard in mine),
        "shards": files,
    }
