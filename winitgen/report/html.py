"""The report of drawn weights as one HTML page."""

from __future__ import annotations

from typing import Any

from winitgen.report import svg
from winitgen.report.columns import NUMERIC, number, shard_lines, size, sort_keys, table
from winitgen.report.constants import folded, is_constant
from winitgen.report.glossary import OF_WEIGHTS, glossary
from winitgen.report.page import command, facts, layer_spec, listed, name, notes, page, section, text
from winitgen.report.tables import Column, TableCell, TableRow, numeric_column, sortable
from winitgen.report.titles import MEASURED

_FOOTER = "The same layer-spec, seed, number format and layout give the same bytes on every machine."


def render(report: dict[str, Any], spec: str = "") -> str:
    """Return the report as a page that is readable without a network and without its script.

    ``spec`` is the text of the layer-spec, which the page shows too.
    """
    parts = (
        _summary(report),
        notes(report["notes"]),
        listed("Shards", shard_lines(report)),
        section("Tensors", _table(report)),
        _histograms(report["tensors"]),
        command(report["command"]),
        layer_spec(spec),
        glossary(OF_WEIGHTS),
    )
    return page(report["model"], "Initial weights", parts, _FOOTER)


def _summary(report: dict[str, Any]) -> str:
    totals = report["totals"]
    pairs = [
        ("Tensors", f"{totals['tensors']:,}"),
        ("Values", f"{totals['elements']:,}"),
        ("Size", size(totals["bytes"])),
        ("Seed", str(report["seed"])),
        ("Number format", report["dtype"]),
        ("Layout", report["layout"]),
        ("Stream", str(report["stream"])),
    ]
    if "file" in report:
        file = "standard output" if report["file"] == "-" else report["file"]
        pairs.append(("File", f"{file} ({report['format']}, {report['file_bytes']:,} bytes)"))
    for kind, digest in report.get("digests", {}).items():
        pairs.append((f"{kind.capitalize()} digest", digest))
    if report.get("recipe"):
        pairs.append(("Recipe, SHA-256", report["recipe"]))
    return facts(pairs)


def _table(report: dict[str, Any]) -> str:
    head, rows = table(report)
    columns = [_column(title) for title in head]
    return sortable(
        "Each tensor as planned and, if values were drawn, as measured",
        columns,
        [
            TableRow([_cell(*parts, tensor) for parts in zip(columns, cells, keys, strict=True)])
            for cells, keys, tensor in zip(rows, sort_keys(report), report["tensors"], strict=True)
        ],
    )


def _cell(column: Column, cell: str, key: float | None, tensor: dict[str, Any]) -> TableCell:
    """Return one cell; the formula of a scheme is on a line of its own."""
    if column.title != "scheme":
        return TableCell(cell, key)
    return TableCell(cell, html=f"{name(tensor['scheme'])} <small>{text(tensor['formula'])}</small>")


def _column(title: str) -> Column:
    """Return a column of the table; planned and measured statistics are grouped."""
    if title in ("mean", "std"):
        return numeric_column(title, "planned")
    if title in MEASURED:
        return numeric_column(title.removeprefix("measured "), "measured")
    if title in NUMERIC:
        return numeric_column(title)
    return Column(title, "wrap" if title == "scheme" else "", numeric=title == "shape")


def _histograms(rows: list[dict[str, Any]]) -> str:
    """Return the histograms of all tensors, or nothing if nothing was counted."""
    counted = [row for row in rows if row["histogram"]]
    if not counted:
        return ""
    grid = "\n".join(_figure(row) for row in counted if not is_constant(row["histogram"]))
    constant = folded((row["name"], row["histogram"]) for row in counted if is_constant(row["histogram"]))
    shown = f'{_LEGEND}\n<div class="grid">\n{grid}\n</div>\n' if grid else ""
    return section("Histograms", shown + constant)


_LEGEND = (
    "<p>Bars: the values drawn; the outermost bars also count the values beyond the ends. "
    "Line: the density they were drawn from, if normal, truncated normal or uniform.</p>"
)


def _figure(row: dict[str, Any]) -> str:
    """Return one histogram with its caption."""
    histogram, measured = row["histogram"], row["measured"]
    title = f"Histogram of {row['name']}: {row['elements']:,} values from {number(measured['min'])} to {number(measured['max'])}"
    about = f"{row['scheme']}, {row['elements']:,} value{'' if row['elements'] == 1 else 's'}"
    return (
        f"<figure>\n<figcaption>{name(row['name'])}<small>{text(about)}</small></figcaption>\n"
        f"{svg.histogram(histogram, row['density'], title)}\n</figure>"
    )
