"""A weight file of any readable format into one of any format that can be written."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, SupportsIndex

from winitgen import arguments
from winitgen.audit.matching import recipe_names
from winitgen.audit.name_rules import NameRules, RuledArrays, name_rules, ruled
from winitgen.audit.true_arrays import true_arrays
from winitgen.errors import UsageError
from winitgen.files.canonical import as_written
from winitgen.files.copied_tensor import CopiedTensor, digests_of_copies
from winitgen.files.formats import STDOUT, format_of
from winitgen.files.formats.format import Format, byte_count
from winitgen.files.formats.keras_h5.writer import FORMAT as KERAS_H5
from winitgen.files.formats.safetensors.writer import FORMAT as SAFETENSORS
from winitgen.files.input import open_weights
from winitgen.files.input.misreading import refuse_misread
from winitgen.files.input.open_file import OpenFile, quoted
from winitgen.files.input.stored_array import StoredArray
from winitgen.files.output.atomic import writing
from winitgen.files.output.existing import kind
from winitgen.files.output.forward import check_forward
from winitgen.files.output.options import WriteOptions
from winitgen.files.output.output_plan import OutputPlan, plan_output
from winitgen.files.recipe import KEY, Recipe
from winitgen.files.rounded_tensor import RoundedTensor
from winitgen.files.stores.address import is_remote, located
from winitgen.layouts import LAYOUTS
from winitgen.numeric.dtypes import FLOAT_DTYPES
from winitgen.writing.one_file import Written
from winitgen.writing.sources import check_apart


class ConvertedFile(NamedTuple):
    """What a file becomes: its tensors, its metadata, the names that are left out, and what is not as it was."""

    tensors: Sequence[CopiedTensor]
    sources: Mapping[str, str]
    metadata: Mapping[str, str]
    ignored: Sequence[str]
    notes: Sequence[str]


def convert(  # noqa: PLR0913  # the options of the command line, each by name
    source: str | os.PathLike[str],
    path: str | os.PathLike[str],
    *,
    format: str | None = None,
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
    of values. With ``dry_run`` nothing is written. ``progress`` is called from time to time
    with the bytes written and the total. An existing file is replaced only with ``force``.

    Raises `UnreadableError` for a source that is damaged or that a loader may misread, `UsageError` for tensors that
    the new format cannot hold, and `ExistsError`. The report has ``source``, ``file``, ``format``, ``file_bytes``,
    ``recipe`` (whether it is kept), ``ignored``, ``notes``, and ``tensors``: name, source, shape, dtype, source_dtype, bytes.
    """
    source, shown = arguments.path("source", source), located(arguments.path("path", path))
    rules, number_format = name_rules(ignore, rename, strip_prefix), _number_format(dtype)
    file_format = format_of(shown, arguments.text("format", format))
    options = WriteOptions(
        threads=arguments.count("threads", threads),
        force=arguments.flag("force", force),
        fsync=arguments.flag("fsync", fsync),
    )
    is_dry = arguments.flag("dry_run", dry_run)
    _check_format(file_format, shown)
    with arguments.Relay("progress", progress) as tell, open_weights(source) as weights:
        refuse_misread(weights)
        found = _conversion(weights, rules, number_format, file_format)
        output = plan_output(file_format, found.tensors, found.metadata)
        status = "dry run"
        if not is_dry:
            total = sum(map(byte_count, found.tensors))
            step = None if tell is None else (lambda done: tell(done, total))
            status = _write(weights, found, output, shown, options._replace(progress=step))
        return Written(status, _report(weights, found, output, shown))


def _number_format(value: object) -> str | None:
    found = arguments.dtype_name("dtype", value)
    if found is not None and found not in FLOAT_DTYPES:
        raise UsageError(f"dtype is one of {', '.join(FLOAT_DTYPES)}, not {arguments.shown(found)}")
    return found


def _check_format(file_format: Format, path: str) -> None:
    if file_format.name == KERAS_H5.name:
        raise UsageError(
            "convert cannot write keras-h5, which has the paths of Keras's own objects; '.h5' is plain HDF5"
        )
    if path == STDOUT or is_remote(path):
        check_forward(file_format, path)


