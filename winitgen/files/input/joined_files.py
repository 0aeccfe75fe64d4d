"""A folder of which ``from_pretrained`` of transformers joins all files of safetensors, by PyTorch's reader of such checkpoints.

It does so if one is called as the processes of a training call theirs. Each may hold a part of a tensor, at the offsets
that its metadata says.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping

from winitgen.files.input.open_file import OpenFile, quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.shards.file_names import ENDING, is_of_one_process

_PLACES, _OFFSETS = "DCP_SHARDING_INFO", "saved_offsets"


def part_of_training(names: Collection[str]) -> str | None:
    """Return the first name that is of one process of a training, None if none is."""
    return min(filter(is_of_one_process, names), default=None)


def joined(
    part: str, names: Collection[str], read: Collection[str], weights: OpenFile
) -> Iterator[OtherReading]:
    """Yield what is joined besides the files that were ``read`` of a folder with these names, and what at other places.

    ``part`` is the name of one process's file.
    """
    if {name for name in names if name.endswith(ENDING)} != {*read}:
        yield OtherReading(
            f"from_pretrained of transformers reads all files of safetensors of this folder, since {quoted(part)} is called like a part of a distributed checkpoint"
        )
    if not all(map(_is_whole, (weights.metadata, *weights.parts.values()))):
        yield OtherReading(
            f"its metadata has {_PLACES}, by which from_pretrained of transformers takes its tensors for parts of larger ones"
        )


def _is_whole(metadata: Mapping[str, str]) -> bool:
    """Tell whether all tensors of a file begin at offset 0 on each axis, so that none is a later part of a larger one."""
    if not (text := metadata.get(_PLACES)):
        return True
    try:
        places = json.loads(text)
        return not any(any(place[_OFFSETS]) for place in places.values())
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return False
