"""Reads models in several files, as Hugging Face's libraries and Keras write them: an index lists the shards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from winitgen.errors import UnreadableError
from winitgen.files.formats.sharded import keras_index, torch_index
from winitgen.files.formats.sharded.recipes import common_metadata, common_recipe, own_metadata
from winitgen.files.formats.sharded.shard_readings import (
    beside,
    late_readings,
    shard_names,
    shard_readings,
)
from winitgen.files.input.folder_config import float_format
from winitgen.files.input.held_folder import HeldFolder
from winitgen.files.input.json_keys import index_readings, metadata_of, metadata_readings
from winitgen.files.input.open_file import MOST_TENSORS, OpenFile, quoted
from winitgen.files.input.opening import LONGEST_TEXT, decoded, inside, with_halves
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.stored_array import StoredArray
from winitgen.files.shards.file_names import KERAS_INDEX
from winitgen.files.shards.torch_names import TorchNames
from winitgen.files.stores.address import is_remote, join, split
from winitgen.numeric.threads import in_order

if TYPE_CHECKING:
    from contextlib import ExitStack

Places = Mapping[str, Counter[str]]
"""The shards of each entry of an index, with how often it names each: of a tensor one, of a group of Keras's variables any number."""

_REQUESTS = 8
"""Headers that are asked of a store at once."""


def read(folder: HeldFolder, index: str, stack: ExitStack) -> OpenFile:
    """Return the tensors that the index of this name lists, shard by shard.

    A tensor that is in a shard but not in the index is not among them: it is another reading of the model.
    """
    path = join(folder.path, index)
    with folder.member(index) as (file, _):
        text = file.read(LONGEST_TEXT + 1)
    is_keras = path.endswith(KERAS_INDEX)
    places = _places(text, path, is_keras=is_keras)
    shards = _shards(folder, path, places, stack, is_keras=is_keras)
    _follow(shards.values())
    entry_of = keras_index.entry_of if is_keras else str
    passed = _check_all(places, shards, entry_of, path, is_keras=is_keras)
    tensors = [
        tensor
        for name, shard in shards.items()
        for tensor in shard.tensors
        if name in places.get(entry_of(tensor.name), ())
    ]
    _check_twice(tensors, path)
    sizes = {
        fact: sum(int(shard.facts[fact]) for shard in shards.values())
        for fact in ("file_bytes", "header_bytes")
    }
    facts: dict[str, int | str] = {fact: size + len(text) for fact, size in sizes.items()}
    facts["shards"] = len(shards)
    is_torch = TorchNames.of_index(index) is not None
    kind = "keras-h5-index" if is_keras else "pytorch-index" if is_torch else "safetensors-index"
    paths = [join(folder.path, name) for name in shards]
    recipe = common_recipe(shards, path)
    about = {} if is_keras else metadata_of(text)
    others = [*shard_readings(places, shards, entry_of), *_beside(index, folder, shards)]
    others += [
        *passed,
        *shard_names(index, places, shards),
        *index_readings(text),
        *metadata_readings(about),
    ]
    metadata = common_metadata(shards)
    parts = own_metadata(shards, metadata)
    late = partial(late_readings, shards)
    altered = [f"{quoted(name)}: {clause}" for name, shard in shards.items() for clause in shard.altered]
    return OpenFile(
        *(path, kind, tensors, metadata, recipe, facts, paths),
        others=others,
        late=late,
        parts=parts,
        altered=altered,
        index_dtype=float_format(about["dtype"]) if about and "dtype" in about else None,
    )


def _beside(index: str, folder: HeldFolder, shards: Mapping[str, OpenFile]) -> Iterable[OtherReading]:
    """Return what stands beside an index; nothing in a store, where that is a request."""
    if is_remote(folder.path):
        return ()
    try:
        return beside(index, folder.names(), shards)
    except PermissionError:
        return [
            OtherReading("what stands beside it was not read: its folder may not be listed", misread=False)
        ]


def _follow(shards: Iterable[OpenFile]) -> None:
    """Let the offsets of each shard follow those of the one before, so that they are read one after another."""
    begin = 0
    for shard in shards:
        for tensor in shard.tensors:
            tensor.offset += begin
        begin += int(shard.facts["file_bytes"])


