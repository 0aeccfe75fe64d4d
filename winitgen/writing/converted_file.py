"""What a weight file becomes in another format: its tensors, its recipe and its other metadata."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from winitgen.audit.matching import has_all, recipe_names
from winitgen.audit.name_rules import NameRules, RuledArrays, ruled
from winitgen.audit.true_arrays import true_arrays
from winitgen.errors import UsageError
from winitgen.files.canonical import as_written
from winitgen.files.copied_tensor import CopiedTensor
from winitgen.files.formats.format import Format
from winitgen.files.formats.npz.writer import FORMAT as NPZ
from winitgen.files.formats.safetensors.writer import FORMAT as SAFETENSORS
from winitgen.files.input.open_file import OpenFile, quoted
from winitgen.files.input.stored_array import StoredArray
from winitgen.files.recipe import KEY, Recipe, RecipeHash
from winitgen.files.rounded_tensor import RoundedTensor
from winitgen.layouts import LAYOUTS
from winitgen.numeric.dtypes import FLOAT_DTYPES, is_stored
from winitgen.writing.normed_pairs import rounded_pairs


class ConvertedFile(NamedTuple):
    """What a file becomes: its tensors, its metadata, the names that are left out, and what is not as it was."""

    tensors: Sequence[CopiedTensor]
    sources: Mapping[str, str]
    metadata: Mapping[str, str]
    ignored: Sequence[str]
    notes: Sequence[str]


def converted(weights: OpenFile, rules: NameRules, dtype: str | None, file_format: Format) -> ConvertedFile:
    """Return what becomes of a file; raise `UsageError` for what cannot be copied."""
    arrays = true_arrays(weights)
    own = recipe_names(weights)
    names = {array.name: own.get(array.name, array.name) for array in arrays}
    notes = []
    if weights.format.startswith(("hdf5", "zarr")) and not own and any("/" in name for name in names):
        names, dotted = _dotted(names)
        notes += ["names have a dot where those of the groups have '/'"] if dotted else []
    given = {names[array.name]: array for array in arrays}
    chosen = ruled([array.called(names[array.name]) for array in arrays], rules, weights.path, first=True)
    _check_rules(rules, list(given), chosen, weights.path)
    tensors = [_copy(array, dtype, weights.path, file_format) for array in chosen.arrays]
    sources = {new: given[old.name].name for new, old in chosen.old.items()}
    text = _recipe(weights, chosen, tensors, own, file_format)
    if weights.recipe is not None and text is None:
        notes.append(_without_recipe(weights, file_format))
    notes += rounded_pairs([tensor.name for tensor in tensors if isinstance(tensor, RoundedTensor)])
    metadata, lost = _metadata(weights, file_format)
    notes += lost
    return ConvertedFile(
        tensors,
        sources,
        metadata if text is None else {**_framework(weights, file_format), **metadata, KEY: text},
        list(chosen.left_out.values()),
        notes,
    )


def _dotted(names: Mapping[str, str]) -> tuple[dict[str, str], bool]:
    """Return names with dots for ``/``, and whether that is so; not if two would become the same."""
    dotted = {name: new.replace("/", ".") for name, new in names.items()}
    return (dotted, True) if len(set(dotted.values())) == len(dotted) else (dict(names), False)


def _check_rules(rules: NameRules, names: Sequence[str], chosen: RuledArrays, path: str) -> None:
    """Raise `UsageError` for a rule that fits no name, and if nothing is left."""
    patterns, renamed = rules.patterns, rules.renamed(names)
    both = [*names, *(one.name for one in renamed)]
    for pattern in rules.ignored:
        if not any(patterns.fits(pattern, name) for name in both):
            raise UsageError(f"{path} has no tensor for ignore {quoted(pattern)}")
    if rules.prefix and not any(rules.stripped(name) != name for name in names):
        raise UsageError(f"{path} has no tensor whose name begins with {quoted(rules.prefix)}")
    fitting = {number for one in renamed for number in one.fitting}
    for number, (expression, _) in enumerate(rules.replacements):
        if number not in fitting:
            raise UsageError(f"{path} has no tensor for rename {quoted(expression.pattern)}")
    if chosen.left_out and not chosen.arrays:
        raise UsageError(f"ignore leaves no tensor of {path} to be written")


def _copy(array: StoredArray, dtype: str | None, path: str, file_format: Format) -> CopiedTensor:
    if not array.name:
        raise UsageError(f"the array of {path} has no name; give it one, as in --rename '^$=weight'")
    if not array.copiable:
        known = array.unread if is_stored(array.dtype) else ""
        what = f"cannot be copied: {known}" if known else f"is {array.dtype}, which cannot be copied"
        raise UsageError(
            f"{quoted(array.name)} of {path} {what}; leave it out with --ignore {shlex.quote(array.name)}"
        )
    if file_format.name != SAFETENSORS.name and not _has_numpy(array.shape):
        raise UsageError(
            f"{quoted(array.name)} of {path} has {_shown(array.shape)}, which no array of NumPy has; .safetensors can hold it"
        )
    if dtype is None or array.dtype not in FLOAT_DTYPES or array.dtype == dtype:
        return CopiedTensor(array.name, array)
    return RoundedTensor(array.name, array, dtype)


MOST_AXES, LARGEST = 64, 2**62
"""Axes of an array of NumPy, and bytes along all of them that are not 0, at most; a number has up to 16."""


def _shown(shape: Sequence[int]) -> str:
    """Return a shape in words: of many axes, only their number."""
    return f"the shape {list(shape)}" if len(shape) <= 8 else f"{len(shape)} axes"


def _has_numpy(shape: Sequence[int]) -> bool:
    """Tell whether NumPy has arrays of a shape: of as many axes, and so many bytes along all that are not 0."""
    return len(shape) <= MOST_AXES and 16 * math.prod(filter(None, shape)) < LARGEST


def _without_recipe(weights: OpenFile, file_format: Format) -> str:
    """Return why a file gets no recipe, or not the hash of one, by which the layer-spec is still found."""
    found = as_written(weights.recipe)
    if isinstance(found, RecipeHash) and file_format.name != NPZ.name:
        return "the hash of the recipe, which is all that the file has of it, is left out: only npz holds one; the new file can be verified with its layer-spec"
    return "the recipe is left out, as it does not describe the new file"


def _recipe(
    weights: OpenFile,
    chosen: RuledArrays,
    tensors: Sequence[CopiedTensor],
    own: Mapping[str, str],
    file_format: Format,
) -> str | None:
    """Return the text of the recipe, or of the hash of one, if it describes the new file, and that can hold it."""
    found = as_written(weights.recipe)
    is_hash = isinstance(found, RecipeHash) and weights.format == file_format.name == NPZ.name
    if not (isinstance(found, Recipe) or is_hash) or not file_format.carries_recipe:
        return None
    named = len(chosen.arrays) if is_hash else len(own)
    is_same = not chosen.left_out and named == len(chosen.arrays) == len(weights.tensors)
    is_same = is_same and all(new == old.name for new, old in chosen.old.items()) and has_all(weights)
    is_rounded = any(isinstance(tensor, RoundedTensor) for tensor in tensors)
    return weights.recipe if is_same and not is_rounded else None


def _metadata(weights: OpenFile, file_format: Format) -> tuple[dict[str, str], list[str]]:
    """Return the metadata that the new file has besides the recipe, and a note about what it has not."""
    others = {key: text for key, text in weights.metadata.items() if key != KEY}
    if weights.format.startswith("safetensors") and file_format.name == SAFETENSORS.name:
        return others, []
    lost = [f"{file_format.name} has no place for the metadata {', '.join(map(quoted, others))}"]
    return {}, lost if others else []


def _framework(weights: OpenFile, file_format: Format) -> dict[str, str]:
    """Return the metadata that goes with a recipe in safetensors: the framework whose names the tensors have."""
    found = as_written(weights.recipe)
    layout = LAYOUTS.get(found.layout) if isinstance(found, Recipe) else None
    return {} if layout is None or file_format.name != SAFETENSORS.name else {"format": layout.framework}