def _conversion(weights: OpenFile, rules: NameRules, dtype: str | None, file_format: Format) -> ConvertedFile:
    """Return what becomes of a file; raise `UsageError` for what cannot be copied."""
    arrays = true_arrays(weights)
    own = recipe_names(weights)
    names = {array.name: own.get(array.name, array.name) for array in arrays}
    notes = []
    if weights.format.startswith("hdf5") and not own and any("/" in name for name in names):
        names, dotted = _dotted(names)
        notes += ["names have a dot where those of the groups have '/'"] if dotted else []
    given = {names[array.name]: array for array in arrays}
    chosen = ruled([array.called(names[array.name]) for array in arrays], rules, weights.path, first=True)
    _check_rules(rules, list(given), chosen, weights.path)
    tensors = [_copy(array, dtype, weights.path) for array in chosen.arrays]
    sources = {new: given[old.name].name for new, old in chosen.old.items()}
    text = _recipe(weights, chosen, tensors, own, file_format)
    if weights.recipe is not None and text is None:
        notes.append("the recipe is left out, as it does not describe the new file")
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
    for pattern in rules.ignored:
        one = rules._replace(ignored=(pattern,))
        if not any(one.ignores(name, one.renamed(name)) for name in names):
            raise UsageError(f"{path} has no tensor for ignore {quoted(pattern)}")
    if rules.prefix and not any(rules.stripped(name) != name for name in names):
        raise UsageError(f"{path} has no tensor whose name begins with {quoted(rules.prefix)}")
    for number, (expression, _) in enumerate(rules.replacements):
        before = rules._replace(replacements=rules.replacements[:number])
        if not any(expression.search(before.renamed(name)) for name in names):
            raise UsageError(f"{path} has no tensor for rename {quoted(expression.pattern)}")
    if chosen.left_out and not chosen.arrays:
        raise UsageError(f"ignore leaves no tensor of {path} to be written")


def _copy(array: StoredArray, dtype: str | None, path: str) -> CopiedTensor:
    if not array.name:
        raise UsageError(f"the array of {path} has no name; give it one, as in --rename '^$=weight'")
    if not array.copiable:
        raise UsageError(
            f"{quoted(array.name)} of {path} is {array.dtype}, which cannot be copied; "
            f"leave it out with --ignore {shlex.quote(array.name)}"
        )
    if dtype is None or array.dtype not in FLOAT_DTYPES or array.dtype == dtype:
        return CopiedTensor(array.name, array)
    return RoundedTensor(array.name, array, dtype)


def _recipe(
    weights: OpenFile,
    chosen: RuledArrays,
    tensors: Sequence[CopiedTensor],
    own: Mapping[str, str],
    file_format: Format,
) -> str | None:
    """Return the text of the recipe if it describes the new file, and that can hold it."""
    if not isinstance(as_written(weights.recipe), Recipe) or not file_format.carries_recipe:
        return None
    is_same = not chosen.left_out and len(own) == len(chosen.arrays) == len(weights.tensors)
    is_same = is_same and all(new == old.name for new, old in chosen.old.items())
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


def _write(
    weights: OpenFile, found: ConvertedFile, output: OutputPlan, path: str, options: WriteOptions
) -> str:
    """Write the output; a loader must not misread what was read for it."""
    from winitgen.files.output.publish import publish

    with writing(path):
        is_final = path == STDOUT or kind(path) == "device"  # what is written there cannot be taken back
    check_apart([path], (weights.path, *weights.shards, *_members(weights.path)))
    if any(tensor.stored.forward for tensor in found.tensors):
        options = options._replace(threads=1)
    if is_final:
        digests_of_copies([CopiedTensor(one.name, one.stored) for one in found.tensors])
        refuse_misread(weights)

    def check() -> None:
        weights.check()
        refuse_misread(weights)

    status = publish(output, path, options._replace(check_sources=check))
    check()
    return status


def _members(path: str) -> list[str]:
    return [os.path.join(path, name) for name in os.listdir(path)] if os.path.isdir(path) else []


def _report(weights: OpenFile, found: ConvertedFile, output: OutputPlan, path: str) -> dict[str, Any]:
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
        "file": path,
        "format": output.format.name,
        "file_bytes": output.size,
        "recipe": KEY in found.metadata,
        "ignored": list(found.ignored),
        "notes": list(found.notes),
        "tensors": rows,
    }
