"""A weight file as a layer-spec: its tensors, and the law of each, guessed by its name or found in its values."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

from winitgen.audit.true_arrays import true_arrays
from winitgen.files.input import open_weights
from winitgen.files.input.misreading import refuse_misread
from winitgen.files.input.stored_array import StoredArray
from winitgen.files.stores.address import located
from winitgen.importing.found import FoundTensor, Imported
from winitgen.importing.guesses import guessed, is_buffer
from winitgen.importing.kept import kept, kept_note, path_from
from winitgen.importing.layer_spec import layer_spec
from winitgen.importing.name_tree import refuse_tensors
from winitgen.numeric.dtypes import DTYPES, FLOAT_DTYPES

ENDINGS = (
    *(".safetensors.index.json", ".weights.h5", ".safetensors", ".keras", ".npz", ".npy", ".hdf5", ".h5"),
    *(".pt", ".pth", ".gguf"),
)

REMEDY = "add --keep to take its values from the file, or leave it out of the source"


def of_file(path: str, *, fit: bool = False, keep: bool = False, folder: str = "") -> Imported:
    """Return the layer-spec of a weight file, of any kind that is read: a file, a folder, or an index of shards.

    Without ``fit`` only the header is read, and laws are guessed by names. With it the values are read, and each
    tensor gets the law that they follow. Raises `SpecError` with a mistake for each tensor that has none,
    `UnreadableError` for a file that cannot be read, or that a loader may misread. With ``keep`` a tensor that follows no law is taken from the file;
    ``folder`` is that of the layer-spec, where its path to the file begins.
    """
    path = located(path)
    source = path_from(folder, path) if keep else None
    with open_weights(path) as weights:
        arrays = true_arrays(weights)
        names = dotted([array.name for array in arrays])
        if fit:
            found, notes = _fitted(arrays, names, path, source)
        else:
            found, notes = _guessed(arrays, names, path), []
        refuse_misread(weights)
    if any("/" in array.name for array in arrays):
        notes.append("names are written with dots for slashes: a layer-spec's names have no other separator")
    text = layer_spec(
        found, model=_model(path), dtype=_dtype(found), heading=_heading(path, fit=fit), file=path
    )
    if not fit:
        laws = (
            "1 law is guessed by its name" if len(found) == 1 else f"{len(found):,} laws are guessed by names"
        )
        notes.insert(0, f"{laws}; --fit finds {'it' if len(found) == 1 else 'them'} in the values")
    return Imported(text, notes, weights.files)


def _fitted(
    arrays: Sequence[StoredArray], names: Sequence[str], path: str, source: str | None
) -> tuple[list[FoundTensor], list[str]]:
    """Return the tensors with the laws of their values, and notes.

    What follows no law is taken from the file, ``source`` in the layer-spec; without one, `SpecError` is raised,
    as it is for a number format that no layer-spec has.
    """
    from winitgen.importing.fit.fitting import fitted

    found, lawless, count = [], [], 0
    for tensor in fitted(arrays, names):
        if isinstance(tensor, FoundTensor):
            found.append(tensor)
        elif tensor.array.dtype not in DTYPES:
            lawless.append((tensor.name, tensor.why))
        elif source is None:
            lawless.append((tensor.name, f"{tensor.why}; {REMEDY}"))
        else:
            found.append(kept(tensor.name, tensor.array, source, tensor.why))
            count += 1
    refuse_tensors(lawless, path, "no law")
    found = [one._replace(buffer=one.tied_to is None and is_buffer(one.name, one.shape)) for one in found]
    return found, _ties(found) + ([kept_note(count, source)] if source is not None and count else [])


def dotted(names: Sequence[str]) -> list[str]:
    """Return names with dots for slashes, unless two would then be one; an array without a name is ``array``.

    >>> dotted(["layers/dense/vars/0", ""]), dotted(["a/b", "a.b"])
    (['layers.dense.vars.0', 'array'], ['a/b', 'a.b'])
    """
    made = [name.replace("/", ".") or "array" for name in names]
    return made if len(set(made)) == len(made) else list(names)


def _guessed(arrays: Sequence[StoredArray], names: Sequence[str], path: str) -> list[FoundTensor]:
    """Return the tensors with laws by their names; raise `SpecError` for those whose names say nothing."""
    found, lawless = [], []
    for array, name in zip(arrays, names, strict=True):
        guess = guessed(name, array.shape, array.dtype)
        if isinstance(guess, str):
            lawless.append((name, guess))
        else:
            found.append(guess)
    refuse_tensors(lawless, path, "no law")
    return found


def _ties(found: Sequence[FoundTensor]) -> list[str]:
    """Return what is to be told about ties."""
    ties = sum(tensor.tied_to is not None for tensor in found)
    if ties == 1:
        return ["1 tensor holds the values of another one, and is tied to it"]
    return [f"{ties:,} tensors hold the values of another one, and are tied to it"] if ties else []


def _name_of(path: str) -> str:
    """Return the name of a file or folder, also of one that is named by its place, such as ``.``."""
    name = os.path.basename(os.path.normpath(path))
    return os.path.basename(os.path.realpath(path)) or path if name in ("", ".", "..") else name


def _model(path: str) -> str:
    """Return the name of a model by its file's."""
    name = _name_of(path)
    ending = next((ending for ending in ENDINGS if name.lower().endswith(ending)), "")
    return name[: len(name) - len(ending)] or "model"


def _dtype(found: Sequence[FoundTensor]) -> str:
    """Return the number format that most tensors have."""
    formats = Counter(tensor.dtype for tensor in found if tensor.dtype in FLOAT_DTYPES)
    return formats.most_common(1)[0][0] if formats else "float32"


def _heading(path: str, *, fit: bool) -> str:
    """Return the comment at the top of the spec."""
    name = _name_of(path)
    how = "found in its values" if fit else "guessed by the names"
    return f"The tensors of {name}. Their laws are {how}; the comments say by what."
