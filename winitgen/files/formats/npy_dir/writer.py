"""A folder with one ``.npy`` file per tensor, and an ``index.json`` that is written last.

The index lists the file of each tensor with its number format, which ``.npy`` may be unable to name, and
holds the recipe. A folder with an index is complete.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from winitgen.errors import UsageError
from winitgen.files.formats.format import Drawable, FilePlan, FixedBytes, FolderPlan, Format
from winitgen.files.formats.npy import writer as npy
from winitgen.files.formats.npy_dir.folder_readings import file_name
from winitgen.files.formats.npy_dir.reader import INDEX
from winitgen.files.input.open_file import quoted
from winitgen.files.input.opening import LONGEST_TEXT, is_modest
from winitgen.files.recipe import KEY, check_room
from winitgen.files.windows_names import trouble_here

_LONGEST_NAME = 255  # bytes, on every file system in common use


def lay_out(tensors: Sequence[Drawable], metadata: Mapping[str, str]) -> FolderPlan:
    """Plan every file of the folder, in the order of the tensors."""
    names = _file_names(tensors)
    folder = {name: npy.lay_out([tensor], metadata) for name, tensor in zip(names, tensors, strict=True)}
    index = _index(names, tensors, metadata)
    folder[INDEX] = FilePlan(len(index), [FixedBytes(0, index)], [])
    return folder


def _file_names(tensors: Sequence[Drawable]) -> list[str]:
    """Return a file name for each tensor; the names differ on every file system."""
    import unicodedata

    taken: dict[str, str] = {}
    names = []
    for tensor in tensors:
        name = file_name(tensor.name)
        if len(name.encode()) > _LONGEST_NAME:
            raise UsageError(
                f"npy-dir cannot name a file {quoted(name)}, which is too long; .npz can hold it"
            )
        if "\\" in name:
            raise UsageError(
                f"npy-dir cannot name a file {name!r}, as a backslash stands for a folder on Windows; .npz can hold it"
            )
        if reason := trouble_here(name):
            raise UsageError(
                f"npy-dir cannot name a file {name!r} on Windows, as it {reason}; .npz can hold it"
            )
        # Some file systems do not distinguish upper from lower case, or composed from decomposed characters.
        plain = unicodedata.normalize("NFC", name).casefold()
        if plain in taken:
            raise UsageError(
                f"npy-dir cannot hold both {taken[plain]!r} and {tensor.name!r}: their files would have the same name; .npz can"
            )
        taken[plain] = tensor.name
        names.append(name)
    return names


def _index(names: Sequence[str], tensors: Sequence[Drawable], metadata: Mapping[str, str]) -> bytes:
    """Return the index, one tensor per line; the recipe is inserted as text, unchanged."""
    import json

    entries = {
        tensor.name: {"dtype": tensor.dtype, "file": name, "shape": list(tensor.shape)}
        for name, tensor in zip(names, tensors, strict=True)
    }
    lines = [f"    {json.dumps(name)}: {json.dumps(entries[name])}" for name in sorted(entries)]
    text = '{\n  "tensors": {\n' + ",\n".join(lines) + "\n  }"
    if KEY in metadata:
        text += f',\n  "{KEY}": {metadata[KEY]}'
    check_room(metadata.get(KEY, ""), "npy-dir")
    whole = (text + "\n}\n").encode()
    if len(whole) > LONGEST_TEXT or not is_modest(whole):
        raise UsageError(
            f"the index has more text than winitgen reads back from npy-dir: {len(whole):,} bytes; .npz holds it"
        )
    return whole


FORMAT = Format(
    name="npy-dir",
    endings=("/",),
    summary="a folder with one NumPy array per tensor",
    lay_out=lay_out,
)
