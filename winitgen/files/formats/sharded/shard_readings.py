"""What a loader of a model in several files reads that the index does not say, or says otherwise.

``from_pretrained`` of transformers reads ``model.safetensors`` if it is there, and else all tensors of all shards that the index
names, whatever the index says of each. Other loaders read every ``.safetensors`` file of the folder, or every one that begins as
the index does. Keras reads of the shards that the index names for a group what it finds in that group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from winitgen.files.formats.sharded.keras_index import EntryOf
from winitgen.files.input.container_ending import other_container
from winitgen.files.input.open_file import OpenFile, quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.shards.file_names import ENDING, KERAS_ENDING, KerasNames, ShardNames, names_of_index
from winitgen.files.shards.torch_names import TORCH_ENDING, TorchNames

_ENDINGS = {ShardNames: ENDING, KerasNames: KERAS_ENDING, TorchNames: TORCH_ENDING}


def late_readings(shards: Mapping[str, OpenFile], read_rest: bool) -> list[OtherReading]:
    """Return what only the values of each shard tell."""
    return [
        one._replace(text=f"{quoted(name)}: {one.text}")
        for name, shard in shards.items()
        for one in shard.late(read_rest)
    ]


def shard_readings(
    places: Mapping[str, Counter[str]], shards: Mapping[str, OpenFile], entry_of: EntryOf
) -> Iterator[OtherReading]:
    """Yield the tensors that are in a shard to which the index does not give them, and what each shard tells."""
    for entry, given in places.items():
        if not given:
            yield OtherReading(
                f"its index gives {quoted(entry)} to no shard, and Keras refuses it for a model that has this group"
            )
    for name, shard in shards.items():
        for tensor in shard.tensors:
            own = places.get(entry_of(tensor.name))
            if own is None:
                yield OtherReading(
                    f"{quoted(tensor.name)} is in {quoted(name)}, and its index does not list it"
                )
            elif own and name not in own:
                yield OtherReading(
                    f"{quoted(tensor.name)} is in {quoted(name)}, too, and its index gives it to {quoted(next(iter(own)))}"
                )
        yield from (one._replace(text=f"{quoted(name)}: {one.text}") for one in shard.others)


def shard_names(
    index: str, places: Mapping[str, Counter[str]], names: Collection[str]
) -> Iterator[OtherReading]:
    """Yield what is wrong with the names of the shards, by which loaders go, and with their places in the index."""
    own = names_of_index(index)
    if TorchNames.of_index(index):
        for name in names:
            if name.endswith(ENDING):
                yield OtherReading(
                    f"the shard {quoted(name)} ends in {ENDING}: transformers takes it for a file of safetensors"
                )
        return
    if isinstance(own, ShardNames):
        for name in names:
            if not name.endswith(ENDING):
                yield OtherReading(
                    f"the shard {quoted(name)} does not end in {ENDING}: transformers takes it for a file of PyTorch"
                )
        return
    assert own is not None  # it was read as an index
    first = KerasNames(f"{own.stem}.weights".replace(".weights", "")).single
    if names and first not in names:
        yield OtherReading(
            f"its index does not list {quoted(first)}, which Keras opens before any other shard"
        )
    for name in names:
        for one in other_container(name, "hdf5"):
            yield one._replace(text=f"{quoted(name)}: {one.text}")
    for group, given in places.items():
        if given.total() > len(given):
            yield OtherReading(
                f"its index lists a shard of {quoted(group)} twice, and Keras counts its variables twice"
            )


def beside(index: str, names: Collection[str], shards: Collection[str]) -> Iterator[OtherReading]:
    """Yield the weight files that stand beside an index, which does not list them."""
    own = names_of_index(index) or TorchNames.of_index(index)
    assert own is not None  # it was read as an index
    ending = _ENDINGS[type(own)]
    for name in sorted(set(names) - set(shards)):
        if not name.endswith(ending):
            continue
        if own.are_of(name) or (name.startswith(own.stem) and not name.startswith(f"{own.stem}.")):
            yield OtherReading(
                f"{quoted(name)} stands beside it, and loaders read it instead of its shards, or too"
            )
        else:
            yield OtherReading(f"{quoted(name)} stands beside it and was not read", misread=False)
