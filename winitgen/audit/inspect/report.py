"""A weight file as plain values: its header, its arrays, and a summary of the values of each."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, SupportsIndex

from winitgen import arguments
from winitgen.audit.inspect.tensor_rows import TensorRows
from winitgen.audit.name_patterns import NamePatterns
from winitgen.audit.natural_order import natural
from winitgen.audit.true_arrays import true_arrays
from winitgen.errors import UsageError
from winitgen.files import recipe
from winitgen.files.canonical import as_written
from winitgen.files.input import open_weights

if TYPE_CHECKING:
    from winitgen.audit.blocks import Progress
    from winitgen.audit.inspect.measuring import AnySummary
    from winitgen.files.input.open_file import OpenFile
    from winitgen.files.input.stored_array import StoredArray

UNORDERED = {"hdf5", "keras", "npy-dir", "zarr"}
"""Containers that have no order of their own, or one by bytes, whose arrays are shown by name; others are in the order of the file."""

DETAILED = 256
"""The most bins in the histogram of a single tensor."""


def inspect(
    path: str | os.PathLike[str],
    *,
    tensor: str | None = None,
    header: bool = False,
    digest: bool = False,
    threads: SupportsIndex | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> dict[str, Any]:
    """Return what a weight file holds, as plain values; ``winitgen inspect --json`` prints the same.

    ``tensor`` selects one tensor by its name, or all whose names fit a pattern, to be shown in more detail; with ``header`` no values are read. With ``digest``
    the values are read once more, for the content digest of the whole file. ``threads``
    defaults to the number of processors. ``progress`` is called from time to time with the number of bytes read
    and the total. Raises `UnreadableError` for a file that is not a weight file or is damaged, and
    `UsageError` for a tensor that the file does not hold.

    ::

        file, format      the path, and the kind of container
        facts             sizes and counts, such as file_bytes and header_bytes
        metadata          the container's own metadata
        provenance        None, or the recipe: recipe (whole or hash), model, seed,
                          dtype, layout, stream, spec, sha256
        totals            tensors, elements, bytes, of the whole file
        digests           content, in hexadecimal, with ``digest``; else empty
        equal             lists of the names of equal tensors: of the same shape and dtype, with the same bits; those
                          with a single value are left out; None with ``header`` or ``tensor``
        unusual           for each tensor with values that hardly any law of drawing gives: tensor, its name, and what, a clause
        notes             what a loader could read of the file beside its tensors, or otherwise, each a clause
        tensors           for each, in the order of the file, or by name where the container has none (HDF5,
                          Keras, zarr, folders of arrays):
                          name, shape, dtype, elements, bytes, and

          unread          why its values cannot be read; None if they can
          statistics      None with ``header``, or if the values cannot be read or are not numbers; else
            finite        number of values that are neither NaN nor infinite; all but nan and infinite
                          describe these
            zeros         those that are 0 or -0
            nan, infinite
            of            values, or for complex numbers modulus: what min, max and histogram describe
            mean, std     7 digits; None if no value is finite; of complex numbers z the mean is a list of two numbers, and
                          std the root of the mean of |z - mean| squared
            min, max      exact
            histogram     low, high, counts of equal bins: at most 64 with a width that is a power of two, or
                          one bin of width 0 if all values are equal

    With ``tensor`` the histogram has up to 256 bins, and the entry also has ``first``, the first values in
    C order, as text if they are complex or not finite; ``l1`` and ``l2``, the norms over the finite values, as text
    beyond float64; and ``quantiles``, exact, by the share of the finite values that is below, or None without any.
    A complex number counts as zero if both parts are, and is finite if both are; its norms and quantiles are those of
    the modulus. Booleans count as 0 and 1.
    """
    path, tensor = arguments.path("path", path), arguments.text("tensor", tensor)
    header, digest = arguments.flag("header", header), arguments.flag("digest", digest)
    threads = arguments.count("threads", threads)
    with arguments.Relay("progress", progress) as tell:
        report = compact_report(
            path, tensor=tensor, header=header, digest=digest, threads=threads, progress=tell
        )
    return report | {"tensors": list(report["tensors"])}


def compact_report(
    path: str,
    *,
    tensor: str | None = None,
    header: bool = False,
    digest: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return the report of `inspect` with `TensorRows`, which take little memory, in place of the list of tensors."""
    if digest and header:
        raise UsageError("a digest needs all values, but header reads none; ask for one of the two")
    with open_weights(path) as weights:
        arrays = true_arrays(weights)
        totals = {
            "tensors": len(arrays),
            "elements": sum(array.size for array in arrays),
            "bytes": sum(array.nbytes for array in arrays),
        }
        digests = _digests(weights, arrays, threads) if digest else {}
        if weights.format in UNORDERED:
            arrays = sorted(arrays, key=lambda array: natural(array.name))
        if tensor is not None:
            arrays = _chosen(arrays, tensor, weights.path)
        rows, equal = TensorRows(arrays), None
        unusual: list[dict[str, str]] = []
        if not header:
            equal = _add_measured(arrays, rows, threads, progress, unusual, detail=tensor is not None)
        return {
            "file": weights.path,
            "format": weights.format,
            "facts": dict(weights.facts),
            "metadata": {key: text for key, text in weights.metadata.items() if key != recipe.KEY},
            "provenance": _described(as_written(weights.recipe)),
            "totals": totals,
            "digests": digests,
            "equal": equal,
            "unusual": unusual,
            "notes": [
                *(one.text for one in (*weights.others, *weights.late(False))),
                *_nameless(weights, digest),
            ],
            "tensors": rows,
        }


