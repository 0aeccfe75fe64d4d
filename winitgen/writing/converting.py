"""A weight file of any readable format into one of any format that can be written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, SupportsIndex

from winitgen import arguments
from winitgen.audit.name_rules import name_rules
from winitgen.errors import UsageError
from winitgen.files.copied_tensor import CopiedTensor, digests_of_copies
from winitgen.files.formats import STDOUT, format_of
from winitgen.files.formats.format import Format, byte_count
from winitgen.files.formats.keras_h5.writer import FORMAT as KERAS_H5
from winitgen.files.input import open_weights
from winitgen.files.input.misreading import refuse_misread
from winitgen.files.input.open_file import OpenFile
from winitgen.files.input.other_reading import ListedReading
from winitgen.files.output.forward import check_forward
from winitgen.files.output.options import WriteOptions
from winitgen.files.output.output_path import output_path
from winitgen.files.recipe import KEY
from winitgen.files.shards.forms import form_of
from winitgen.files.shards.target import ShardTarget, shard_target
from winitgen.files.stores.address import is_remote
from winitgen.numeric.dtypes import FLOAT_DTYPES
from winitgen.writing.converted_file import ConvertedFile, converted
from winitgen.writing.converted_output import OneOutput, ShardedOutput, planned_output
from winitgen.writing.one_file import Written
from winitgen.writing.sources import check_apart


def convert(  # noqa: PLR0913  # the options of the command line, each by name
    source: str | os.PathLike[str],
    path: str | os.PathLike[str],
    *,
    format: str | None = None,
    max_shard_size: str | None = None,
    shard_name: str | None = None,
    dtype: arguments.Dtype | None = None,
    ignore: Sequence[str] = (),
    rename: Sequence[str] = (),
    strip_prefix: str | None = None,
    threads: SupportsIndex | None = None,
    force: bool = False,
    dry_run: bool = False,
    fsync: bool = True,
    progress: Callable[[int, int], object] | None = None,
) -> Written:
    """Write the tensors of a weight file to ``path`` in another format, complete or not at all; return the report.

    Values, shapes and number formats stay as they are; with ``dtype`` floats are rounded to it, once. ``ignore``,
    ``rename`` and ``strip_prefix`` choose and change names as for `winitgen.diff`. Names in groups of HDF5 have a dot
    for each ``/``, or are those of the recipe. The recipe is kept if it still describes the file: every tensor, under
    its name, in its number format. Other metadata goes from safetensors to safetensors. Nothing is larger in memory than a few blocks
    of values. With ``max_shard_size``, such as ``"5GB"``, or a path that ends in ``.safetensors.index.json``, the tensors go
    into shards of at most that many bytes of values, whose names begin with ``shard_name``, and the index after them.
    With ``dry_run`` nothing is written. ``progress`` is called from time to time
    with the bytes written and the total. An existing file is replaced only with ``force``.

    Raises `UnreadableError` for a source that is damaged or that a loader may misread, `UsageError` for tensors that
    the new format cannot hold, and `ExistsError`. The report has ``source``, ``file``, ``format``, ``file_bytes``,
    ``recipe`` (whether it is kept), ``ignored``, ``notes``, ``shards`` if it is divided, and ``tensors``: name, source, shape, dtype,
    source_dtype, bytes.
    """
    source, shown = arguments.path("source", source), output_path(arguments.path("path", path))
    rules, number_format = name_rules(ignore, rename, strip_prefix), _number_format(dtype)
    chosen = arguments.text("format", format)
    size, stem = arguments.text("max_shard_size", max_shard_size), arguments.text("shard_name", shard_name)
    target = shard_target(shown, size, stem, chosen)
    file_format = format_of(shown, chosen) if target is None else form_of(target.names).format
    options = WriteOptions(
        threads=arguments.count("threads", threads),
        force=arguments.flag("force", force),
        fsync=arguments.flag("fsync", fsync),
    )
    is_dry = arguments.flag("dry_run", dry_run)
    _check_format(file_format, shown, target)
    with arguments.Relay("progress", progress) as tell, open_weights(source) as weights:
        refuse_misread(weights)
        found = converted(weights, rules, number_format, file_format)
        output = planned_output(weights, found, file_format, shown, target)
        status = "dry run"
        check_apart(output.paths(), weights.places)
        if is_dry:
            output.foresee(force=options.force)
        else:
            total = sum(map(byte_count, found.tensors))
            step = None if tell is None else (lambda done: tell(done, total))
            status = _write(weights, found, output, options._replace(progress=step))
        return Written(status, _report(weights, found) | output.report())


def _number_format(value: object) -> str | None:
    found = arguments.dtype_name("dtype", value)
    if found is not None and found not in FLOAT_DTYPES:
        raise UsageError(f"dtype is one of {', '.join(FLOAT_DTYPES)}, not {arguments.shown(found)}")
    return found


def _check_format(file_format: Format, path: str, target: ShardTarget | None) -> None:
    if file_format.name == KERAS_H5.name:
        raise UsageError(
            "convert cannot write keras-h5, which has the paths of Keras's own objects; '.h5' is plain HDF5"
        )
    if target is None and (path == STDOUT or is_remote(path)):
        check_forward(file_format, path)


def _write(
    weights: OpenFile, found: ConvertedFile, output: OneOutput | ShardedOutput, options: WriteOptions
) -> str:
    """Write the output; a loader must not misread what was read for it."""
    is_final = output.is_final()
    if any(tensor.stored.forward for tensor in found.tensors):
        options = options._replace(threads=1)
    if is_final:
        digests_of_copies([CopiedTensor(one.name, one.stored) for one in found.tensors])
        refuse_misread(weights)

    def check() -> None:
        weights.check()
        refuse_misread(weights)

    status = output.write(options._replace(check_sources=check))
    check()
    return status


def _lists(weights: OpenFile) -> Iterator[str]:
    """Yield a note about a source that a loader reads by lists in it."""
    if any(isinstance(one, ListedReading) for one in weights.others):
        yield f"Keras reads {weights.path} in the order of its lists; the new file has the names of its datasets"


def _report(weights: OpenFile, found: ConvertedFile) -> dict[str, Any]:
    rows = [
        {
            "name": tensor.name,
            "source": found.sources[tensor.name],
            "shape": list(tensor.shape),
            "dtype": tensor.dtype,
            "source_dtype": tensor.stored.dtype,
            "bytes": byte_count(tensor),
        }
        for tensor in found.tensors
    ]
    return {
        "source": weights.path,
        "recipe": KEY in found.metadata,
        "ignored": list(found.ignored),
        "notes": [*found.notes, *_lists(weights)],
        "tensors": rows,
    }
