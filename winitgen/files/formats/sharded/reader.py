"""Reads sharded safetensors, as Hugging Face writes them: an index lists the shard of each tensor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from winitgen.errors import UnreadableError
from winitgen.files.formats.safetensors import reader as safetensors
from winitgen.files.input.open_file import MOST_TENSORS, OpenFile, StoredArray, kept, quoted
from winitgen.files.input.opening import LONGEST_TEXT, decoded, inside, opened
from winitgen.files.stores.address import is_remote, split
from winitgen.numeric.threads import in_order

ENDING = ".safetensors.index.json"

_REQUESTS = 8
"""Headers that are asked of a store at once."""


def read(path: str) -> OpenFile:
    """Return the tensors that the index lists, shard by shard.

    Shards are opened for each read: there may be more than can be open at once. A tensor that is in
    a shard but not in the index is ignored, as it is by other readers of the index.
    """
    with opened(path) as file:
        text = file.read(LONGEST_TEXT + 1)
    weight_map = _weight_map(text, path)
    names = list(dict.fromkeys(weight_map.values()))
    jobs = (partial(_shard, path, name) for name in names)
    shards = dict(zip(names, in_order(jobs, _REQUESTS if is_remote(path) else 1), strict=True))
    _follow(shards.values())
    tensors = [
        tensor
        for name, shard in shards.items()
        for tensor in shard.tensors
        if weight_map.get(tensor.name) == name
    ]
    _check_all(tensors, weight_map, path)
    sizes = {
        fact: sum(int(shard.facts[fact]) for shard in shards.values())
        for fact in ("file_bytes", "header_bytes")
    }
    facts: dict[str, int | str] = {fact: size + len(text) for fact, size in sizes.items()}
    facts["shards"] = len(shards)
    return OpenFile(path, "safetensors-index", tensors, recipe=_recipe(shards), facts=facts)


def _follow(shards: Iterable[OpenFile]) -> None:
    """Let the offsets of each shard follow those of the one before, so that they are read one after another."""
    begin = 0
    for shard in shards:
        for tensor in shard.tensors:
            tensor.offset += begin
        begin += int(shard.facts["file_bytes"])


def _weight_map(text: bytes, path: str) -> Mapping[str, str]:
    fields = decoded(text, [("weight_map", dict[str, str])]) if len(text) <= LONGEST_TEXT else None
    if fields is None or len(fields.weight_map) > MOST_TENSORS:
        raise UnreadableError(f"{path} is not the index of a sharded model")
    found: Mapping[str, str] = fields.weight_map
    return found


def _shard(path: str, name: str) -> OpenFile:
    shard_path = inside(split(path)[0], name, f"{path} is a damaged index: the shard {quoted(name)}")
    with opened(shard_path) as file:
        return safetensors.read_from(file, kept(file, partial(opened, shard_path)), shard_path)


def _check_all(tensors: list[StoredArray], weight_map: Mapping[str, str], path: str) -> None:
    missing = sorted(weight_map.keys() - {tensor.name for tensor in tensors})
    if missing:
        raise UnreadableError(
            f"{path} is a damaged index: {quoted(missing[0])} is not in its shard {quoted(weight_map[missing[0]])}"
        )


def _recipe(shards: Mapping[str, OpenFile]) -> str | None:
    """Return the recipe that all shards share, or None."""
    found = {shard.recipe for shard in shards.values()}
    return found.pop() if len(found) == 1 else None
