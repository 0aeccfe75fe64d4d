"""Reads sharded safetensors, as Hugging Face writes them: an index lists the shard of each tensor."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from winitgen.errors import UnreadableError
from winitgen.files.formats.safetensors import reader as safetensors
from winitgen.files.input.open_file import MOST_TENSORS, OpenFile, StoredArray, quoted
from winitgen.files.input.opening import LONGEST_TEXT, decoded, inside, opened

ENDING = ".safetensors.index.json"


def read(path: str) -> OpenFile:
    """Return the tensors that the index lists, shard by shard.

    Shards are opened for each read: there may be more than can be open at once. A tensor that is in
    a shard but not in the index is ignored, as it is by other readers of the index.
    """
    with opened(Path(path)) as file:
        text = file.read(LONGEST_TEXT + 1)
    weight_map = _weight_map(text, path)
    shards = {name: _shard(path, name) for name in dict.fromkeys(weight_map.values())}
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


def _weight_map(text: bytes, path: str) -> Mapping[str, str]:
    fields = decoded(text, [("weight_map", dict[str, str])]) if len(text) <= LONGEST_TEXT else None
    if fields is None or len(fields.weight_map) > MOST_TENSORS:
        raise UnreadableError(f"{path} is not the index of a sharded model")
    found: Mapping[str, str] = fields.weight_map
    return found


def _shard(path: str, name: str) -> OpenFile:
    shard_path = inside(os.path.dirname(path), name, f"{path} is a damaged index: the shard {quoted(name)}")
    with opened(shard_path) as file:
        return safetensors.read_from(file, partial(opened, shard_path), str(shard_path))


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
