"""The config.json of a folder, as far as it says how ``from_pretrained`` of transformers reads the weights beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from winitgen.files.input.held_folder import HeldFolder
from winitgen.files.input.opening import is_modest
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.stored_array import StoredArray
from winitgen.files.stores.address import is_remote
from winitgen.numeric.dtypes import FLOAT_DTYPES

CONFIG = "config.json"
_LONGEST = 10_000_000
_PYTORCH = {"half": "float16", "float": "float32", "double": "float64"}
"""Number formats by PyTorch's other names."""


class FolderConfig(NamedTuple):
    """The fields of a config; without any if there is none, or if ``readable`` is false."""

    fields: Mapping[str, Any] = {}
    readable: bool = True

    @property
    def dtype(self) -> str:
        """The number format to which transformers converts all floats of the weights; empty if none is named (``_get_dtype``)."""
        named = self.fields.get("dtype")
        named = self.fields.get("torch_dtype") if named is None else named
        if not isinstance(named, str):
            return ""
        found = _PYTORCH.get(named, named)
        return found if found in FLOAT_DTYPES else ""


def folder_config(folder: HeldFolder, names: Collection[str]) -> FolderConfig:
    """Return the config of a folder with files of these names; Python's json reads it, as transformers does."""
    import json

    if CONFIG not in names or not is_file(folder, CONFIG):
        return FolderConfig()
    with folder.member(CONFIG) as (file, _):
        text = file.read(_LONGEST + 1)
    try:
        if len(text) > _LONGEST or not is_modest(text):
            raise ValueError
        fields = json.loads(text.decode())  # transformers takes no other encoding, and no byte order mark
    except (ValueError, RecursionError):
        return FolderConfig(readable=False)
    return FolderConfig(fields if isinstance(fields, dict) else {})


def is_file(folder: HeldFolder, name: str) -> bool:
    """Tell whether a name of a folder is that of a file; in a store it always is."""
    return is_remote(folder.path) or folder.size_of(name) is not None


def conversion(stored: str, loaded: str) -> str:
    """Return the clause about a folder whose weights have another number format than its config says."""
    return f"its {CONFIG} has {loaded} as dtype, to which from_pretrained of transformers converts what is {stored}"


def conversion_note(tensors: Sequence[StoredArray], loaded: str) -> Iterator[OtherReading]:
    """Yield a note if the format of most floats is another one than transformers gives; a few others are usual."""
    sizes: Counter[str] = Counter()
    for one in tensors:
        sizes[one.dtype] += one.size if one.dtype in FLOAT_DTYPES else 0
    usual, count = max(sizes.items(), key=lambda item: item[1], default=("", 0))
    if loaded and count and usual != loaded:
        yield OtherReading(conversion(usual, loaded), misread=False)