def _places(text: bytes, path: str, *, is_keras: bool) -> Places:
    kind = dict[str, str | list[str]] if is_keras else dict[str, str]
    fields = None
    if len(text) <= LONGEST_TEXT:
        fields = decoded(text, [("weight_map", kind)]) or with_halves(text, [("weight_map", kind)])
    if fields is None or len(fields.weight_map) > MOST_TENSORS:
        raise UnreadableError(f"{path} is not the index of a sharded model")
    found: Mapping[str, str | list[str]] = fields.weight_map
    return {entry: Counter([names] if isinstance(names, str) else names) for entry, names in found.items()}


def _shards(
    folder: HeldFolder, path: str, places: Places, stack: ExitStack, *, is_keras: bool
) -> dict[str, OpenFile]:
    """Open each shard that the index names; raise `UnreadableError` if one does not exist."""
    names = list(dict.fromkeys(name for own in places.values() for name in own))
    for name in names:
        inside(folder.path, name, f"{path} is a damaged index: the shard {quoted(name)}")
    absent = [name for name in names if not folder.has(name)]
    if absent:
        which = f"its shard {quoted(absent[0])} does not exist"
        more = f", and {len(absent) - 1} more do not" if len(absent) > 1 else ""
        raise UnreadableError(f"{path} is not complete: {which}{more}")
    if is_keras:
        return _few(path, ((name, keras_index.shard(folder, name, stack)) for name in names))
    if TorchNames.of_index(split(path)[1]):
        return _few(path, ((name, torch_index.shard(folder, name, stack)) for name in names))
    jobs = (partial(_shard, folder, name) for name in names)
    opened_shards = in_order(jobs, _REQUESTS if is_remote(path) else 1)
    return _few(path, zip(names, opened_shards, strict=True))


def _few(path: str, opened: Iterable[tuple[str, OpenFile]]) -> dict[str, OpenFile]:
    """Return shards by their names; raise `UnreadableError` once they hold more tensors than are read of a file."""
    found, count = {}, 0
    for name, shard in opened:
        found[name] = shard
        count += len(shard.tensors)
        if count > MOST_TENSORS:
            raise UnreadableError(
                f"{path} has shards with more than {MOST_TENSORS:,} tensors, the most that winitgen reads"
            )
    return found


def _shard(folder: HeldFolder, name: str) -> OpenFile:
    from winitgen.files.formats.safetensors import reader as safetensors

    with folder.member(name) as (file, source):
        return safetensors.read_from(file, source, join(folder.path, name))


def _check_all(
    places: Places,
    shards: Mapping[str, OpenFile],
    entry_of: keras_index.EntryOf,
    path: str,
    *,
    is_keras: bool,
) -> list[OtherReading]:
    """Raise `UnreadableError` for an entry with nothing in one of its shards; return what Keras passes over of these.

    Keras asks for the groups of a model's own layers, and takes what it finds of each in all shards that the entry names.
    """
    found = {(entry_of(tensor.name), name) for name, shard in shards.items() for tensor in shard.tensors}
    places_of: dict[str, list[str]] = {}
    for entry, name in sorted(found):
        places_of.setdefault(entry, []).append(name)
    passed: list[OtherReading] = []
    for entry, name in sorted({(entry, name) for entry, names in places.items() for name in names} - found):
        others = places_of.get(entry, [])
        if is_keras and (not others or not places[entry].keys().isdisjoint(others)):
            passed.append(keras_index.nothing_there(entry, name))
            continue
        if others:
            why = f"{quoted(entry)} is in the shard {quoted(others[0])}, not in {quoted(name)}"
        else:
            why = f"{quoted(entry)} is not in its shard {quoted(name)}"
        raise UnreadableError(f"{path} is a damaged index: {why}")
    return passed


def _check_twice(tensors: Sequence[StoredArray], path: str) -> None:
    names: set[str] = set()
    for tensor in tensors:
        if tensor.name in names:
            raise UnreadableError(f"{path} is a damaged index: {quoted(tensor.name)} is in two of its shards")
        names.add(tensor.name)
