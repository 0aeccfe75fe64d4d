"""The files on a disk that weights at a path consist of, so that nothing else is written over them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

from winitgen.files.formats.npy_dir.reader import INDEX
from winitgen.files.formats.zarr.recognition import is_zarr
from winitgen.files.input.folder_loaders import OTHER_WEIGHTS
from winitgen.files.shards.file_names import CHECKPOINT_INDEX, names_of_index
from winitgen.files.shards.torch_names import TorchNames
from winitgen.files.stores.address import is_remote, located

_READ_WITH = (
    *("config.json", "adapter_config.json", "generation_config.json", "modelcard.json", "README.md"),
    *(
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "vocab.json",
    ),
    *(
        "preprocessor_config.json",
        "processor_config.json",
        "video_preprocessor_config.json",
        "chat_template.json",
    ),
)
"""What the library of a checkpoint reads with its weights, and the card of the model."""

_LAYER_SPECS = (".yaml", ".yml")
_NAMES, _ENDINGS = (*_READ_WITH, INDEX, CHECKPOINT_INDEX), (*OTHER_WEIGHTS, ".distcp")


def weight_files(path: str) -> Iterator[str]:
    """Yield a path itself, and the files that a loader reads with it; none for weights in a store.

    Beside a file that is its config, its tokenizer and what else is read with it; with an index also the shards, and of a folder all weight files and indices.
    Of arrays in chunks, and of a distributed checkpoint, it is every file in the folder, however deep, but for YAML. What a header names, as an ONNX model does, only opening it tells.
    """
    path = located(path)
    if is_remote(path):
        return
    yield path
    if os.path.basename(path) == CHECKPOINT_INDEX:
        path = os.path.dirname(path) or os.curdir  # it stands for its folder
    whole = os.path.isdir(path)
    folder, name = (path, "") if whole else os.path.split(path)
    names = names_of_index(name) or TorchNames.of_index(name)
    beside: list[str] = []
    with suppress(OSError):  # where nothing can be listed, opening the weights says why
        beside = os.listdir(folder or ".") if whole or os.path.isfile(path) else []
    for other in beside:
        of_folder = whole and (other in _NAMES or other.endswith(_ENDINGS) or names_of_index(other))
        if of_folder or other in _READ_WITH or (names and names.are_of(other)):
            yield os.path.join(folder, other)
    if whole and (CHECKPOINT_INDEX in beside or is_zarr(beside)):
        yield from _files_below(folder)


def _files_below(folder: str) -> Iterator[str]:
    """Yield the files of a folder and of those in it, but for layer-specs, of which no chunk has the name."""
    for where, _, names in os.walk(folder):
        yield from (os.path.join(where, name) for name in names if not name.endswith(_LAYER_SPECS))
