"""A plan into one file, or a folder of arrays."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.files.formats import FORMATS, STDOUT, format_of
from winitgen.files.output.output_path import output_path
from winitgen.files.stores.address import is_remote
from winitgen.layouts import tensors
from winitgen.planning.plan import Plan

if TYPE_CHECKING:
    from winitgen.files.formats.format import Drawable, Format
    from winitgen.files.output.options import WriteOptions
    from winitgen.files.output.output_plan import OutputPlan
    from winitgen.writing.base.choice import BaseChoice


class Written(NamedTuple):
    """Result of writing: ``status`` is ``written``, or ``unchanged`` if the output had exactly these bytes."""

    status: str
    report: dict[str, Any]


def write_plan(
    planned: Plan, path: str | os.PathLike[str], options: WriteOptions, base: BaseChoice | None = None
) -> Written:
    """Draw a plan and write it to ``path``, complete or not at all; return its report.

    With ``base`` the tensors that it does not choose are copied. Raises `SpecError` if values that are taken from a
    file are not there, before anything is written, and `ExistsError` for the shards of another run beside the file
    unless ``force`` removes them, which comes last.
    """
    from winitgen.files.output.publish import publish
    from winitgen.files.shards.rivals import check_rivals, rivals_of, settled, watching
    from winitgen.numeric.blas import one_blas_thread
    from winitgen.writing.chosen import source_of
    from winitgen.writing.drawn import DrawnTensors

    path = output_path(path)
    file_format = format_of(path, options.format)
    with source_of(planned, options, base) as source:
        rivals = {} if options.check else rivals_of(path)
        source.check_outputs([path, *rivals])
        check_rivals(rivals, force=options.force)
        contents = source.contents(file_format)
        drawn = DrawnTensors(contents, source.options)
        output = _output(drawn.observed, contents.metadata, path, file_format)
        with one_blas_thread():
            status = publish(output, path, watching(path, rivals, source.options))
        status = settled(status, output, path, rivals, source.options)
        report = drawn.report()
    return Written(status, report | _file_report(output, path) | contents.stated(report))


def dry_run(
    planned: Plan,
    path: str | os.PathLike[str] | None = None,
    *,
    format: str | None = None,
    base: BaseChoice | None = None,
    force: bool = False,
    makes_folder: bool = False,
) -> dict[str, Any]:
    """Return the report that `write` would return, without drawing; without a path, the report of the plan.

    Raises what `write` would raise before it draws. ``makes_folder`` says that its caller makes the folder of ``path``.
    """
    from winitgen.report.summary import summarize

    if path is None and base is None:  # safetensors, which the report is for then, holds all tensors
        return summarize(planned, tensors(planned), None)
    from winitgen.files.output.foreseen import check_output
    from winitgen.files.shards.rivals import check_rivals, rivals_of
    from winitgen.writing.chosen import preview_of

    path = None if path is None else output_path(path)
    file_format = FORMATS["safetensors"] if path is None else format_of(path, format)
    with preview_of(planned, base, has_output=path is not None) as source:
        if path is not None:
            rivals = rivals_of(path)
            source.check_outputs([path, *rivals])
            check_rivals(rivals, force=force)
        contents = source.contents(file_format)
        report = contents.reported(summarize(planned, contents.drawn, None))
        if path is None:
            return report
        output = _output(contents.whole(contents.drawn), contents.metadata, path, file_format)
        check_output(output, path, force=force, makes_folder=makes_folder)
        return report | _file_report(output, path) | contents.stated(report)


def _output(
    named: Sequence[Drawable], about: Mapping[str, str], path: str, file_format: Format
) -> OutputPlan:
    """Plan the file at ``path``, or the files of the folder."""
    from winitgen.files.output.output_plan import plan_output

    if path == STDOUT or is_remote(path):
        from winitgen.files.output.forward import check_forward

        check_forward(file_format, path)
    return plan_output(file_format, named, about)


def _file_report(output: OutputPlan, path: str) -> dict[str, Any]:
    """Return the report's entries about the file: its name, format and exact size in bytes."""
    return {"file": path, "format": output.format.name, "file_bytes": output.size}
