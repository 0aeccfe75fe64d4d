"""The probe's plots and reports as files, in the form given by the endings of their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from winitgen.report.files import Place, as_json, check_path, ending_of, read_from, replace
from winitgen.report.versions import versioned

if TYPE_CHECKING:
    from winitgen.report.plots.paper import Paper

PLOTS = (".png", ".svg", ".pdf", ".html")
"""The endings of a plot; an HTML page also contains the report."""


def _probe_json(report: dict[str, Any], _: str) -> str:
    return as_json(versioned("probe", report))


def _as_markdown(report: dict[str, Any], _: str) -> str:
    from winitgen.report import probe_markdown

    return probe_markdown.render(report)


def _as_html(report: dict[str, Any], spec: str, **choice: Any) -> str:
    from winitgen.report import probe_html
    from winitgen.report.plots.figures import described

    return probe_html.render(report, described(report, **choice), spec)


FORMS: dict[str, Callable[[dict[str, Any], str], str]] = {
    ".json": _probe_json,
    ".md": _as_markdown,
    ".html": _as_html,
}
"""The form of a report for each ending of a file name, made of it and the text of its layer-spec."""


def check_files(
    spec: str, samples: str | None, plots: Sequence[str], figures: Sequence[str], reports: Sequence[str]
) -> None:
    """Raise `UsageError` unless every plot and report can be written, each to a path of its own.

    Also checks the names of the figures, and that matplotlib is installed if it is needed.
    """
    from winitgen.probing.sample_files import split_path

    taken: dict[str, Place] = {
        "the layer-spec": read_from(spec),
        "the samples": None if samples is None else split_path(samples)[0],
    }
    for what, paths, endings in (("plot", plots, PLOTS), ("report", reports, tuple(FORMS))):
        for path in paths:
            check_path(path, what, endings, taken)
            taken[f"another {what}, {path}"] = path
    if figures:
        from winitgen.report.plots.figures import check_names

        check_names(figures)
    if plots or any(ending_of(path) == ".html" for path in reports):
        from winitgen.report.plots.figures import check

        check()


def write_plot(
    report: dict[str, Any],
    path: str,
    *,
    figures: Sequence[str] = (),
    layer: str | None = None,
    layers: Sequence[str] = (),
    paper: Paper | None = None,
    spec: bytes = b"",
) -> None:
    """Replace ``path`` by the plots; raise `OutputError` if that fails.

    ``figures`` are the names of the figures to draw, by default all; ``layer`` is the layer in the figure ``deck``, by default the
    first with a kernel; ``layers`` are patterns of the layers to draw, and ``paper`` is the page, but of HTML, which
    shows ``spec``, the text of the layer-spec. Raises `UsageError` if no such figure or layer can be drawn.
    """
    from winitgen.report.plots.figures import page_file

    which: dict[str, Any] = {"wanted": figures, "layer": layer, "layers": layers}
    if ending_of(path) == ".html":
        shown = _as_html(report, spec.decode(errors="replace"), **which)
        content = shown.encode(errors="backslashreplace")
    else:
        content = page_file(report, ending_of(path), **which, paper=paper)
    replace(path, content)


def write_report(report: dict[str, Any], path: str, spec: bytes = b"") -> None:
    """Replace ``path`` by the report, completely or not at all; raise `OutputError` if that fails.

    A page shows ``spec``, the text of the layer-spec.
    """
    content = FORMS[ending_of(path)](report, spec.decode(errors="replace"))
    replace(path, content.encode(errors="backslashreplace"))
