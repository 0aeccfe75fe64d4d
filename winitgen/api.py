"""The library functions that draw: into arrays, into a file, or for a probe."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

from winitgen.errors import UsageError
from winitgen.files.formats import STDOUT, format_of
from winitgen.files.recipe import metadata
from winitgen.layouts import tensors
from winitgen.layouts.tensor import Tensor
from winitgen.load import Source, SpecDraft, plan, read_draft
from winitgen.planning.plan import Plan
from winitgen.spec.model import ModelSpec

if TYPE_CHECKING:
    from winitgen.files.formats.format import Drawable, Format
    from winitgen.files.output.options import WriteOptions
    from winitgen.files.output.output_plan import OutputPlan
    from winitgen.numeric.arrays import Array
    from winitgen.probing.options import ProbeOptions
    from winitgen.spec.operations import Plain


class Written(NamedTuple):
    """Result of `write`: ``status`` is ``written``, or ``unchanged`` if the output had exactly these bytes."""

    status: str
    report: dict[str, Any]


def generate(
    spec: ModelSpec | Source | Plan,
    *,
    seed: int | None = None,
    dtype: str | None = None,
    layout: str | None = None,
) -> dict[str, Array]:
    """Draw a model in memory; return its arrays by name."""
    from winitgen.files.bound_plan import bound

    with bound(plan(spec, seed=seed, dtype=dtype, layout=layout)) as (planned, *_):
        return {tensor.name: _array(tensor) for tensor in tensors(planned)}


def _array(tensor: Tensor) -> Array:
    """Return all values of a tensor, drawn in blocks: scratch memory that fits the cache is several times faster."""
    from winitgen.drawing.draw import in_blocks

    return in_blocks(tensor.draw, tensor.shape, tensor.dtype)


def write(  # noqa: PLR0913  # the options of the command line, each by name
    spec: ModelSpec | Source | Plan,
    path: str | os.PathLike[str],
    *,
    seed: int | None = None,
    dtype: str | None = None,
    layout: str | None = None,
    format: str | None = None,
    threads: int | None = None,
    force: bool = False,
    check: bool = False,
    fsync: bool = True,
    progress: Callable[[int], object] | None = None,
    digest: bool = False,
) -> Written:
    """Draw a model and write it to ``path``, complete or not at all; return its report.

    ``format`` overrides the format that the path's ending selects. An existing file is replaced
    only with ``force``; one that already holds exactly these bytes is left untouched. With ``check``
    nothing is written, and a file that is not up to date raises `DiffersError`. ``threads``
    defaults to the number of processors this process may use; it does not change any byte.
    ``progress`` is called from time to time with the number of bytes written. With ``digest`` the report
    has ``digests``: the content digest, which is the same in every container, and the parameters digest, which
    is the same in every layout.
    """
    from winitgen.files.output.options import WriteOptions

    options = WriteOptions(
        format=format,
        threads=threads,
        force=force,
        check=check,
        fsync=fsync,
        digest=digest,
        progress=progress,
    )
    return write_plan(plan(spec, seed=seed, dtype=dtype, layout=layout), path, options)


def write_plan(planned: Plan, path: str | os.PathLike[str], options: WriteOptions) -> Written:
    """Draw a plan and write it to ``path``, complete or not at all; return its report.

    Raises `SpecError` if values that are taken from a file are not there, before anything is written.
    """
    from winitgen.files.bound_plan import bound

    with bound(planned) as (whole, forward, files):
        if any(os.path.realpath(path) == os.path.realpath(file) for file in files):
            raise UsageError(
                f"{os.fspath(path)}: the output would take the place of a file whose values it needs; give it another name"
            )
        return _write_bound(whole, path, options._replace(threads=1) if forward else options)


def _write_bound(planned: Plan, path: str | os.PathLike[str], options: WriteOptions) -> Written:
    """Do what `write_plan` does with a plan whose files are open."""
    from winitgen.files.digests import TensorDigest, digests_of
    from winitgen.files.output.observed import Observed
    from winitgen.files.output.publish import publish
    from winitgen.report.drawn import drawn_report, statistics_of

    file_format = format_of(path, options.format)
    named, absent = _held(planned, file_format)
    statistics = statistics_of(named, histograms=options.histograms)
    digests = [TensorDigest(tensor.size) for tensor in named] if options.digest else []
    kinds = (statistics, digests) if options.digest else (statistics,)
    observed = [
        Observed(tensor, [observer.see for observer in observers])
        for tensor, *observers in zip(named, *kinds, strict=True)
    ]
    output = _output(observed, planned, path, file_format)
    status = publish(output, path, options)
    report = drawn_report(planned, named, statistics, histograms=options.histograms)
    if options.digest:
        report["digests"] = digests_of(planned, named, digests, options.threads)
    return Written(status, report | _file_report(output, path) | _absence(report, file_format, absent))


def dry_run(
    planned: Plan, path: str | os.PathLike[str] | None = None, *, format: str | None = None
) -> dict[str, Any]:
    """Return the report that `write` would return, without drawing; without a path, the report of the plan."""
    from winitgen.report.summary import summarize

    if path is None:
        return summarize(planned, tensors(planned), None)
    file_format = format_of(path, format)
    named, absent = _held(planned, file_format)
    report = summarize(planned, named, None)
    output = _output(named, planned, path, file_format)
    return report | _file_report(output, path) | _absence(report, file_format, absent)


def _held(planned: Plan, file_format: Format) -> tuple[list[Tensor], Sequence[Drawable]]:
    """Return the tensors that a file of this format has, and those that it leaves out."""
    named = tensors(planned)
    absent = file_format.left_out(named)
    names = {tensor.name for tensor in absent}
    return [tensor for tensor in named if tensor.name not in names], absent


def _absence(report: dict[str, Any], file_format: Format, absent: Sequence[Drawable]) -> dict[str, Any]:
    """Return what a report says of tensors that the file leaves out: their names, and one more note."""
    if not absent:
        return {}
    notes = [*report["notes"], file_format.left_out_note(absent)]
    return {"left_out": [tensor.name for tensor in absent], "notes": notes}


def _output(
    named: Sequence[Drawable], planned: Plan, path: str | os.PathLike[str], file_format: Format
) -> OutputPlan:
    """Plan the file at ``path``, or the files of the folder."""
    from winitgen.files.output.output_plan import plan_output

    if os.fspath(path) == STDOUT:
        from winitgen.files.output.forward import check_forward

        check_forward(file_format)
    return plan_output(file_format, named, metadata(planned))


def _file_report(output: OutputPlan, path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the report's entries about the file: its name, format and exact size in bytes."""
    return {"file": os.fspath(path), "format": output.format.name, "file_bytes": output.size}


def probe(
    spec: ModelSpec | Source,
    *,
    variables: Mapping[str, Plain] | None = None,
    **options: Unpack[ProbeOptions],
) -> dict[str, Any]:
    """Send a batch forward through a freshly drawn network and a gradient back; return the measurements.

    The options are those of `ProbeOptions`. The result consists of plain values, as ``winitgen probe --json``
    prints them. Raises `SpecError` for layers that cannot be probed, and `UsageError` or `UnreadableError` for
    unsuitable options or inputs.
    """
    from winitgen.probing.options import probe_by

    def read(replaced: Mapping[str, Plain]) -> SpecDraft:
        if not isinstance(spec, ModelSpec):
            return read_draft(spec, variables={**(variables or {}), **replaced})
        if replaced or variables:
            raise UsageError("variables are replaced when a spec is read; pass its path, not a ModelSpec")
        return SpecDraft.of(spec)

    return probe_by(read, **options)
