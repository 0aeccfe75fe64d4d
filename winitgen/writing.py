"""A plan into a file, and the report of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.files.digests import digests_of
from winitgen.files.formats import STDOUT, format_of
from winitgen.files.recipe import metadata
from winitgen.layouts import tensors
from winitgen.layouts.tensor import Tensor
from winitgen.numeric.threads import threads_of
from winitgen.planning.plan import Plan

if TYPE_CHECKING:
    from winitgen.files.digests import Digests
    from winitgen.files.formats.format import Format
    from winitgen.numeric.statistics import Statistics


class Written(NamedTuple):
    """What `write` did: ``status`` is ``written``, or ``unchanged`` where exactly these bytes stood."""

    status: str
    report: dict[str, Any]


def write(  # noqa: PLR0913  # the choices of a command line, each by its name
    planned: Plan,
    path: str | os.PathLike[str],
    *,
    format: str | None = None,
    threads: int | None = None,
    force: bool = False,
    check: bool = False,
    fsync: bool = True,
    progress: Callable[[int], object] | None = None,
    histograms: bool = False,
    digest: bool = False,
) -> Written:
    """Draw a plan and write it to ``path``, as `winitgen.write` does; ``histograms`` are for the report.

    With ``digest`` the report has the digests of what was written, too.
    """
    from winitgen.files.output import publish
    from winitgen.files.output.passes import Together

    file_format = format_of(path, format)
    threads = threads_of(threads)
    named, about = tensors(planned), metadata(planned)
    statistics = _statistics(named, histograms)
    digests = _digests(named) if digest else None
    observer = Together(statistics, digests) if digests else statistics
    status = "written"
    if os.fspath(path) == STDOUT:
        publish.write_stdout(file_format, named, about, observer=observer, progress=progress)
    else:
        status = publish.write(
            file_format,
            named,
            about,
            path,
            threads=threads,
            force=force,
            check=check,
            fsync=fsync,
            observer=observer,
            progress=progress,
        )
    report = {**_measured(planned, named, statistics, histograms), **_target(file_format, named, about, path)}
    if digests:
        report["digests"] = digests_of(planned, named, digests, threads)
    return Written(status, report)


def _statistics(named: Sequence[Tensor], histograms: bool) -> Statistics:
    """Return what observes the writing of these tensors."""
    from winitgen.numeric.statistics import Statistics
    from winitgen.report.summary import target

    spans = None
    if histograms:
        from winitgen.report.histograms import span

        spans = [span(tensor) for tensor in named]
    targets = [target(tensor) for tensor in named]
    return Statistics([planned.mean for planned in targets], [planned.std for planned in targets], spans)


def _digests(named: Sequence[Tensor]) -> Digests:
    """Return what takes the digests of these tensors while they are written."""
    from winitgen.files.digests import Digests

    return Digests([tensor.size for tensor in named])


def _measured(
    planned: Plan, named: Sequence[Tensor], statistics: Statistics, histograms: bool
) -> dict[str, Any]:
    """Return the report of what was drawn."""
    from winitgen.report.summary import summarize

    report = summarize(planned, named, [statistics.measured(index) for index in range(len(named))])
    if not histograms:
        return report
    from winitgen.report.histograms import with_histograms

    return with_histograms(report, named, statistics)


def dry_run(
    planned: Plan, path: str | os.PathLike[str] | None = None, *, format: str | None = None
) -> dict[str, Any]:
    """Return the report of what `write` would write, drawing nothing; without a path, of the plan."""
    from winitgen.report.summary import summarize

    named = tensors(planned)
    report = summarize(planned, named, None)
    if path is None:
        return report
    file_format = format_of(path, format)
    if os.fspath(path) == STDOUT:
        from winitgen.files.output.publish import check_forward

        check_forward(file_format)
    return {**report, **_target(file_format, named, metadata(planned), path)}


def _target(
    file_format: Format, named: Sequence[Tensor], about: dict[str, str], path: str | os.PathLike[str]
) -> dict[str, Any]:
    """Return the report's part about the file: its name, its format and its size to the byte."""
    image = file_format.lay_out(named, about)
    sizes = [image.size] if isinstance(image, tuple) else [part.size for part in image.values()]
    return {"file": os.fspath(path), "format": file_format.name, "file_bytes": sum(sizes)}
