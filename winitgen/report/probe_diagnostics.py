"""The sections of a probe's report on residual streams, attention, the last representation and the first step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from winitgen.report.columns import number
from winitgen.report.page import text
from winitgen.report.table_view import TableView
from winitgen.report.tables import Column, TableCell, TableRow, numeric_column, sortable


class MeanOfSeeds(NamedTuple):
    """The mean of a figure over several seeds, and its standard deviation, with n - 1."""

    mean: float
    std: float


Value = str | int | float | MeanOfSeeds | None
"""A cell: text, a number, or nothing."""


class DiagnosticSection(NamedTuple):
    """A table with its title, and a line that says what its columns mean.

    The ``words`` are the columns of text; the ``optional`` ones are left out where there is no room, the first one first.
    """

    title: str
    meaning: str
    head: tuple[str, ...]
    words: tuple[str, ...]
    values: list[list[Value]]
    optional: tuple[str, ...] = ()

    @property
    def rows(self) -> list[list[str]]:
        """The cells as text."""
        return [[_shown(value) for value in row] for row in self.values]

    def view(self, *, wide: bool) -> TableView:
        """Return how the table is shown on a terminal."""
        return TableView(wide=wide, optional=self.optional, names=self.words, shown_by="--wide")


def sections(report: dict[str, Any]) -> list[DiagnosticSection]:
    """Return the sections of the only run of a report; none if there are several."""
    return run_sections(report["runs"][0]) if len(report["runs"]) == 1 else []


def run_sections(run: dict[str, Any]) -> list[DiagnosticSection]:
    """Return the sections of one run: each only if the run has what it is about."""
    spread = run.get("spread") or {}
    found = [_stream(stream, of) for stream, of in _beside(run.get("streams", ()), spread.get("streams"))]
    makers: dict[str, Callable[[Any, Any], DiagnosticSection]] = {
        "attention": _attention,
        "rank": _rank,
        "step": _step,
    }
    return [
        *found,
        *(make(run[name], spread.get(name)) for name, make in makers.items() if run.get(name)),
    ]


def _beside(
    entries: Sequence[dict[str, Any]], spread: Sequence[Any] | None
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each entry with the spread of its figures over several seeds, which is empty if there is none."""
    for entry, of in zip(entries, spread or [None] * len(entries), strict=True):
        yield entry, of or {}


def _figure(entry: dict[str, Any], spread: dict[str, Any], key: str) -> Value:
    """Return a figure of an entry, with its standard deviation if it has a spread."""
    value: Value = entry[key]
    return MeanOfSeeds(value, spread[key]["std"]) if key in spread and isinstance(value, float) else value


def diagnostics(section: DiagnosticSection) -> str:
    """Return a section of a run as HTML."""
    columns = [Column(title) if title in section.words else numeric_column(title) for title in section.head]
    return (
        f"<h3>{text(section.title.capitalize())}</h3>\n<p>{text(section.meaning.capitalize())}.</p>\n"
        f"{sortable(section.title, columns, [_row(row) for row in section.values])}"
    )


def _row(values: Sequence[Value]) -> TableRow:
    return TableRow([_cell(value) for value in values])


def _cell(value: Value) -> TableCell:
    """Return a cell of the page; a spread stands below its mean, by which the rows are sorted."""
    if isinstance(value, MeanOfSeeds):
        spread = f"<small>±{text(number(value.std))}</small>"
        return TableCell(number(value.mean), value.mean, html=f"{text(number(value.mean))}{spread}")
    return TableCell(_shown(value), None if isinstance(value, str) else value)


def _stream(stream: dict[str, Any], spread: dict[str, Any]) -> DiagnosticSection:
    """Return the table of one residual stream, with a line for each branch."""
    start, std = f"residual stream from {stream['start']}", _figure(stream, spread, "std")
    blocks = _beside(stream["blocks"], spread.get("blocks"))
    return DiagnosticSection(
        start if std is None else f"{start}, std {_shown(std)}",
        "growth is the std of a sum over that at the start; branch / stream compares root mean squares before the sum",
        ("sum", "std", "growth", "branch", "branch std", "branch / stream"),
        ("sum", "branch"),
        [row for block, of in blocks for row in _block(block, of)],
        ("branch std", "std"),
    )


def _block(block: dict[str, Any], spread: dict[str, Any]) -> Iterator[list[Value]]:
    head: list[Value] = [block["sum"], _figure(block, spread, "std"), _figure(block, spread, "growth")]
    for branch, of in _beside(block["branches"], spread.get("branches")):
        yield [*head, branch["layer"], _figure(branch, of, "std"), _figure(branch, of, "ratio")]
        head = ["", None, None]


def _attention(layers: list[dict[str, Any]], spread: list[Any] | None) -> DiagnosticSection:
    return DiagnosticSection(
        "attention",
        "entropy over the log of the number of keys that a query sees, mean over heads and queries: 1 if all keys count alike",
        ("layer", "entropy"),
        ("layer",),
        [[layer["layer"], _figure(layer, of, "entropy")] for layer, of in _beside(layers, spread)],
    )


def _rank(rank: dict[str, Any], spread: dict[str, Any] | None) -> DiagnosticSection:
    return DiagnosticSection(
        "effective rank",
        "exp of the entropy of the singular values over their sum (Roy & Vetterli 2007)",
        ("representation", "effective rank", "at most"),
        ("representation",),
        [[f"{rank['of']} of {rank['layer']}", _figure(rank, spread or {}, "effective"), rank["most"]]],
    )


def _step(step: dict[str, Any], spread: dict[str, Any] | None) -> DiagnosticSection:
    """Return the table of a plain step, with a line for each parameter that is not 0."""
    lost = f"; none is known of {', '.join(step['left_out'])}" if step["left_out"] else ""
    value = "" if step["value"] is None else f", loss {_shown(_figure(step, spread or {}, 'value'))}"
    return DiagnosticSection(
        f"update of one plain step, {step['loss']}, learning rate {number(step['learning_rate'])}{value}",
        f"norm of the update, which is learning rate x gradient, over that of the weights{lost}",
        ("parameter", "weight norm", "gradient norm", "update / weight"),
        ("parameter",),
        [
            [one["id"], *(_figure(one, of, key) for key in ("weight_norm", "gradient_norm", "ratio"))]
            for one, of in _beside(step["parameters"], (spread or {}).get("parameters"))
            if one["weight_norm"]
        ],
        ("weight norm", "gradient norm"),
    )


def _shown(value: Value) -> str:
    """Return a cell as text.

    >>> _shown("fc"), _shown(1024), _shown(0.99992), _shown(None), _shown(MeanOfSeeds(2.0, 0.0312))
    ('fc', '1,024', '0.9999', '', '2 ± 0.0312')
    """
    if isinstance(value, MeanOfSeeds):
        return f"{number(value.mean)} ± {number(value.std)}"
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else number(value)
