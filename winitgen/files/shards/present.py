"""What a folder holds of a sharded model already: complete shards, those of another run, and files of others."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from winitgen.errors import DiffersError, ExistsError, OutputError, UnreadableError
from winitgen.files import recipe
from winitgen.files.formats.format import FilePlan
from winitgen.files.input.opening import failed, reading
from winitgen.files.input.steady import FileState, changed, is_changed, state_at
from winitgen.files.output.atomic import writing
from winitgen.files.output.existing import FOREIGN, NO_RECIPE, OTHER_BYTES, difference, kind
from winitgen.files.output.place import begins_alike, names_in, start_of
from winitgen.files.shards.file_names import KERAS_FORMAT
from winitgen.files.shards.shard_set import Shard, ShardSet
from winitgen.files.stores.address import is_remote, join


class Present(NamedTuple):
    """What is in the folder: the names of shards that begin as planned, of other shards, and of stale files.

    ``stale`` files are named like this model's but belong to another run. ``same_index`` is whether the
    index has the planned content, None if there is none. ``states`` are those of all files of the model, of a disk.
    """

    alike: list[str]
    other: list[str]
    stale: list[str]
    same_index: bool | None
    states: Mapping[str, FileState | None] = MappingProxyType({})


def look(
    folder: str, planned: ShardSet, own: Collection[int] | None = None, *, only_check: bool = False
) -> Present:
    """Look at a folder; only the first bytes of a shard are read, which hold its recipe.

    With ``own`` only the shards of these numbers are looked at, and the index; no file is stale then. With
    ``only_check`` a folder that cannot be looked at is one that cannot be read, and not one that cannot be written.
    """
    with reading(folder) if only_check else writing(folder):
        found = [name for name in names_in(folder) if planned.names.are_of(name)]
        states = {name: _state(folder, name) for name in found}
        shards = {
            shard.name: shard for number, shard in enumerate(planned.shards) if own is None or number in own
        }
        alike = [name for name in found if name in shards and _begins_alike(folder, shards[name])]
        other = [name for name in found if name in shards and name not in alike]
        stale = [name for name in found if name not in planned.files] if own is None else []
        same_index = (
            _has_index(folder, planned)
            if planned.names.index_file in found and planned.index_content
            else None
        )
    return Present(alike, other, stale, same_index, states)


def check_unchanged(folder: str, present: Present) -> None:
    """Raise `ChangedError` if a file that is still there was changed since it was looked at."""
    for name, before in present.states.items():
        now = _state(folder, name)
        if before and now and before.identity == now.identity and is_changed(before, now, now):
            raise changed(join(folder, name))


def _state(folder: str, name: str) -> FileState | None:
    return None if is_remote(folder) else state_at(join(folder, name), follow=False)


def check(folder: str, planned: ShardSet, present: Present, *, force: bool, only_check: bool) -> None:
    """Raise an error for files that would have to be replaced or removed and must not be.

    Without ``force`` nothing is replaced. Files that winitgen did not write are never removed.
    """
    for name in present.stale:
        check_stale(join(folder, name), force=force, only_check=only_check)
    for name in present.other if only_check or not force else ():
        path = join(folder, name)
        shard = next(shard for shard in planned.shards if shard.name == name)
        why = _difference(path, shard) if kind(path) == "file" else "is not a file"
        if only_check:
            raise DiffersError(f"{path} {why}")
        raise ExistsError(f"{path} exists and {why}; --force replaces it")
    if present.same_index is False and (only_check or not force):
        path = join(folder, planned.names.index_file)
        if only_check:
            raise DiffersError(f"{path} differs")
        raise ExistsError(f"{path} exists and differs from the index of these shards; --force replaces it")


def _difference(path: str, shard: Shard) -> str:
    """Return why a file is not the planned shard, as the end of a sentence."""
    why = difference(shard.output.format, path, shard.output.metadata)
    if why == OTHER_BYTES and _names_in(path) not in (None, _stored_names(shard)):
        return "differs: same seed, spec and options, but divided by another --max-shard-size"
    return why


def _stored_names(shard: Shard) -> set[str]:
    is_keras = shard.output.format.name == KERAS_FORMAT
    return {tensor.keras_path if is_keras else tensor.name for tensor in shard.tensors}


def _names_in(path: str) -> set[str] | None:
    """Return the names of the tensors in a file, None if it is damaged."""
    from winitgen.files.input import open_weights

    try:
        with open_weights(path) as weights:
            return {tensor.name for tensor in weights.tensors}
    except UnreadableError as error:
        if failed(error):
            raise
        return None


def check_stale(path: str, *, force: bool, only_check: bool) -> None:
    """Raise an error for a stale file, unless it may be removed."""
    belongs = f"{path} belongs to another run, and readers may take it for a part of this model"
    if only_check:
        raise DiffersError(belongs)
    if why := _why_not_ours(path):
        raise OutputError(f"{path} {why}, and readers may take it for a part of this model; move it away")
    if not force:
        raise ExistsError(f"{belongs}; --force removes it")


def check_appeared(path: str, *, force: bool) -> None:
    """Raise an error for a stale file that was not there before, if it is still there; ``force`` is not enough."""
    if not os.path.lexists(path):
        return
    check_stale(path, force=force, only_check=False)
    raise OutputError(f"{path} was written by another run at the same time; run this one again")


def check_no_other(folder: str, planned: ShardSet, present: Present, *, force: bool) -> None:
    """Raise an error for files that readers may take instead of the planned shards and that were not there at first.

    For several shards these are the only file, and an index of others; looking for all stale files takes long.
    """
    if planned.names.single in planned.files:
        names = look(folder, planned).stale
    else:
        index = planned.names.index_file
        other = present.same_index is not False and _has_index(folder, planned) is False
        names = [planned.names.single, *([index] if other else [])]
    for name in appeared(folder, names, present):
        check_appeared(join(folder, name), force=force)


def appeared(folder: str, names: Iterable[str], present: Present) -> list[str]:
    """Return the names of the files that are not the stale ones that were there at first."""
    return [
        name
        for name in names
        if name not in present.stale or _state(folder, name) != present.states.get(name)
    ]


def _why_not_ours(path: str) -> str:
    """Return why a file is no shard of winitgen, empty if it is one; an index is ours if the shards that it names are."""
    from winitgen.files.input import open_weights

    if kind(path) != "file":
        return FOREIGN
    try:
        with open_weights(path, recipe_only=True) as weights:
            if weights.recipe is None:
                return NO_RECIPE
            return FOREIGN if recipe.parse(weights.recipe) is None else ""
    except UnreadableError as error:
        if failed(error):
            raise
        return FOREIGN


def _has_index(folder: str, planned: ShardSet) -> bool | None:
    """Return whether the index has the planned content; None if another process has just removed it."""
    path = join(folder, planned.names.index_file)
    if kind(path) not in ("file", "nothing"):
        raise OutputError(f"cannot write {path}: it is not a file")
    try:
        return start_of(path, len(planned.index_content) + 1) == planned.index_content
    except FileNotFoundError:
        return None


def _begins_alike(folder: str, shard: Shard) -> bool:
    assert isinstance(shard.output.plan, FilePlan)
    return begins_alike(join(folder, shard.name), shard.output.plan)
