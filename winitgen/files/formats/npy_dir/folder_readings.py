"""What a loader finds in a folder of arrays that the index does not say, or says otherwise.

The loaders of record read each ``NAME.npy`` by ``numpy.load``, under the name of the file; those that go by ``index.json``
read the file that stands there. Both read the same if each tensor is in the file of its own name and no other file is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from winitgen.files.input.array_folders import beside_arrays
from winitgen.files.input.held_folder import HeldFolder
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading

_ENDING = ".npy"


def file_name(tensor: str) -> str:
    """Return the name of the file that a tensor is in.

    >>> file_name("fc1/kernel")
    'fc1.kernel.npy'
    """
    return tensor.replace("/", ".") + _ENDING


def folder_readings(folder: HeldFolder, files: Mapping[str, str]) -> Iterator[OtherReading]:
    """Yield what a loader could read otherwise in a folder; ``files`` has the file of each tensor in its index."""
    for tensor, file in files.items():
        if file != file_name(tensor):
            yield OtherReading(
                f"its index has {quoted(tensor)} in {quoted(file)}, and whoever loads by the name of a file reads {quoted(file_name(tensor))}"
            )
    names, listed = folder.names(), {*files.values()}
    more = [name for name in names if name.lower().endswith(_ENDING) and name not in listed]
    for name in more:
        yield OtherReading(f"{quoted(name)} is not in its index, and whoever loads all arrays reads it, too")
    yield from beside_arrays(folder, names, {*listed, *more})
