"""The tables of the probe's page: the runs with their verdicts, the layers with their figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from winitgen.report.columns import number
from winitgen.report.page import name, text
from winitgen.report.tables import Column, TableCell, TableRow, figures, sortable

VERDICTS = ("healthy", "vanishing", "exploding", "saturating", "dead")
"""Each is a class of the style sheet."""


class _Figure(NamedTuple):
    """A column of the layers' table: where its figure stands, and whether theory or measurement says it."""

    group: str
    title: str
    path: tuple[str, ...]
    show: Callable[[float], str] = number
    kind: str = "number"


def _percent(share: float) -> str:
    """Return a share of 1.

    >>> _percent(0.79132), _percent(0.0)
    ('79.1 %', '0 %')
    """
    return f"{100 * share:.3g} %"


def _theory(group: str, title: str, *path: str) -> _Figure:
    return _Figure(group, title, path, kind="number theory")


_FIGURES = (
    _Figure("", "units", ("units",), lambda units: f"{units:,}"),
    _Figure("pre-activation", "mean", ("pre", "mean")),
    _theory("pre-activation", "theory", "pre", "predicted_mean"),
    _Figure("pre-activation", "std", ("pre", "std")),
    _theory("pre-activation", "theory", "pre", "predicted_std"),
    _Figure("activation", "mean", ("out", "mean")),
    _theory("activation", "theory", "out", "predicted_mean"),
    _Figure("activation", "std", ("out", "std")),
    _theory("activation", "theory", "out", "predicted_std"),
    _Figure("gradient", "std", ("gradient", "std")),
    _theory("gradient", "theory", "gradient", "predicted_std"),
    _Figure("share", "saturated", ("saturated",), _percent),
    _Figure("share", "extreme", ("extreme",), _percent),
    _Figure("share", "dead", ("dead",), _percent),
    _Figure("gain forward", "measured", ("gain", "forward")),
    _theory("gain forward", "theory", "gain", "predicted_forward"),
    _Figure("gain backward", "measured", ("gain", "backward")),
    _theory("gain backward", "theory", "gain", "predicted_backward"),
    _Figure("", "condition", ("condition",)),
)


def anchor(place: int) -> str:
    """Return the id of the section about a run, the first of which is 1."""
    return f"run-{place}"


def layers(rows: Sequence[dict[str, Any]], found: Mapping[str, str], caption: str) -> str:
    """Return the table of one run's layers; ``found`` has the verdicts on some, which stand out.

    Columns in which no layer has a figure are left out.
    """
    shown = [figure for figure in _FIGURES if any(_value(row, figure) is not None for row in rows)]
    columns = [Column("layer"), Column("type"), Column("activation")]
    columns += [figures(figure.title, figure.group, figure.kind) for figure in shown]
    return sortable(caption, columns, [_layer(row, shown, found.get(row["layer"], "")) for row in rows])


def _layer(row: dict[str, Any], shown: Sequence[_Figure], verdict: str) -> TableRow:
    mark = f' <small class="{_class(verdict)}">{text(verdict)}</small>' if verdict else ""
    cells = [
        TableCell(row["layer"], html=name(row["layer"]) + mark),
        TableCell(row["type"]),
        TableCell(row["activation"]),
    ]
    for figure in shown:
        value = _value(row, figure)
        cells.append(TableCell("") if value is None else TableCell(figure.show(value), value))
    return TableRow(cells, flagged=bool(verdict))


def _value(row: dict[str, Any], figure: _Figure) -> float | None:
    """Return a layer's figure, or None where it has none."""
    value: Any = row
    for key in figure.path:
        value = None if value is None else value[key]
    number: float | None = value
    return number


def verdicts(report: dict[str, Any]) -> str:
    """Return the table of the runs: what came of each, where it starts, and why."""
    several = len(report["runs"]) > 1
    columns = [Column("run"), Column("verdict"), Column("starts at"), Column("findings", "wrap")]
    if report["variable"]:
        columns.insert(1, figures(report["variable"]))
    rows = [
        _verdict(run, place if several else None, bool(report["variable"]))
        for place, run in enumerate(report["runs"], 1)
    ]
    return sortable(
        "Each run, its verdict, and where that starts" if several else "The verdict", columns, rows
    )


def _verdict(run: dict[str, Any], place: int | None, varied: bool) -> TableRow:
    label = run["label"] or "the spec as it stands"
    link = name(label) if place is None else f'<a href="#{anchor(place)}">{name(label)}</a>'
    texts = "".join(
        f"<li>{name(finding['layer'])}: {name(finding['text'])}</li>" for finding in run["findings"]
    )
    cells = [
        TableCell(label, html=link),
        TableCell(run["verdict"], html=badge(run["verdict"])),
        TableCell(_start(run)),
        TableCell("", html=f'<ul class="findings">{texts}</ul>' if texts else "none"),
    ]
    if varied:
        value = run["value"]
        cells.insert(1, TableCell("") if value is None else TableCell(number(value), value))
    return TableRow(cells)


def _start(run: dict[str, Any]) -> str:
    """Return the layer of the first finding that bears the run's verdict, or nothing."""
    starts: list[str] = [
        finding["layer"] for finding in run["findings"] if finding["verdict"] == run["verdict"]
    ]
    return starts[0] if starts else ""


def badge(verdict: str) -> str:
    """Return a verdict as a coloured word."""
    return f'<span class="{_class(verdict)}">{text(verdict)}</span>'


def _class(verdict: str) -> str:
    """Return the classes of a verdict, of which those that are not known have no colour."""
    return f"verdict {verdict}" if verdict in VERDICTS else "verdict"
