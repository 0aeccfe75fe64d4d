"""Whether an output is to be sharded, into which folder, and under which names."""

from __future__ import annotations

import os
from typing import NamedTuple

from winitgen.errors import UsageError
from winitgen.files.shards.file_names import ENDING, INDEX, USUAL_STEM, ShardNames
from winitgen.files.shards.splitting import USUAL_SIZE, shard_size
from winitgen.files.stores.address import is_remote, split


class ShardTarget(NamedTuple):
    """Where the files of a sharded model go: a folder, their names, and the most bytes of values in a shard."""

    folder: str
    names: ShardNames
    limit: int


def shard_target(out: str, size: str | None, stem: str | None, format_: str | None) -> ShardTarget | None:
    """Return where the shards go; None if the output is to be one file, or a folder of arrays.

    ``out`` names the index, the only file that a small model has, or with ``size`` or ``stem`` a folder; a folder of a
    store always holds shards. ``size`` is
    the most that a shard may hold, as text. Raises `UsageError` for an output that cannot be sharded.
    """
    folder, name = split(out)
    index = ShardNames.of_index(name)
    remote_folder = is_remote(out) and not name and format_ in (None, "safetensors")
    if index is None and size is None and stem is None and not remote_folder:
        return None
    limit = USUAL_SIZE if size is None else shard_size(size)
    if format_ not in (None, "safetensors"):
        raise UsageError(f"only safetensors are sharded; leave out --format {format_}")
    if index is not None:
        _check_stem(index.stem, stem, name)
        return ShardTarget(folder, index, limit)
    if name.endswith(ENDING):
        own = name.removesuffix(ENDING)
        _check_stem(own, stem, name)
        return ShardTarget(folder, _checked(own), limit)
    if name and (is_remote(out) or not os.path.isdir(out)):
        what = "--max-shard-size" if size is not None else "--shard-name"
        raise UsageError(
            f"{what} makes several files; name a folder, as in {out}/, or an index, as in model{INDEX}.json, not {out}"
        )
    return ShardTarget(out, _checked(USUAL_STEM if stem is None else stem), limit)


def _checked(stem: str) -> ShardNames:
    names = ShardNames(stem)
    names.check()
    return names


def _check_stem(named: str, stem: str | None, name: str) -> None:
    """Refuse a stem that differs from the one in the name of the output."""
    if stem not in (None, named):
        raise UsageError(f"{name} names the shards {named}-..., and --shard-name {stem}; leave out one")
