"""Writes a sharded model: each shard whole or not at all, and the index after all of them."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from contextlib import nullcontext

from winitgen.errors import DiffersError, OutputError
from winitgen.files.formats.format import FilePlan
from winitgen.files.output.atomic import writing
from winitgen.files.output.existing import kind
from winitgen.files.output.options import Outcome, WriteOptions
from winitgen.files.output.place import remove_known
from winitgen.files.output.publish import publish
from winitgen.files.output.side_file import folder_made, is_up_to_date, make_folder, write_side_file
from winitgen.files.output.uploads import upload_each
from winitgen.files.shards.present import (
    Present,
    appeared,
    check,
    check_appeared,
    check_no_other,
    check_unchanged,
    look,
)
from winitgen.files.shards.shard_set import Shard, ShardSet
from winitgen.files.stores.address import is_remote, join

WriteEach = Callable[[Sequence[Shard], str, WriteOptions], set[Outcome]]
"""Writes shards into a folder; returns what happened to them."""


def write_shards(
    planned: ShardSet,
    folder: str,
    options: WriteOptions,
    own: Sequence[int] | None = None,
    write_each: WriteEach | None = None,
) -> Outcome:
    """Write the shards that ``folder`` does not hold yet, then the index; with ``own`` only shards of these numbers.

    A run that was interrupted goes on: shards with exactly the planned bytes stay. There is no index while a shard is
    missing: one of a former run is removed first, but the only file of one stays until all is written. With ``own`` shards no index is written, and no stale file removed;
    `finalize` does both. ``write_each`` writes the shards in another way than one after another in this process.

    Raises `ExistsError`, before anything is drawn, for files that only ``force`` replaces, and `OutputError` for files
    in the way that winitgen did not write. With ``check`` nothing is written, and any difference raises
    `DiffersError`.
    """
    present = look(folder, planned, own, only_check=options.check)
    mine = [shard for number, shard in enumerate(planned.shards) if own is None or number in own]
    check(folder, planned, present, force=options.force, only_check=options.check)
    alone = (
        own is None and not options.check
    )  # another process may be about to write into a folder that is empty
    with folder_made(folder or ".") if alone else nullcontext():
        return _write(planned, folder, options, own, write_each, present, mine)


def _write(  # what `write_shards` is given, and what it has found
    planned: ShardSet,
    folder: str,
    options: WriteOptions,
    own: Sequence[int] | None,
    write_each: WriteEach | None,
    present: Present,
    mine: Sequence[Shard],
) -> Outcome:
    if not options.check:
        make_folder(folder or ".")
        # An index that appeared since then is of another process that wrote the same shards.
        if present.same_index is not None and any(shard.name not in present.alike for shard in mine):
            remove_index(folder, planned, present)
        remove_stale(folder, planned, present)
    each = _alone(planned, folder, options, present) if own is None and write_each is None else options
    outcomes = (write_each or write_one_by_one)(mine, folder, each)
    if own is None:
        check_complete(planned, folder, options, present)
        outcomes.add(write_index(planned, folder, options))
        check_complete(planned, folder, options, present)  # another run may have been between the two
        if not options.check:
            remove_single(folder, planned, present)
    if "written" in outcomes or present.stale:
        return "written"
    check_unchanged(folder, present)
    return "unchanged"


def _alone(planned: ShardSet, folder: str, options: WriteOptions, present: Present) -> WriteOptions:
    """Return options with which no shard takes its name beside files of another run that have appeared meanwhile."""
    if options.check or is_remote(folder):
        return options

    def last_look() -> None:
        if options.check_sources:
            options.check_sources()
        check_no_other(folder, planned, present, force=options.force)

    return options._replace(check_sources=last_look)


def check_complete(planned: ShardSet, folder: str, options: WriteOptions, first: Present) -> None:
    """Raise an error, and leave no index, if another run has replaced shards since they were written, or added files.

    ``first`` is what was there before.

    In a store that would cost two requests for each shard. Files that the umask keeps from their owner cannot be
    looked at.
    """
    if options.check or is_remote(folder):
        return
    if any(_is_withheld(join(folder, name)) for name in planned.files):
        return
    present = look(folder, planned)
    other = [shard.name for shard in planned.shards if shard.name not in present.alike]
    if other:
        remove_index(folder, planned, present)
        path = join(folder, other[0])
        raise OutputError(f"{path} was replaced by another run at the same time; run this one again")
    new = appeared(folder, present.stale, first)
    if new and present.same_index:
        remove_index(folder, planned, present)
    for name in new:
        check_appeared(join(folder, name), force=options.force)


def _is_withheld(path: str) -> bool:
    """Return whether a file may not be read because not even its owner may."""
    try:
        mode = os.stat(path).st_mode
    except OSError:  # looking at all files tells it
        return False
    return not mode & stat.S_IRUSR and not os.access(path, os.R_OK)


def remove_stale(folder: str, planned: ShardSet, present: Present) -> None:
    """Remove the files of other runs, which `check` has allowed: an index before the shards that it lists.

    The only file of another run is whole without them, and stays until this model is, too: `remove_single` removes it.
    """
    for name in sorted(present.stale, key=lambda name: name != planned.names.index_file):
        if name != planned.names.single:
            _remove(folder, name, present)


def remove_single(folder: str, planned: ShardSet, present: Present) -> None:
    """Remove the only file of another run, which `check` has allowed, once the new model is complete."""
    if planned.names.single in present.stale:
        _remove(folder, planned.names.single, present)


def write_one_by_one(shards: Sequence[Shard], folder: str, options: WriteOptions) -> set[Outcome]:
    """Write one shard after another, each with all threads; in a store, two at once."""
    if is_remote(folder):
        return set(upload_each([(shard.output, join(folder, shard.name)) for shard in shards], options))
    outcomes: set[Outcome] = set()
    done = 0
    for shard in shards:
        progress = _counting_from(done, options)
        outcomes.add(publish(shard.output, join(folder, shard.name), progress))
        assert isinstance(shard.output.plan, FilePlan)
        done += shard.output.plan.drawn_bytes
    return outcomes


def _counting_from(done: int, options: WriteOptions) -> WriteOptions:
    """Return options whose progress begins at ``done`` bytes."""
    progress = options.progress
    return options._replace(progress=lambda more: progress(done + more)) if progress else options


def write_index(planned: ShardSet, folder: str, options: WriteOptions) -> Outcome:
    """Write the index, if there is more than one shard; all shards must be there."""
    if not planned.index_content:
        return "unchanged"
    path = join(folder, planned.names.index_file)
    if options.check and kind(path) == "nothing":
        raise DiffersError(f"{path} does not exist: the shards are not complete, or the run was interrupted")
    if is_up_to_date(path, planned.index_content, force=options.force, check=options.check):
        return "unchanged"
    write_side_file(path, planned.index_content, replace=options.force, fsync=options.fsync)
    return "written"


def remove_index(folder: str, planned: ShardSet, present: Present) -> None:
    """Remove the index, if there is one: without it the shards are no model."""
    _remove(folder, planned.names.index_file, present)


def _remove(folder: str, name: str, present: Present) -> None:
    path = join(folder, name)
    with writing(path):
        remove_known(path, present.states.get(name))
