"""What loaders of checkpoints and of models read of a folder of arrays in their place, and the weight files beside the arrays."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from winitgen.files.input.folder_config import is_file
from winitgen.files.input.folder_loaders import OTHER_WEIGHTS, in_place_of_arrays
from winitgen.files.input.held_folder import HeldFolder
from winitgen.files.input.inner_checkpoints import OF_FLAX, checkpoints_beside
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading

CHECKPOINTS = {
    ".metadata": "torch.distributed.checkpoint",
    **dict.fromkeys(("zarr.json", ".zgroup", ".zarray"), "zarr"),
    "manifest.ocdbt": "TensorStore",
    **dict.fromkeys(("_METADATA", "_CHECKPOINT_METADATA", "orbax.checkpoint"), "Orbax"),
}
"""Files by which a folder is a checkpoint, with who reads it then."""

_DISTRIBUTED = ".distcp"


def beside_arrays(
    folder: HeldFolder, names: Collection[str], own: Collection[str], marks: Collection[str] | None = None
) -> Iterator[OtherReading]:
    """Yield what else is read of a folder of arrays with files of these names, of which the arrays are in ``own``.

    A file of ``marks``, all of which are in `CHECKPOINTS`, makes it another checkpoint. None stands for all of them, and for
    what Orbax and Flax take for a checkpoint by its first byte. Folders in it that are checkpoints are yielded unless they are in ``own``.
    """
    found, told = in_place_of_arrays(folder, names)
    yield from found
    for name in sorted({*names} - {*own} - told):
        if by := _loader(folder, name, marks):
            yield OtherReading(f"{name!r} makes the folder one of {by}, which reads other files of it")
        elif name.lower().endswith((*OTHER_WEIGHTS, _DISTRIBUTED)) and is_file(folder, name):
            yield OtherReading(f"{quoted(name)} stands in the folder and was not read", misread=False)
    yield from checkpoints_beside(folder, {*names} - {*own})


def _loader(folder: HeldFolder, name: str, marks: Collection[str] | None) -> str:
    """Return who takes a folder for a checkpoint by a file in it; empty if nobody does."""
    from winitgen.files.formats.zarr.recognition import AGGREGATE, is_aggregate

    if name in (CHECKPOINTS if marks is None else marks):
        return CHECKPOINTS[name]
    if marks is not None or not (name == AGGREGATE or name.startswith(OF_FLAX)):
        return ""
    if not is_file(folder, name):
        return ""
    with folder.member(name) as (file, _):
        packed = is_aggregate(file.read(1))
    return ("Orbax" if name == AGGREGATE else "Flax") if packed else ""
