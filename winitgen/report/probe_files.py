"""The probe's plots and reports as files, in the form their names' endings ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from winitgen.report.files import as_json, check_place, ending_of, replace

PLOTS = (".png", ".svg", ".html")
"""The endings of a plot; a page holds the report too."""


def _as_markdown(report: dict[str, Any]) -> str:
    from winitgen.report import probe_markdown

    return probe_markdown.render(report)


def _as_html(report: dict[str, Any], **choice: Any) -> str:
    from winitgen.report import probe_html
    from winitgen.report.plots.figures import described

    return probe_html.render(report, described(report, **choice))


FORMS: dict[str, Callable[[dict[str, Any]], str]] = {
    ".json": as_json,
    ".md": _as_markdown,
    ".html": _as_html,
}
"""The forms of a report by the ending of the file's name."""


def check_files(
    spec: str, samples: str | None, plots: Sequence[str], figures: Sequence[str], reports: Sequence[str]
) -> None:
    """Raise `UsageError` unless every plot and report can be written, to a place of its own.

    That includes the figures asked for, and matplotlib, which plots and pages need.
    """
    from winitgen.probing.inputs import split_path

    taken = {"the layer-spec": spec, "the samples": None if samples is None else split_path(samples)[0]}
    for what, paths, endings in (("plot", plots, PLOTS), ("report", reports, tuple(FORMS))):
        for path in paths:
            check_place(path, what, endings, taken)
            taken[f"another {what}, {path}"] = path
    if figures:
        from winitgen.report.plots.figures import check_names

        check_names(figures)
    if plots or any(ending_of(path) == ".html" for path in reports):
        from winitgen.report.plots.figures import check

        check()


def write_plot(
    report: dict[str, Any], path: str, *, figures: Sequence[str] = (), layer: str | None = None
) -> None:
    """Replace ``path`` by the plots; raise `OutputError` where that fails.

    ``figures`` are the only ones to be drawn, where any are named; ``layer`` is the one that the deck's
    shows, left out the first with a kernel. Raises `UsageError` where nothing of the kind was measured.
    """
    from winitgen.report.plots.figures import image

    if ending_of(path) == ".html":
        content = _as_html(report, wanted=figures, layer=layer).encode(errors="backslashreplace")
    else:
        content = image(report, ending_of(path), wanted=figures, layer=layer)
    replace(path, content)


def write_report(report: dict[str, Any], path: str) -> None:
    """Replace ``path`` by the report, whole or not at all; raise `OutputError` where that fails."""
    replace(path, FORMS[ending_of(path)](report).encode(errors="backslashreplace"))
