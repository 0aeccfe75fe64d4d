"""The file by which a folder is read: an index of shards, or the only weight file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from winitgen.errors import UnreadableError
from winitgen.files.input.foreign_folders import foreign_folder
from winitgen.files.input.hub_cache import MODELS, listed
from winitgen.files.shards.file_names import (
    ENDING,
    KERAS_ENDING,
    is_numbered,
    is_of_one_process,
    names_of_index,
)
from winitgen.files.shards.torch_names import TorchNames

_KNOWN = "index.json, an index of shards, or a weight file of a known ending, such as .safetensors"

_USUAL = "pytorch_model.bin"
"""What from_pretrained of transformers takes before any other file of PyTorch."""

_SINGLE = (".keras", ".h5", ".hdf5", ".npz", ".pt", ".pth", ".ckpt", ".bin", ".gguf", ".onnx")
_PART = re.compile(r".+-(\d{5})-of-\d{5}\.(bin|gguf)")
_NO_WEIGHTS = re.compile(r"(training_args|optimizer|scheduler|scaler|rng_state)(_\d+)*\.(bin|pt|pth)")
"""What training leaves beside the weights: arguments, and states of what is no model."""


def main_file(folder: str, names: Sequence[str]) -> str:
    """Return the name of the file that stands for a folder with files of these names.

    That is the only index, or without one the only file of safetensors or of Keras; without these the only file of a
    training's processes, or the only index or weight file of another kind. Raises `UnreadableError` if there is none, or if there are several between which a reader would have to choose.
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
    if len(files) == 1 and is_of_one_process(files[0]):
        return files[0]
    if rivals or files:
        raise _refusal(folder, rivals, files)
    return _other_file(folder, names)


def _other_file(folder: str, names: Sequence[str]) -> str:
    """Return the name of the only index of PyTorch's files, or else the only other weight file."""
    indices = [name for name in names if TorchNames.of_index(name)]
    if len(indices) == 1 and _USUAL in names:
        raise UnreadableError(f"{folder} is a folder with {indices[0]} and {_USUAL}; name one")
    files = [name for name in names if name.lower().endswith(_SINGLE) and not _NO_WEIGHTS.fullmatch(name)]
    parts = [name for name in files if _PART.fullmatch(name)]
    rivals = indices or [name for name in files if name not in parts or _begins(name)]
    if len(rivals) == 1 or _USUAL in rivals:
        return rivals[0] if len(rivals) == 1 else _USUAL
    if not rivals and (foreign := foreign_folder(names)):
        raise UnreadableError(f"{folder} {foreign}")
    models = [name for name in names if name.startswith(MODELS)]
    if models and not rivals and not parts:
        count = "a model" if len(models) == 1 else f"{len(models)} models"
        raise UnreadableError(f"{folder} is a cache of Hugging Face with {count}: {listed(models)}; name one")
    raise _refusal(folder, rivals, parts)


def _begins(name: str) -> bool:
    """Tell whether a part is the first one of a split model, by which its other parts are found without an index."""
    found = _PART.fullmatch(name)
    return found is not None and found[2] == "gguf" and int(found[1]) == 1


def _refusal(folder: str, rivals: Sequence[str], files: Sequence[str]) -> UnreadableError:
    """Return the error for a folder without a file that stands for it."""
    if rivals:
        is_index = names_of_index(rivals[0]) or TorchNames.of_index(rivals[0])
        kind = "indices of shards" if is_index else "weight files"
        return UnreadableError(f"{folder} is a folder with {len(rivals)} {kind}: {listed(rivals)}; name one")
    if any(map(is_of_one_process, files)):
        return UnreadableError(
            f"{folder} holds {len(files)} files that the processes of a training wrote, each with its own part of the tensors; "
            "transformers joins them: consolidate_distributed_checkpoint(FOLDER, OUT), in transformers.distributed.checkpoint"
        )
    if files:
        shards = "1 shard" if len(files) == 1 else f"{len(files)} shards"
        return UnreadableError(
            f"{folder} is a folder with {shards} but no index: the run that wrote {'it' if len(files) == 1 else 'them'} "
            "was interrupted, or is still writing"
        )
    return UnreadableError(f"{folder} is a folder without {_KNOWN}; name a file in it")
