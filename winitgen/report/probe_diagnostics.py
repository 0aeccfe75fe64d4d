"""The sections of a probe's report on residual streams, attention, the last representation and the first step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from winitgen.report.columns import number
from winitgen.report.page import text
from winitgen.report.tables import Column, TableCell, TableRow, numeric_column, sortable

Value = str | int | float | None
"""A cell: text, a number, or nothing."""


class DiagnosticSection(NamedTuple):
    """A table with its title, and a line that says what its columns mean; the ``words`` are the columns of text."""

    title: str
    meaning: str
    head: tuple[str, ...]
    words: tuple[str, ...]
    values: list[list[Value]]

    @property
    def rows(self) -> list[list[str]]:
        """The cells as text."""
        return [[_shown(value) for value in row] for row in self.values]


def sections(report: dict[str, Any]) -> list[DiagnosticSection]:
    """Return the sections of the only run of a report; none if there are several."""
    return run_sections(report["runs"][0]) if len(report["runs"]) == 1 else []


def run_sections(run: dict[str, Any]) -> list[DiagnosticSection]:
    """Return the sections of one run: each only if the run has what it is about."""
    found = [_stream(stream) for stream in run.get("streams", ())]
    makers: dict[str, Callable[[Any], DiagnosticSection]] = {
        "attention": _attention,
        "rank": _rank,
        "step": _step,
    }
    return [*found, *(make(run[name]) for name, make in makers.items() if run.get(name))]


def diagnostics(section: DiagnosticSection) -> str:
    """Return a section of a run as HTML."""
    columns = [Column(title) if title in section.words else numeric_column(title) for title in section.head]
    return (
        f"<h3>{text(section.title.capitalize())}</h3>\n<p>{text(section.meaning.capitalize())}.</p>\n"
        f"{sortable(section.title, columns, [_row(row) for row in section.values])}"
    )


def _row(values: Sequence[Value]) -> TableRow:
    return TableRow([TableCell(_shown(value), None if isinstance(value, str) else value) for value in values])


def _stream(stream: dict[str, Any]) -> DiagnosticSection:
    """Return the table of one residual stream, with a line for each branch."""
    start = f"residual stream from {stream['start']}"
    return DiagnosticSection(
        start if stream["std"] is None else f"{start}, std {number(stream['std'])}",
        "growth is the std of a sum over that at the start; branch / stream compares root mean squares before the sum",
        ("sum", "std", "growth", "branch", "branch std", "branch / stream"),
        ("sum", "branch"),
        [row for block in stream["blocks"] for row in _block(block)],
    )


def _block(block: dict[str, Any]) -> Iterator[list[Value]]:
    head: list[Value] = [block["sum"], block["std"], block["growth"]]
    for branch in block["branches"]:
        yield [*head, branch["layer"], branch["std"], branch["ratio"]]
        head = ["", None, None]


def _attention(layers: list[dict[str, Any]]) -> DiagnosticSection:
    return DiagnosticSection(
        "attention",
        "entropy over the log of the number of keys that a query sees, mean over heads and queries: 1 if all keys count alike",
        ("layer", "entropy"),
        ("layer",),
        [[layer["layer"], layer["entropy"]] for layer in layers],
    )


def _rank(rank: dict[str, Any]) -> DiagnosticSection:
    return DiagnosticSection(
        "effective rank",
        "exp of the entropy of the singular values over their sum (Roy & Vetterli 2007)",
        ("representation", "effective rank", "at most"),
        ("representation",),
        [[f"{rank['of']} of {rank['layer']}", rank["effective"], rank["most"]]],
    )


def _step(step: dict[str, Any]) -> DiagnosticSection:
    """Return the table of a plain step, with a line for each parameter that is not 0."""
    lost = f"; none is known of {', '.join(step['left_out'])}" if step["left_out"] else ""
    value = "" if step["value"] is None else f", loss {number(step['value'])}"
    return DiagnosticSection(
        f"update of one plain step, {step['loss']}, learning rate {number(step['learning_rate'])}{value}",
        f"norm of the update, which is learning rate x gradient, over that of the weights{lost}",
        ("parameter", "weight norm", "gradient norm", "update / weight"),
        ("parameter",),
        [
            [one["id"], one["weight_norm"], one["gradient_norm"], one["ratio"]]
            for one in step["parameters"]
            if one["weight_norm"]
        ],
    )


def _shown(value: Value) -> str:
    """Return a cell as text.

    >>> _shown("fc"), _shown(1024), _shown(0.99992), _shown(None)
    ('fc', '1,024', '0.9999', '')
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else number(value)
