"""Which file of a folder the loaders of models take, if it is another than the one by which winitgen reads the folder.

``from_pretrained`` of transformers joins all files of safetensors if one is called like that of a process of a training. Else it
takes what ``transformers_weights`` of config.json, or of the config that this names, names, else the first of `_IN_ORDER` that is
there; beside an adapter_config.json it adds an adapter. Other loaders read every file whose name begins alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from winitgen.files.input.converted_formats import of_each_format
from winitgen.files.input.folder_config import (
    CONFIG,
    TEXT,
    FolderConfig,
    folder_config,
    is_file,
    loading,
)
from winitgen.files.input.held_folder import HeldFolder
from winitgen.files.input.hub_cache import marked_missing
from winitgen.files.input.joined_files import joined, part_of_training
from winitgen.files.input.open_file import OpenFile, quoted
from winitgen.files.input.other_reading import OtherReading, misread
from winitgen.files.shards.file_names import (
    ENDING,
    KERAS_ENDING,
    ShardNames,
    is_of_one_process,
    names_of_index,
)
from winitgen.files.shards.torch_names import TORCH_ENDING, TorchNames
from winitgen.files.stores.address import split

_IN_ORDER = (
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)
_OF_KERAS = ("model.weights.h5", "model.weights.npz")
_FIELD = "transformers_weights"
_CONFIGS = "configuration_files"
"""Names of configs for versions of transformers, of which the newest that is not newer replaces config.json (``get_configuration_file``)."""

_ALSO = {"jev": ("head.safetensors", "readout.safetensors")}
"""Files that transformers 5.23 reads of the models of a type behind all others, if they are there (``extra_files``)."""

_ADAPTER, _OF_ADAPTER = "adapter_config.json", "adapter_model.safetensors"

OTHER_WEIGHTS = (
    *(".safetensors", ".h5", ".hdf5", ".keras", ".npz", ".npy", ".bin", ".bin.index.json"),
    *(".pt", ".pth", ".ckpt", ".msgpack", ".msgpack.index.json", ".h5.index.json", ".gguf", ".onnx"),
)
"""Endings of weight files, of winitgen's containers and of others."""

_READS = "from_pretrained of transformers reads {} of this folder, {}"


def with_loaders(folder: HeldFolder, main: str, names: Collection[str], weights: OpenFile) -> OpenFile:
    """Return what was read of ``main`` with what a loader takes of a folder with files of these names.

    That is what else it takes, the weight files beside it, and the number format to which it converts the values.
    """
    shards = {split(path)[1] for path in weights.shards}
    own = {main, *shards, *(split(path)[1] for path in weights.beside)}
    config = folder_config(folder, names)
    part = part_of_training(names)
    taken = _taken(folder, config, names)
    is_loaded = part is not None or main == taken or config.fields.get(_FIELD) in _ways(main)
    by_index = weights.index_dtype if config.present and config.named_dtype is None else None
    loaded = (config.dtype or by_index or "") if is_loaded else ""
    converted = [*of_each_format(weights, config)] if is_loaded else []
    others = (
        *_in_cache(folder, {main, CONFIG, *shards} & {*names}),
        *_of_transformers(config, main, names, taken if part is None else None),
        *(() if part is None else joined(part, names, shards or {main}, weights)),
        *_of_keras(folder, main, names),
        *_beside(
            main, sorted({*names} - own - {taken, _taken_by_keras(folder, names), *_also(config, names)})
        ),
        *(loading(config) if is_loaded else ()),
        *(one._replace(misread=False) for one in converted),
    )
    altered = [*weights.altered, *misread(converted)]
    others = (*weights.others, *others)
    return weights._replace(others=others, loaded_as=loaded, altered=altered, index_dtype=by_index)


def in_place_of_arrays(folder: HeldFolder, names: Collection[str]) -> tuple[list[OtherReading], set[str]]:
    """Return what the loaders of models take of a folder of arrays with files of these names, and which files those are.

    None of them reads the arrays.
    """
    config = folder_config(folder, names)
    parts = {name for name in names if is_of_one_process(name)}
    taken = None if parts else _taken(folder, config, names)
    found = [
        *_of_transformers(config, None, names, taken),
        *(OtherReading(_READS.format(quoted(part), _not(None))) for part in sorted(parts)),
        *_of_keras(folder, None, names),
    ]
    told = (*parts, taken, _taken_by_keras(folder, names), *_also(config, names))
    return found, {name for name in told if name}


