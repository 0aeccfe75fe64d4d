"""The tables of the probe's page: runs with verdicts, and layers with statistics."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from winitgen.report import probe_spread
from winitgen.report.columns import number
from winitgen.report.page import name, text
from winitgen.report.probe_table import saturated
from winitgen.report.probe_thresholds import margin
from winitgen.report.tables import Column, TableCell, TableRow, numeric_column, sortable

VERDICTS = ("healthy", "vanishing", "exploding", "saturating", "dead")
"""Each is also a class in the style sheet."""


class _LayerColumn(NamedTuple):
    """A column of the layers' table: its headings, the path to its value in the report, and its CSS class."""

    group: str
    title: str
    path: tuple[str, ...]
    show: Callable[[float], str] = number
    kind: str = "number"


def _percent(share: float) -> str:
    """Return a share as a percentage.

    >>> _percent(0.79132), _percent(0.0)
    ('79.1 %', '0 %')
    """
    return f"{100 * share:.3g} %"


def _theory(group: str, title: str, *path: str) -> _LayerColumn:
    return _LayerColumn(group, title, path, kind="number theory")


_COLUMNS = (
    _LayerColumn("", "units", ("units",), lambda units: f"{units:,}"),
    _LayerColumn("pre-activation", "mean", ("pre", "mean")),
    _theory("pre-activation", "theory", "pre", "predicted_mean"),
    _LayerColumn("pre-activation", "std", ("pre", "std")),
    _theory("pre-activation", "theory", "pre", "predicted_std"),
    _LayerColumn("activation", "mean", ("out", "mean")),
    _theory("activation", "theory", "out", "predicted_mean"),
    _LayerColumn("activation", "std", ("out", "std")),
    _theory("activation", "theory", "out", "predicted_std"),
    _LayerColumn("gradient", "std", ("gradient", "std")),
    _theory("gradient", "theory", "gradient", "predicted_std"),
    _LayerColumn("share", "saturated", ("saturated",), _percent),
    _LayerColumn("share", "at the ends", ("at_the_ends",), _percent),
    _LayerColumn("share", "dead", ("dead",), _percent),
    _LayerColumn("gain forward", "measured", ("gain", "forward")),
    _theory("gain forward", "theory", "gain", "predicted_forward"),
    _LayerColumn("gain backward", "measured", ("gain", "backward")),
    _theory("gain backward", "theory", "gain", "predicted_backward"),
    _LayerColumn("", "scatter expected", ("scatter",), _percent),
    _LayerColumn("", "condition", ("condition",)),
)


def anchor(number: int) -> str:
    """Return the id of the section about a run; ``number`` counts the runs from 1."""
    return f"run-{number}"


def layers(rows: Sequence[dict[str, Any]], found: Mapping[str, str], caption: str) -> str:
    """Return the table of one run's layers; those with a verdict in ``found`` are highlighted.

    Columns in which no layer has a value are left out.
    """
    shown = [column for column in _COLUMNS if any(_value(row, column) is not None for row in rows)]
    columns = [Column("layer"), Column("type"), Column("activation")]
    columns += [numeric_column(column.title, column.group, column.kind) for column in shown]
    return sortable(caption, columns, [_layer(row, shown, found.get(row["layer"], "")) for row in rows])


def _layer(row: dict[str, Any], shown: Sequence[_LayerColumn], verdict: str) -> TableRow:
    mark = f' <small class="{_class(verdict)}">{text(verdict)}</small>' if verdict else ""
    cells = [
        TableCell(row["layer"], html=name(row["layer"]) + mark),
        TableCell(row["type"]),
        TableCell(row["activation"]),
    ]
    for column in shown:
        value = _value(row, column)
        cells.append(TableCell("") if value is None else _cell(row, column, value))
    return TableRow(cells, flagged=bool(verdict))


def _cell(row: dict[str, Any], column: _LayerColumn, value: float) -> TableCell:
    """Return the cell of a number, with its spread over several seeds below it."""
    shown, spread = column.show(value), probe_spread.in_cell(row, column.path, column.show)
    return TableCell(shown, value, html=f"{text(shown)}{spread}" if spread else "")


def _value(row: dict[str, Any], column: _LayerColumn) -> float | None:
    """Return a layer's value in a column, or None if it has none."""
    if column.path == ("saturated",):
        return saturated(row)
    if column.path == ("scatter",) and "spread" not in row:
        return None  # of one seed a note names the layers for which it is large
    value: Any = row
    for key in column.path:
        value = None if value is None else value.get(key)
    number: float | None = value
    return number


def verdicts(report: dict[str, Any]) -> str:
    """Return the table of the runs: the verdict of each, the layer where it starts, and the findings."""
    several = len(report["runs"]) > 1
    columns = [
        Column("run"),
        Column("verdict"),
        Column("starts at"),
        Column("margin"),
        Column("findings", "wrap"),
    ]
    if report["variable"]:
        columns.insert(1, numeric_column(report["variable"]))
    rows = [
        _verdict(run, index if several else None, bool(report["variable"]))
        for index, run in enumerate(report["runs"], 1)
    ]
    return sortable(
        "Each run, its verdict, and the layer where it starts" if several else "The verdict", columns, rows
    )


def _verdict(run: dict[str, Any], section: int | None, varied: bool) -> TableRow:
    label = run["label"] or "the spec as written"
    link = name(label) if section is None else f'<a href="#{anchor(section)}">{name(label)}</a>'
    texts = "".join(
        f"<li>{name(finding['layer'])}: {name(finding['text'])}</li>" for finding in run["findings"]
    )
    cells = [
        TableCell(label, html=link),
        TableCell(run["verdict"], html=_verdict_html(run)),
        TableCell(_start(run)),
        TableCell(margin(run)),
        TableCell("", html=f'<ul class="findings">{texts}</ul>' if texts else "none"),
    ]
    if varied:
        value = run["value"]
        cells.insert(1, TableCell("") if value is None else TableCell(number(value), value))
    return TableRow(cells)


def _start(run: dict[str, Any]) -> str:
    """Return the layer of the first finding with the run's verdict, or nothing."""
    starts: list[str] = [
        finding["layer"] for finding in run["findings"] if finding["verdict"] == run["verdict"]
    ]
    return starts[0] if starts else ""


def _verdict_html(run: dict[str, Any]) -> str:
    """Return the verdict of a run in its colour; of several seeds, also how many have which."""
    shown = badge(run["verdict"])
    return f"{shown}<small>{text(probe_spread.verdict(run))}</small>" if run.get("by_seed") else shown


def badge(verdict: str) -> str:
    """Return a verdict in its colour."""
    return f'<span class="{_class(verdict)}">{text(verdict)}</span>'


def _class(verdict: str) -> str:
    """Return the CSS classes of a verdict; an unknown one has no colour."""
    return f"verdict {verdict}" if verdict in VERDICTS else "verdict"
