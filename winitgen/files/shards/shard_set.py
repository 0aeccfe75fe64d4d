"""The plan of a sharded model: every byte of every file, before a value is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from winitgen.files.formats.format import Drawable, byte_count
from winitgen.files.formats.safetensors.writer import FORMAT
from winitgen.files.output.output_plan import OutputPlan, plan_output
from winitgen.files.shards.file_names import ShardNames
from winitgen.files.shards.splitting import split


class Shard(NamedTuple):
    """One file of a sharded model, and the tensors in it."""

    name: str
    tensors: Sequence[Drawable]
    output: OutputPlan


class ShardSet(NamedTuple):
    """All files of a model: the shards in order, and the index; a model in one file has none.

    ``index_content`` is the content of the index, empty if there is none.
    """

    names: ShardNames
    shards: Sequence[Shard]
    index_content: bytes

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(shard.output.size for shard in self.shards) + len(self.index_content)

    @property
    def main(self) -> str:
        """The name of the file that a reader opens: the index, or the only file."""
        return self.names.index_file if self.index_content else self.names.single

    @property
    def files(self) -> list[str]:
        """The names of all files; the index is last."""
        return [shard.name for shard in self.shards] + ([self.names.index_file] if self.index_content else [])


def plan_shards(
    tensors: Sequence[Drawable], metadata: Mapping[str, str], names: ShardNames, limit: int, parameters: int
) -> ShardSet:
    """Plan the shards of at most ``limit`` bytes of values each, and their index.

    ``parameters`` is the number of values that can be trained. Raises `UsageError` for tensors that safetensors
    cannot hold.
    """
    plan_output(FORMAT, tensors, {})  # names that two shards share are a mistake too
    return shard_set([[*group] for group in split(tensors, limit)], metadata, names, parameters)


def shard_set(
    groups: Sequence[Sequence[Drawable]], metadata: Mapping[str, str], names: ShardNames, parameters: int
) -> ShardSet:
    """Return the plan of a model whose tensors are divided among its shards already."""
    shards = [
        Shard(names.shard(number, len(groups)), group, plan_output(FORMAT, group, metadata))
        for number, group in enumerate(groups)
    ]
    return ShardSet(names, shards, index_of(shards, parameters) if len(shards) > 1 else b"")


def index_of(shards: Iterable[Shard], parameters: int) -> bytes:
    """Return the index as huggingface_hub writes it: sorted JSON with two spaces a level and a newline at the end."""
    import json

    places = {tensor.name: (shard.name, byte_count(tensor)) for shard in shards for tensor in shard.tensors}
    total = sum(size for _, size in places.values())
    index = {
        "metadata": {"total_parameters": parameters, "total_size": total},
        "weight_map": {name: shard for name, (shard, _) in places.items()},
    }
    return (json.dumps(index, indent=2, sort_keys=True) + "\n").encode()
