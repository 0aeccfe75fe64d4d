"""A plan into a file: the format by the path's ending, what the file says of itself, the report."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.errors import UsageError
from winitgen.layouts import LAYOUTS
from winitgen.layouts.tensor import Tensor
from winitgen.numeric.dtypes import DTYPES
from winitgen.planning.plan import STREAM, Plan

if TYPE_CHECKING:
    from winitgen.files.digests import Digests
    from winitgen.files.formats.format import Format
    from winitgen.numeric.statistics import Statistics

STDOUT = "-"
"""The path that stands for standard output."""


class Written(NamedTuple):
    """What `write` did: ``status`` is ``written``, or ``unchanged`` where exactly these bytes stood."""

    status: str
    report: dict[str, Any]


def tensors(planned: Plan) -> list[Tensor]:
    """Return the tensors of a plan, by the names of its layout, in the order of the spec."""
    return LAYOUTS[planned.layout].tensors(planned)


def size_of(planned: Plan) -> int:
    """Return the bytes of all values of a plan."""
    return sum(tensor.size * DTYPES[tensor.dtype].itemsize for tensor in tensors(planned))


def metadata(planned: Plan) -> dict[str, str]:
    """Return what the file says about itself: the framework, and how to draw the same values again.

    No clock, host, path or version: the same plan gives the same bytes everywhere.
    """
    import json

    provenance = {
        "dtype": planned.dtype,
        "layout": planned.layout,
        "seed": planned.seed,
        "spec": planned.spec,
        "stream": STREAM,
    }
    text = json.dumps(provenance, sort_keys=True, separators=(",", ":"))
    return {"format": LAYOUTS[planned.layout].framework, "winitgen": text}


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


def digests_of(
    planned: Plan, named: Sequence[Tensor], seen: Digests, threads: int | None = None
) -> dict[str, str]:
    """Return the content digest and the parameters digest of a model all of whose tensors were seen."""
    from winitgen.files import digests

    parts = [
        digests.DigestedArray(tensor.name, tensor.dtype, tensor.shape, seen.of(index))
        for index, tensor in enumerate(named)
    ]
    parameters = digests.of_parameters(planned.parameters, named, seen, threads=threads or processors())
    return {"content": digests.content(parts), "parameters": digests.parameters(parameters)}


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


def format_of(path: str | os.PathLike[str], name: str | None) -> Format:
    """Return the format of this name, else the one of the path's ending; safetensors down a pipe."""
    from winitgen.files.formats import by_name, by_path

    if not os.fspath(path) or "\0" in os.fspath(path):
        raise UsageError("an output has a name, without a NUL character in it")
    if name is None and os.fspath(path) == STDOUT:
        name = "safetensors"
    return by_name(name) if name else by_path(path)


def threads_of(asked: int | None) -> int:
    """Return the threads asked for, or one for each processor; raise `UsageError` for what is no number of them."""
    if asked is not None and (not isinstance(asked, int) or asked < 1):
        raise UsageError(f"threads is a whole number of at least 1, not {asked}")
    return asked or processors()


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
