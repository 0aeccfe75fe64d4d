"""The file by which a folder is read: an index of shards, or the only weight file."""

from __future__ import annotations

from collections.abc import Sequence

from winitgen.errors import UnreadableError
from winitgen.files.shards.file_names import ENDING, KERAS_ENDING, is_numbered, names_of_index

_KNOWN = "index.json, an index of shards, or a .safetensors or .weights.h5 file"


def main_file(folder: str, names: Sequence[str]) -> str:
    """Return the name of the file that stands for a folder with files of these names.

    That is the only index, or without one the only file of safetensors or of Keras. Raises `UnreadableError` if
    there is none, or if there are several between which a reader would have to choose.
    """
    indices = [name for name in names if names_of_index(name)]
    files = [name for name in names if name.endswith((ENDING, KERAS_ENDING))]
    whole = [name for name in files if not is_numbered(name)]
    if len(indices) == 1:
        named = names_of_index(indices[0])
        assert named is not None
        rivals = [name for name in whole if name == named.single]
    else:
        rivals = indices or whole
    if len(indices) == 1 and rivals:
        raise UnreadableError(f"{folder} is a folder with {indices[0]} and {rivals[0]}; name one")
    if len(indices) == 1:
        return indices[0]
    if len(rivals) == 1:
        return rivals[0]
    raise _refusal(folder, rivals, files)


def _refusal(folder: str, rivals: Sequence[str], files: Sequence[str]) -> UnreadableError:
    """Return the error for a folder without a file that stands for it."""
    if rivals:
        kind = "indices of shards" if names_of_index(rivals[0]) else "weight files"
        return UnreadableError(
            f"{folder} is a folder with {len(rivals)} {kind}, such as {rivals[0]}; name one"
        )
    if files:
        shards = "1 shard" if len(files) == 1 else f"{len(files)} shards"
        return UnreadableError(
            f"{folder} is a folder with {shards} but no index: the run that wrote {'it' if len(files) == 1 else 'them'} "
            "was interrupted, or is still writing"
        )
    return UnreadableError(f"{folder} is a folder without {_KNOWN}; name a file in it")
