"""By which recipe a file is verified: its hash, whether that is the expected one, and what the container says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from winitgen import arguments
from winitgen.errors import UsageError
from winitgen.files.canonical import as_written
from winitgen.files.input.folder_config import conversion
from winitgen.files.input.open_file import OpenFile, quoted
from winitgen.files.recipe import KEY, Recipe
from winitgen.layouts import LAYOUTS
from winitgen.planning.plan import Plan

_OF_MLX = "mlx"
"""What MLX calls itself in files of safetensors, whose tensors have PyTorch's names and axes."""


def expected(expect: object) -> str | None:
    """Return the hash of a recipe, or None; raise `UsageError` for anything else."""
    text = arguments.text("expect", expect)
    if text is not None and not re.fullmatch("[0-9a-fA-F]{64}", text):
        raise UsageError(
            f"expect takes the sha256 of a recipe, as --json of init has it: 64 hexadecimal digits, not {arguments.shown(text)}"
        )
    return text


def hash_of(planned: Plan, weights: OpenFile) -> str:
    """Return the SHA-256 of the recipe that a file of this plan holds, with what the file says of copied tensors."""
    found = as_written(weights.recipe)
    return Recipe.of(planned, found.base if isinstance(found, Recipe) else None).hash.sha256


def another_recipe(expect: str | None, found: str) -> Iterator[str]:
    """Yield how a recipe differs from the expected one."""
    if expect is not None and expect.lower() != found:
        yield f"its recipe has the sha256 {found}, not {expect.lower()}"


def another_framework(weights: OpenFile, planned: Plan) -> Iterator[str]:
    """Yield how the metadata calls the framework, if transformers before version 5 would read the tensors as those of another one, or refuse them.

    Those of MLX are PyTorch's to all but its oldest versions, of which a note tells.
    """
    wanted = LAYOUTS[planned.layout].framework
    if not weights.format.startswith("safetensors"):
        return
    for where, metadata in _places(weights):
        found = metadata.get("format")
        if found not in (None, wanted) and (found, wanted) != (_OF_MLX, "pt"):
            yield f"{where}its metadata says that its format is {quoted(found)}, not {wanted!r}"


def another_dtype(weights: OpenFile, planned: Plan) -> Iterator[str]:
    """Yield how a loader changes values, or gives those in the number format of the plan another one."""
    yield from weights.altered
    loaded = weights.loaded_as
    if loaded and loaded != planned.dtype and any(one.dtype == planned.dtype for one in weights.tensors):
        clause = conversion(planned.dtype, loaded, by_index=weights.index_dtype is not None)
        yield from () if clause in weights.altered else (clause,)


def not_compared(weights: OpenFile) -> list[str]:
    """Return a note for each text in the metadata that no plan has, or that only few loaders mind."""
    known = {KEY, "format"} if weights.format.startswith("safetensors") else {KEY}
    notes = [
        f"{where}its metadata {quoted(key)} was not compared"
        for where, metadata in _places(weights)
        for key in metadata
        if key not in known
    ]
    return notes + [
        f"{where}its metadata says that its format is {_OF_MLX!r}, for which older versions of transformers, such as 4.38.2, refuse it"
        for where, metadata in _places(weights)
        if "format" in known and metadata.get("format") == _OF_MLX
    ]


def _places(weights: OpenFile) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the metadata of a model, and that of each of its shards alone, each with how a line begins about it."""
    yield "", weights.metadata
    for name, metadata in weights.parts.items():
        yield f"{quoted(name)}: ", metadata
