"""Writes a sharded model: each shard whole or not at all, and the index after all of them."""

from __future__ import annotations

from collections.abc import Sequence

from winitgen.errors import DiffersError
from winitgen.files.formats.format import FilePlan
from winitgen.files.output.atomic import writing
from winitgen.files.output.existing import kind
from winitgen.files.output.options import Outcome, WriteOptions
from winitgen.files.output.place import remove
from winitgen.files.output.publish import publish
from winitgen.files.output.side_file import is_up_to_date, make_folder, write_side_file
from winitgen.files.output.uploads import upload_each
from winitgen.files.shards.present import Present, check, look
from winitgen.files.shards.shard_set import Shard, ShardSet
from winitgen.files.stores.address import is_remote, join


def write_shards(
    planned: ShardSet, folder: str, options: WriteOptions, own: Sequence[int] | None = None
) -> Outcome:
    """Write the shards that ``folder`` does not hold yet, then the index; with ``own`` only shards of these numbers.

    A run that was interrupted goes on: shards with exactly the planned bytes stay. There is no index while a shard is
    missing: one of a former run is removed first. With ``own`` shards no index is written, and no stale file removed;
    `finalize` does both. Raises `ExistsError`, before anything is drawn, for files that only ``force`` replaces, and
    `OutputError` for files in the way that winitgen did not write. With ``check`` nothing is written, and any
    difference raises `DiffersError`.
    """
    present = look(folder, planned)
    mine = [shard for number, shard in enumerate(planned.shards) if own is None or number in own]
    if own is not None:
        present = _of(mine, present)
    check(folder, planned, present, force=options.force, only_check=options.check)
    if not options.check:
        make_folder(folder or ".")
        if any(shard.name not in present.alike for shard in mine):
            _remove(folder, planned.names.index_file)
        for name in present.stale:
            _remove(folder, name)
    outcomes = _write_each(mine, folder, options)
    if own is None:
        outcomes.add(write_index(planned, folder, options))
    return "written" if "written" in outcomes or present.stale else "unchanged"


def _of(mine: Sequence[Shard], present: Present) -> Present:
    """Return what of the present files one of several writers looks after."""
    names = {shard.name for shard in mine}
    return Present(
        [name for name in present.alike if name in names],
        [name for name in present.other if name in names],
        [],
        None,
    )


def _write_each(shards: Sequence[Shard], folder: str, options: WriteOptions) -> set[Outcome]:
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


def _remove(folder: str, name: str) -> None:
    path = join(folder, name)
    with writing(path):
        remove(path)
