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


def _as_html(report: dict[str, Any]) -> str:
    from winitgen.plotting.figures import described
    from winitgen.report import probe_html

    return probe_html.render(report, described(report))


FORMS: dict[str, Callable[[dict[str, Any]], str]] = {
    ".json": as_json,
    ".md": _as_markdown,
    ".html": _as_html,
}
"""The forms of a report by the ending of the file's name."""


def check_files(spec: str, samples: str | None, plots: Sequence[str], reports: Sequence[str]) -> None:
    """Raise `UsageError` unless every plot and report can be written, to a place of its own.

    That includes matplotlib, which plots and pages need.
    """
    taken = {"the layer-spec": spec, "the samples": samples}
    for what, paths, endings in (("plot", plots, PLOTS), ("report", reports, tuple(FORMS))):
        for path in paths:
            check_place(path, what, endings, taken)
            taken[f"another {what}, {path}"] = path
    if plots or any(ending_of(path) == ".html" for path in reports):
        from winitgen.plotting.figures import check

        check()


def write_plot(report: dict[str, Any], path: str) -> None:
    """Replace ``path`` by the plots, on one page; raise `OutputError` where that fails."""
    if ending_of(path) == ".html":
        write_report(report, path)
        return
    from winitgen.plotting.figures import image

    replace(path, image(report, ending_of(path)))


def write_report(report: dict[str, Any], path: str) -> None:
    """Replace ``path`` by the report, whole or not at all; raise `OutputError` where that fails."""
    replace(path, FORMS[ending_of(path)](report).encode(errors="backslashreplace"))
