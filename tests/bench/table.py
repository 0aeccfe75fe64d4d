"""The table in the terminal: a line for each contender of each piece of work."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from tests.bench.results import OURS, Entry, Results, Row


def number(value: float) -> str:
    """Return three digits, without an exponent."""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:#.3g}".rstrip(".") if value >= 0.001 else f"{value:.5f}"


def ratio(value: float | None) -> str:
    """Return a ratio of two or three digits, or nothing."""
    return "" if value is None else f"{value:.0f}x" if value >= 10 else f"{value:.2f}x"


def quartiles(entry: Entry) -> str:
    """Return both quartiles."""
    return " to ".join(map(number, entry.quartiles))


def show(results: Results) -> None:
    """Print where the run was made, and a line for each contender of each piece of work."""
    console = Console(width=300)  # as wide as the table: what is narrower cuts no figure
    for line in heading(results):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="")
    for title in ("work", "contender"):
        table.add_column(title, no_wrap=True)
    for title in ("median", "unit", "quartiles", "ratio", "processor s", "peak MB", ""):
        left = title in ("unit", "")
        table.add_column(title, justify="left" if left else "right", no_wrap=True)
    for group, rows in results.groups().items():
        table.add_section()
        table.add_row("")
        table.add_row(group.upper())
        for row in rows:
            for position, entry in enumerate(row.entries):
                table.add_row("" if position else row.work, *line_of(row, entry))
    console.print(table, highlight=False, markup=False)


def line_of(row: Row, entry: Entry) -> list[str]:
    """Return the cells of a contender: with how many times winitgen's median its own is."""
    if not entry.figures:
        return [entry.name, "-", "", "", "", "", "", entry.note]
    rest = [f"{max(entry.megabytes):.0f}"] if entry.megabytes else [""]
    processor = [number(Entry("", "", entry.processor).median)] if entry.processor else [""]
    return [
        entry.name,
        number(entry.median),
        row.unit,
        quartiles(entry) if len(entry.figures) > 1 else "",
        "" if entry.kind == OURS else ratio(row.ratio(entry)),
        *processor,
        *rest,
        entry.note,
    ]


def heading(results: Results) -> list[str]:
    """Return the lines on date, machine and versions."""
    where = "; ".join(f"{name} {value}" for name, value in results.machine.items())
    which = "; ".join(f"{name} {value}" for name, value in results.versions.items())
    size = ", small sizes, other libraries once (--quick)" if results.quick else ""
    return [
        f"{results.date}: medians of {results.runs} run{'s' * (results.runs > 1)} in turn{size}. {where}.",
        f"{which}.",
        "ratio: the median divided by winitgen's; above 1, winitgen took less.",
    ]