def _described(found: recipe.Recipe | recipe.RecipeHash | None) -> dict[str, Any] | None:
    """Return a file's recipe as plain values; for a hash, all values but ``sha256`` are None."""
    if found is None:
        return None
    keys = ("model", "seed", "dtype", "layout", "stream", "sha256", "spec")
    entry = {"recipe": "whole", **dict.fromkeys(keys)}
    if isinstance(found, recipe.RecipeHash):
        return {**entry, "recipe": "hash", "sha256": found.sha256}
    entry |= {**found.plain, "sha256": found.hash.sha256}
    model = found.spec.get("model") if isinstance(found.spec, dict) else None
    return {**entry, "model": model if isinstance(model, str) else None}


def _chosen(arrays: Sequence[StoredArray], name: str, path: str) -> Sequence[StoredArray]:
    """Return the array with this name, or else those whose names fit it as a pattern; raise `UsageError` without any."""
    found = [array for array in arrays if array.name == name]
    if not found:
        patterns = NamePatterns("tensor", [name])
        found = [array for array in arrays if patterns.match(array.name)]
    if found:
        return found
    from winitgen.spec.mistakes import show, suggest

    raise UsageError(f"{path} has no tensor {show(name)}{suggest(name, [array.name for array in arrays])}")


def _nameless(weights: OpenFile, digest: bool) -> list[str]:
    """Return the note that the digest of a lone array, which says less than any other file, is that of no model."""
    if not digest or weights.format != "npy":
        return []
    return [
        "the digest is that of an array without a name, in the number format that NumPy has for it: verify it with its layer-spec, and --digest, for the digest of the model"
    ]


def _digests(weights: OpenFile, arrays: Sequence[StoredArray], threads: int | None) -> dict[str, str]:
    """Return the digest over all values of the file."""
    from winitgen.audit.inspect.digesting import content_digest

    return {"content": content_digest(weights, arrays, threads)}


def _add_measured(
    arrays: Sequence[StoredArray],
    rows: TensorRows,
    threads: int | None,
    progress: Progress | None,
    unusual: list[dict[str, str]],
    *,
    detail: bool,
) -> list[list[str]] | None:
    """Add the statistics to the rows, and what is ``unusual``; return the names of equal tensors, or None for one in detail."""
    from winitgen.audit.inspect.detail import detailed
    from winitgen.audit.inspect.equal_tensors import EqualTensors
    from winitgen.audit.inspect.measuring import summaries
    from winitgen.audit.inspect.plain_summary import statistics
    from winitgen.audit.inspect.summary import BINS
    from winitgen.audit.inspect.unusual import unusual_of

    bins = DETAILED if detail else BINS
    damaged: dict[int, str] = {}
    equal = None if detail and len(arrays) == 1 else EqualTensors(arrays)
    varied: set[int] = set()
    known: dict[int, AnySummary] = {}
    strange: dict[int, tuple[str, ...]] = {}
    for index, summary in summaries(
        arrays, threads=threads, bins=bins, progress=progress, damaged=damaged, equal=equal
    ):
        rows.add_statistics(index, statistics(summary))
        if summary.varies:
            varied.add(index)
        if clauses := unusual_of(summary, arrays[index].dtype):
            strange[index] = clauses
        if detail:
            known[index] = summary
    for index, summary in known.items():
        rows.add_detail(index, detailed(arrays[index], summary))
    for index in sorted(strange):
        unusual += [{"tensor": arrays[index].name, "what": what} for what in strange[index]]
    for index, why in damaged.items():
        rows.add_unread(index, why)
    return None if equal is None else equal.groups(varied)
