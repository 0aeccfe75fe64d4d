"""Whether an output is to be sharded, into which folder, and under which names."""

from __future__ import annotations

import os
from typing import NamedTuple

from winitgen.errors import UsageError
from winitgen.files.formats import STDOUT, check_output_name
from winitgen.files.shards.file_names import (
    ENDING,
    HUB_FORMAT,
    INDEX,
    KERAS_ENDING,
    KERAS_FORMAT,
    USUAL_STEM,
    KerasNames,
    Names,
    ShardNames,
    names_of_index,
)
from winitgen.files.stores.address import is_remote, split


class ShardTarget(NamedTuple):
    """Where the files of a sharded model go: a folder, their names, and the most bytes of values in a shard."""

    folder: str
    names: Names
    limit: int


def shard_target(
    out: str, size: str | None, stem: str | None, format_: str | None, *, asked_by: str | None = None
) -> ShardTarget | None:
    """Return where the shards go; None if the output is to be one file, or a folder of arrays.

    ``out`` names the index, the file that would hold the whole model, or with ``size`` or ``stem`` a folder; a folder of
    a store always holds shards. ``size`` is the most that a shard may hold, as text. ``asked_by`` is another option that
    asks for shards. Raises `UsageError` for an output that cannot be sharded.
    """
    check_output_name(out)
    folder, name = split(out)
    named = names_of_index(name)
    remote_folder = is_remote(out) and not name and format_ in (None, HUB_FORMAT)
    if named is None and (size, stem, asked_by) == (None, None, None) and not remote_folder:
        return None
    from winitgen.files.shards.splitting import USUAL_SIZE, shard_size

    limit = USUAL_SIZE if size is None else shard_size(size)
    named = named or _of_file(name)
    if format_ not in (None, HUB_FORMAT, KERAS_FORMAT):
        known = f"only {HUB_FORMAT} and {KERAS_FORMAT} are sharded"
        raise UsageError(f"{known}; leave out --format {format_}")
    if asked_by:
        _check_shared(asked_by, named, out, format_)
    if named is not None:
        _check_agreement(named, stem, format_, name)
        return ShardTarget(folder, _checked(named), limit)
    if name and (is_remote(out) or not os.path.isdir(out)):
        what = asked_by or ("--max-shard-size" if size is not None else "--shard-name")
        raise UsageError(
            f"{what} makes several files; name a folder, as in {'out' if out == STDOUT else out}/, or an index, as in model{INDEX}.json, not {out}"
        )
    form = KerasNames if format_ == KERAS_FORMAT else ShardNames
    return ShardTarget(out, _checked(form(USUAL_STEM if stem is None else stem)), limit)


def _check_shared(asked_by: str, named: Names | None, out: str, format_: str | None) -> None:
    """Refuse what only one process can write."""
    if isinstance(named, KerasNames) or format_ == KERAS_FORMAT:
        raise UsageError(
            f"{asked_by} divides safetensors only, and {out} is to be Keras's form; leave out {asked_by}"
        )


def _of_file(name: str) -> Names | None:
    """Return the names of the shards that replace the only file of a model, None for another name."""
    if name.endswith(ENDING):
        return ShardNames(name.removesuffix(ENDING))
    if name.endswith(KERAS_ENDING):
        return KerasNames(name.removesuffix(KERAS_ENDING))
    return None


def _checked(names: Names) -> Names:
    names.check()
    return names


def _check_agreement(named: Names, stem: str | None, format_: str | None, name: str) -> None:
    """Refuse a stem or a format that differs from the one in the name of the output."""
    if stem not in (None, named.stem):
        raise UsageError(f"{name} names the shards {named.pattern}, and --shard-name {stem}; leave out one")
    if format_ not in (None, named.format):
        raise UsageError(f"{name} is for shards of {named.format}; leave out --format {format_}")
