"""A plan into one file, or a folder of arrays."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.files.formats import STDOUT, format_of
from winitgen.files.recipe import metadata
from winitgen.files.stores.address import is_remote, located
from winitgen.layouts import tensors
from winitgen.layouts.tensor import Tensor
from winitgen.numeric.threads import one_blas_thread
from winitgen.planning.plan import Plan

if TYPE_CHECKING:
    from winitgen.files.formats.format import Drawable, Format
    from winitgen.files.output.options import WriteOptions
    from winitgen.files.output.output_plan import OutputPlan


class Written(NamedTuple):
    """Result of writing: ``status`` is ``written``, or ``unchanged`` if the output had exactly these bytes."""

    status: str
    report: dict[str, Any]


def write_plan(planned: Plan, path: str | os.PathLike[str], options: WriteOptions) -> Written:
    """Draw a plan and write it to ``path``, complete or not at all; return its report.

    Raises `SpecError` if values that are taken from a file are not there, before anything is written.
    """
    from winitgen.files.output.publish import publish
    from winitgen.writing.drawn import DrawnTensors
    from winitgen.writing.sources import ready

    path = located(path)
    file_format = format_of(path, options.format)
    with ready(planned, options) as source:
        source.check_outputs([os.fspath(path)])
        named, absent = held(source.plan, file_format)
        drawn = DrawnTensors(source.plan, named, source.options)
        output = _output(drawn.observed, planned, path, file_format)
        with one_blas_thread():
            status = publish(output, path, source.options)
        report = drawn.report()
    return Written(status, report | _file_report(output, path) | absence(report, file_format, absent))


def dry_run(
    planned: Plan, path: str | os.PathLike[str] | None = None, *, format: str | None = None
) -> dict[str, Any]:
    """Return the report that `write` would return, without drawing; without a path, the report of the plan."""
    from winitgen.report.summary import summarize

    if path is None:
        return summarize(planned, tensors(planned), None)
    path = located(path)
    file_format = format_of(path, format)
    named, absent = held(planned, file_format)
    report = summarize(planned, named, None)
    output = _output(named, planned, path, file_format)
    return report | _file_report(output, path) | absence(report, file_format, absent)


def held(planned: Plan, file_format: Format) -> tuple[list[Tensor], Sequence[Drawable]]:
    """Return the tensors that a file of this format has, and those that it leaves out."""
    named = tensors(planned)
    absent = file_format.left_out(named)
    names = {tensor.name for tensor in absent}
    return [tensor for tensor in named if tensor.name not in names], absent


def absence(report: dict[str, Any], file_format: Format, absent: Sequence[Drawable]) -> dict[str, Any]:
    """Return what a report says of tensors that the file leaves out: their names, and one more note."""
    if not absent:
        return {}
    notes = [*report["notes"], file_format.left_out_note(absent)]
    return {"left_out": [tensor.name for tensor in absent], "notes": notes}


def _output(named: Sequence[Drawable], planned: Plan, path: str, file_format: Format) -> OutputPlan:
    """Plan the file at ``path``, or the files of the folder."""
    from winitgen.files.output.output_plan import plan_output

    if path == STDOUT or is_remote(path):
        from winitgen.files.output.forward import check_forward

        check_forward(file_format, path)
    return plan_output(file_format, named, metadata(planned))


def _file_report(output: OutputPlan, path: str) -> dict[str, Any]:
    """Return the report's entries about the file: its name, format and exact size in bytes."""
    return {"file": path, "format": output.format.name, "file_bytes": output.size}
