"""The plan of a sharded model: every byte of every file, before a value is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from winitgen.files.formats.format import Drawable
from winitgen.files.output.output_plan import OutputPlan, plan_output
from winitgen.files.shards.file_names import Names
from winitgen.files.shards.forms import form_of


class Shard(NamedTuple):
    """One file of a sharded model, and the tensors in it."""

    name: str
    tensors: Sequence[Drawable]
    output: OutputPlan


class ShardSet(NamedTuple):
    """All files of a model: the shards in order, and the index; a model in one file of safetensors has none.

    ``index_content`` is the content of the index, empty if there is none.
    """

    names: Names
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
    tensors: Sequence[Drawable], metadata: Mapping[str, str], names: Names, limit: int, parameters: int | None
) -> ShardSet:
    """Plan the shards of at most ``limit`` bytes of values each, and their index.

    The names decide the format. ``parameters`` is the number of values that can be trained, None if it is not known. Raises `UsageError` for
    tensors that the format cannot hold.
    """
    form = form_of(names)
    plan_output(form.format, tensors, metadata)  # what the shards have in common may be a mistake too
    return shard_set([[*group] for group in form.split(tensors, limit)], metadata, names, parameters)


def shard_set(
    groups: Sequence[Sequence[Drawable]], metadata: Mapping[str, str], names: Names, parameters: int | None
) -> ShardSet:
    """Return the plan of a model whose tensors are divided among its shards already."""
    form = form_of(names)
    shards = [
        Shard(names.shard(number, len(groups)), group, plan_output(form.format, group, metadata))
        for number, group in enumerate(groups)
    ]
    if len(shards) == 1 and not form.always_indexed:
        return ShardSet(names, shards, b"")
    return ShardSet(
        names, shards, form.index_of([(shard.name, shard.tensors) for shard in shards], parameters)
    )
