"""Which file of a folder the loaders of models take, if it is another than the one by which winitgen reads the folder.

``from_pretrained`` of transformers takes what ``transformers_weights`` of config.json names, else the first of
`_IN_ORDER` that is there; beside an adapter_config.json it adds an adapter. Other loaders read every file whose name begins alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from winitgen.files.input.held_folder import HeldFolder
from winitgen.files.input.open_file import quoted
from winitgen.files.input.opening import is_modest
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.shards.file_names import ENDING, KERAS_ENDING, ShardNames, names_of_index
from winitgen.files.shards.torch_names import TORCH_ENDING, TorchNames
from winitgen.files.stores.address import is_remote

_IN_ORDER = (
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)
_CONFIG, _FIELD = "config.json", "transformers_weights"
_LONGEST_CONFIG = 10_000_000
_ADAPTER, _OF_ADAPTER = "adapter_config.json", "adapter_model.safetensors"

OTHER_WEIGHTS = (
    *(".safetensors", ".h5", ".hdf5", ".keras", ".npz", ".npy", ".bin", ".bin.index.json"),
    *(".pt", ".pth", ".ckpt", ".msgpack", ".msgpack.index.json", ".h5.index.json", ".gguf", ".onnx"),
)
"""Endings of weight files, of winitgen's containers and of others."""


def folder_loaders(
    folder: HeldFolder, main: str, names: Collection[str], shards: Collection[str] = ()
) -> Iterator[OtherReading]:
    """Yield what else than ``main`` a loader takes of a folder with files of these names, and the weight files beside it.

    ``shards`` are the names of those that ``main`` lists as an index.
    """
    taken = None
    if not main.endswith(KERAS_ENDING) and not _is_keras_index(main):
        taken = next((name for name in _IN_ORDER if name in names and _is_file(folder, name)), None)
        yield from _of_transformers(folder, main, names, taken)
    yield from _beside(main, sorted({*names} - {main, taken, *shards}))


def _is_keras_index(main: str) -> bool:
    names = names_of_index(main)
    return names is not None and not isinstance(names, ShardNames)


def _is_file(folder: HeldFolder, name: str) -> bool:
    return is_remote(folder.path) or folder.size_of(name) is not None


def _of_transformers(
    folder: HeldFolder, main: str, names: Collection[str], taken: str | None
) -> Iterator[OtherReading]:
    """Yield why ``from_pretrained`` reads other weights than those of ``main``."""
    if _CONFIG in names and _is_file(folder, _CONFIG):
        yield from _by_config(folder, main)
    if _ADAPTER in names and main != _OF_ADAPTER:
        yield OtherReading(
            f"{_ADAPTER!r} stands beside it, and from_pretrained of transformers puts an adapter over the weights"
        )
    if taken not in (None, main):
        assert taken is not None
        yield OtherReading(
            f"from_pretrained of transformers reads {taken!r} of this folder, not {quoted(main)}"
        )


def _by_config(folder: HeldFolder, main: str) -> Iterator[OtherReading]:
    """Yield what config.json says about the file to read; Python's json reads it, as transformers does."""
    import json

    with folder.member(_CONFIG) as (file, _):
        text = file.read(_LONGEST_CONFIG + 1)
    try:
        if len(text) > _LONGEST_CONFIG or not is_modest(text):
            raise ValueError
        config = json.loads(text.decode())  # transformers takes no other encoding, and no byte order mark
    except (ValueError, RecursionError):
        yield OtherReading(f"its {_CONFIG} cannot be read as JSON, so that nobody knows what it names")
        return
    named = config.get(_FIELD) if isinstance(config, dict) else None
    if named not in (None, main, f"./{main}"):  # any other way to it may lead elsewhere, through a link
        yield OtherReading(
            f"its {_CONFIG} has {quoted(str(named))} as {_FIELD}, which from_pretrained of transformers reads, not {quoted(main)}"
        )


def _beside(main: str, names: Collection[str]) -> Iterator[OtherReading]:
    """Yield the weight files beside the main one; what the reader of an index says itself is left to it."""
    by_index = names_of_index(main)
    ending = ENDING if isinstance(by_index, ShardNames) else KERAS_ENDING if by_index else None
    if TorchNames.of_index(main):
        ending = TORCH_ENDING
    stem = main.removesuffix(ENDING)
    for name in names:
        if ending is not None and name.endswith(ending):
            continue
        if main.endswith(ENDING) and name.startswith(f"{stem}-") and name.endswith(ENDING):
            yield OtherReading(
                f"{quoted(name)} stands beside {quoted(main)}, and loaders of all files that begin alike read it, too"
            )
        elif name.lower().endswith(OTHER_WEIGHTS):
            yield OtherReading(f"{quoted(name)} stands beside it and was not read", misread=False)
