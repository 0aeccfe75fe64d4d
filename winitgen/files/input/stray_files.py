"""Files that have the name by which a folder is read in one way or another, and other content: they decide nothing.

Any program may write an ``index.json`` or a ``.metadata`` beside weights; the loaders of those look at neither.
"""

from __future__ import annotations

from collections.abc import Collection

from winitgen.files.input.array_folders import CHECKPOINTS
from winitgen.files.input.folder_loaders import OTHER_WEIGHTS
from winitgen.files.input.held_folder import HeldFolder
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.shards.file_names import CHECKPOINT_INDEX

_ARRAY = ".npy"
_OF_CHECKPOINT = b"torch.distributed"
"""The pickle of an index names the module of its classes, wherever in it."""

_LONGEST = 1 << 26
"""Bytes of a pickle that is read; what is longer counts as an index, and is refused as too long."""


def has_other_weights(names: Collection[str]) -> bool:
    """Tell whether a folder with these names holds weights in files that are no members of a folder of arrays."""
    return any(name.lower().endswith(OTHER_WEIGHTS) and not name.lower().endswith(_ARRAY) for name in names)


def is_checkpoint_index(folder: HeldFolder) -> bool:
    """Tell whether the ``.metadata`` of a folder is that of a distributed checkpoint, damaged or not."""
    with folder.member(CHECKPOINT_INDEX) as (file, _):
        content = file.read(_LONGEST + 1)
        return len(content) > _LONGEST or _OF_CHECKPOINT in content


def stray(name: str, what: str) -> OtherReading:
    """Return the note about a file that is not ``what`` its name says."""
    return OtherReading(f"{name!r} stands in the folder and is no {what}: it was not read", misread=False)


def empty_groups(names: Collection[str]) -> list[OtherReading]:
    """Return the notes about the files that make a folder one of arrays, of which it holds none."""
    return [
        OtherReading(
            f"{name!r} makes the folder one of {CHECKPOINTS[name]}, of which it holds no arrays",
            misread=False,
        )
        for name in sorted({*names} & CHECKPOINTS.keys() - {CHECKPOINT_INDEX})
    ]
