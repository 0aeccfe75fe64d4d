"""What a loader finds in a folder of arrays that the index does not say, or says otherwise.

The loaders of record read each ``NAME.npy`` by ``numpy.load``, under the name of the file; those that go by ``index.json``
read the file that stands there. Both read the same if each tensor is in the file of its own name and no other file is there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from winitgen.files.input.folder_loaders import CHECKPOINTS, OTHER_WEIGHTS, unread
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading

_ENDING = ".npy"


def file_name(tensor: str) -> str:
    """Return the name of the file that a tensor is in.

    >>> file_name("fc1/kernel")
    'fc1.kernel.npy'
    """
    return tensor.replace("/", ".") + _ENDING


def folder_readings(names: Collection[str], files: Mapping[str, str]) -> Iterator[OtherReading]:
    """Yield what a loader could read otherwise in a folder with files of these names.

    ``files`` has the file of each tensor in the index.
    """
    for tensor, file in files.items():
        if file != file_name(tensor):
            yield OtherReading(
                f"its index has {quoted(tensor)} in {quoted(file)}, and whoever loads by the name of a file reads {quoted(file_name(tensor))}"
            )
    listed = set(files.values())
    for name in sorted(set(names) - listed):
        if name.lower().endswith(_ENDING):
            yield OtherReading(
                f"{quoted(name)} is not in its index, and whoever loads all arrays reads it, too"
            )
        elif name in CHECKPOINTS or name.lower().endswith((*OTHER_WEIGHTS, ".distcp")):
            yield unread(name)
