"""Folders in a folder of arrays that are checkpoints of Orbax themselves, which some loaders read in place of those arrays.

``CheckpointManager`` of Orbax takes the step with the largest number, and ``restore_checkpoint`` of Flax the last ``checkpoint_...``;
both follow links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from winitgen.files.input.held_folder import HeldFolder
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.stores.address import is_remote

_TREE, _OLDER_TREE, _STEP = "_METADATA", "checkpoint", "_CHECKPOINT_METADATA"
STEP_NAME = re.compile(r"(\w+_)?[0-9]{1,18}")
"""How the folder of a step is called."""

OF_FLAX = "checkpoint_"
"""How the checkpoints begin of which ``restore_checkpoint`` of Flax takes the last one in a folder: a file of MessagePack, or a folder."""


def inner_checkpoints(folder: HeldFolder, names: Iterable[str]) -> list[str]:
    """Return those of the names that are of folders which are checkpoints or steps of Orbax; links are not followed.

    Older steps have no file of their own, and are known by a tree in a folder of theirs.
    """
    return [name for name in names if _is_checkpoint(folder, name, steps=bool(STEP_NAME.fullmatch(name)))]


def _is_checkpoint(folder: HeldFolder, name: str, *, steps: bool) -> bool:
    """Tell whether a name is that of a folder with a checkpoint; with ``steps`` one in a folder of it counts, too."""
    try:
        with folder.inside([name]) as inner:
            names = inner.names()
            if {_TREE, _STEP} & {*names} or (_OLDER_TREE in names and _has_older_tree(inner)):
                return True
            return steps and any(_is_checkpoint(inner, one, steps=False) for one in names)
    except OSError:  # it is no folder
        return False


def _has_older_tree(folder: HeldFolder) -> bool:
    """Tell whether the ``checkpoint`` of a folder is the tree of an older version of Orbax; TensorFlow has a text of this name."""
    from winitgen.files.formats.zarr.recognition import is_aggregate

    if folder.size_of(_OLDER_TREE) is None:
        return False
    with folder.member(_OLDER_TREE) as (file, _):
        return is_aggregate(file.read(1))


def checkpoints_beside(folder: HeldFolder, names: Iterable[str]) -> Iterator[OtherReading]:
    """Yield which folders with these names a manager of Orbax, or Flax, reads in place of the arrays of a folder; none of a store."""
    if is_remote(folder.path):
        return
    steps = [name for name in sorted(names) if STEP_NAME.fullmatch(name) or name.startswith(OF_FLAX)]
    for name in steps:
        by = "restore_checkpoint of Flax" if name.startswith(OF_FLAX) else "CheckpointManager of Orbax"
        if folder.is_linked_folder(name):
            yield OtherReading(
                f"its {quoted(name)} is a link to a folder and was not followed: {by} reads a checkpoint there in place of its arrays"
            )
        elif inner_checkpoints(folder, [name]):
            yield OtherReading(
                f"its folder {quoted(name)} holds a checkpoint, which {by} reads in place of its arrays"
            )
