"""Whether the ending of a file's name is that of its container: a loader goes by the name, winitgen by the first bytes."""

from __future__ import annotations

from winitgen.files.formats import ENDINGS, FORMATS
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.stores.address import split

_ONLY_READ = {".keras": "keras", ".pt": "pytorch", ".pth": "pytorch", ".gguf": "gguf", ".onnx": "onnx"}
"""Endings that winitgen does not write."""


def other_container(path: str, container: str) -> list[OtherReading]:
    """Return what is wrong if the loader that the ending of ``path`` asks for reads another container.

    A name without a known ending asks for none.

    >>> other_container("w.npz", "hdf5")[0].text
    'it holds hdf5, but its name ends in .npz: a loader by that name reads something else of it, or nothing'
    >>> other_container("w.npz", "npz"), other_container("w.bin", "hdf5")
    ([], [])
    """
    name = split(path)[1].lower()
    endings = {**ENDINGS, **_ONLY_READ}
    fitting = [ending for ending in endings if ending != "/" and name.endswith(ending)]
    ending = max(fitting, key=len, default="")
    if not ending or _container_of(endings[ending]) == container:
        return []
    return [
        OtherReading(
            f"it holds {container}, but its name ends in {ending}: a loader by that name reads something else of it, or nothing"
        )
    ]


def _container_of(format_: str) -> str:
    """Return the container of a format, which may be one that winitgen only reads."""
    return FORMATS[format_].container or format_ if format_ in FORMATS else format_
