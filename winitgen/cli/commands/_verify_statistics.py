"""``winitgen verify --statistics``: test a file from another program against the distributions of a spec."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from winitgen.cli import options, stdio
from winitgen.cli.progress import Waiting
from winitgen.cli.table_options import view_of
from winitgen.errors import UsageError
from winitgen.report.titles import STATISTICS

if TYPE_CHECKING:
    from winitgen.report.table_view import TableView


def run(file: str, spec: str | None, choices: dict[str, Any]) -> int:
    """Test the file, print the result, and return the exit code."""
    if spec is None:
        raise UsageError("--statistics compares FILE with a layer-spec; name SPEC too")
    if choices["digest"]:
        raise UsageError("--digest needs values that are drawn, and --statistics draws none; use one")
    import winitgen

    names = {name: choices[name] for name in ("ignore", "rename", "strip_prefix")}
    names["ideal"] = choices["ideal"]
    planned = options.planned(spec, choices)
    with Waiting("testing"):
        report = winitgen.verify(file, planned, statistics=True, **names)
    agrees = report["verdict"] == "agrees"
    if choices["json_"]:
        from winitgen.report.files import as_json
        from winitgen.report.versions import versioned

        stdio.write_json(as_json(versioned("verify", report)), sys.stdout)
    elif not (agrees and choices["quiet"]):
        show(report, view_of(choices, STATISTICS))
    return 0 if agrees else 1


def show(report: dict[str, Any], view: TableView) -> None:
    """Print the table, and below it the disagreements."""
    from winitgen.errors import printable
    from winitgen.report.columns import number
    from winitgen.report.terminal import print_table

    rows = []
    for row in report["tensors"]:
        planned, measured = row["planned"] or {}, row["measured"] or {}
        values = [planned.get("mean"), planned.get("std"), measured.get("mean"), measured.get("std")]
        cells = ["" if value is None else number(value) for value in values]
        rows.append([printable(row["name"]), f"{row['elements']:,}", row["scheme"], *cells, row["verdict"]])
    print_table(STATISTICS, rows, sys.stdout, view)
    sys.stdout.write("\n" + "".join(f"{printable(line)}\n" for line in _lines(report)))


_NAMED = 3
"""Tensors that a line about a law names."""


def _some(names: list[str]) -> str:
    """Return the first of some names, and how many more there are."""
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest:,} more" if rest > 0 else "")


def _lines(report: dict[str, Any]) -> list[str]:
    from winitgen.audit.ruled_matching import ruled_clause

    lines = [f"{name}: missing" for name in report["missing"]]
    lines += [f"{name}: nothing is planned under this name" for name in report["extra"]]
    lines += [hint for hint in report["hints"] if not hint.startswith("hint: ")]
    for row in report["tensors"]:
        lines += [f"{row['name']}: {line}" for line in (*row["why"], *row["hints"])]
    lines += [f"note: {law['law']}: {_some(law['tensors'])}" for law in report["laws"]]
    count, level = report["tests"], round(1 / report["level"])
    result = "agrees with" if report["verdict"] == "agrees" else "differs from"
    return [
        *lines,
        f"{report['file']} {result} the spec: {count:,} tests, at most one false alarm in {level:,} files"
        + ruled_clause(report),
        *(hint for hint in report["hints"] if hint.startswith("hint: ")),
    ]