def _taken(folder: HeldFolder, config: FolderConfig, names: Collection[str]) -> str | None:
    """Return the file that transformers takes by its name, None if it takes none so, as where the config names one."""
    if config.fields.get(_FIELD) is not None:
        return None
    return next((name for name in _IN_ORDER if name in names and is_file(folder, name)), None)


def _also(config: FolderConfig, names: Collection[str]) -> list[str]:
    """Return the files that transformers reads of a model of this type behind all others."""
    return [name for name in _ALSO.get(config.model_type, ()) if name in names]


def _taken_by_keras(folder: HeldFolder, names: Collection[str]) -> str | None:
    """Return the file that Keras takes, which loads a model from a folder with a config; None if it takes none."""
    if CONFIG not in names or not is_file(folder, CONFIG):
        return None
    return next((name for name in _OF_KERAS if name in names and is_file(folder, name)), None)


def _ways(main: str | None) -> tuple[str, ...]:
    """Return the ways in which a config may name a file; any other may lead elsewhere, through a link."""
    return () if main is None else (main, f"./{main}")


def _not(main: str | None) -> str:
    """Return what a loader does not read: the file that was, or the arrays of a folder."""
    return "and none of its arrays" if main is None else f"not {quoted(main)}"


def _of_transformers(
    config: FolderConfig, main: str | None, names: Collection[str], taken: str | None
) -> Iterator[OtherReading]:
    """Yield why ``from_pretrained`` reads other weights than those of ``main``, or than arrays."""
    yield from _by_config(config, main)
    if _ADAPTER in names and main != _OF_ADAPTER:
        yield OtherReading(
            f"{_ADAPTER!r} stands beside it, and from_pretrained of transformers puts an adapter over the weights"
        )
    for name in _also(config, names):
        if name != main:
            yield OtherReading(
                f"from_pretrained of transformers reads {quoted(name)}, too, whose tensors take the place of others"
            )
    if taken not in (None, main):
        yield OtherReading(_READS.format(repr(taken), _not(main)))


def _of_keras(folder: HeldFolder, main: str | None, names: Collection[str]) -> Iterator[OtherReading]:
    """Yield why Keras reads other weights than those of ``main``, or than arrays."""
    taken = _taken_by_keras(folder, names)
    if taken not in (None, main):
        yield OtherReading(f"load_model of Keras reads {taken!r} of this folder, {_not(main)}")


def _in_cache(folder: HeldFolder, names: Collection[str]) -> Iterator[OtherReading]:
    """Yield which of the files that are read the cache of Hugging Face's libraries says are not there."""
    if folder.within is None:
        return
    for mark in marked_missing(folder.path, names):
        yield OtherReading(
            f"its cache has {mark!r}, by which from_pretrained of transformers, given the name of the model, takes that file as missing"
        )


def _by_config(config: FolderConfig, main: str | None) -> Iterator[OtherReading]:
    """Yield what config.json says about the file to read."""
    if not config.readable:
        yield OtherReading(f"its {CONFIG} cannot be read as JSON, so that nobody knows what it names")
        return
    if config.fields.get(_CONFIGS, []) not in ([], [CONFIG]):
        yield OtherReading(
            f"its {CONFIG} has {quoted(str(config.fields[_CONFIGS]))} as {_CONFIGS}, one of which from_pretrained of transformers may read in its place"
        )
    named = config.fields.get(_FIELD)
    if named is not None and named not in _ways(main):
        yield OtherReading(
            f"its {CONFIG} has {quoted(str(named))} as {_FIELD}, which from_pretrained of transformers reads, {_not(main)}"
        )
    of_text = config.text_fields.get(_FIELD)
    if of_text is not None and of_text not in _ways(main):
        yield OtherReading(
            f"its {CONFIG} has {quoted(str(of_text))} as {_FIELD} of its {TEXT}, which AutoModelForCausalLM of transformers reads, {_not(main)}"
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
