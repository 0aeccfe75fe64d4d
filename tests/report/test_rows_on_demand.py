"""The entries of a report are made when they are asked for, each once for a table."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest

import winitgen
from winitgen.api import dry_run
from winitgen.report import summary
from winitgen.report.columns import table
from winitgen.report.rows_on_demand import RowsOnDemand
from winitgen.report.terminal import print_table


def test_entries_are_those_of_a_list() -> None:
    """They have a length, an order, and entries from either end."""
    rows = RowsOnDemand(4, lambda index: {"name": index}, drawn=False)

    assert [{"name": index} for index in range(4)] == list(rows)
    assert [{"name": 3}, {"name": 1}] == [rows[-1], rows[1]]
    assert [{"name": 1}, {"name": 2}] == rows[1:3]
    with pytest.raises(IndexError):
        rows[4]


def test_a_table_makes_each_entry_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planning makes none; the table makes one for each tensor."""
    row, made = summary._row, []

    def counted(tensor: Any, measured: Any) -> dict[str, Any]:
        made.append(tensor.name)
        return row(tensor, measured)

    monkeypatch.setattr(summary, "_row", counted)
    layer = {"type": "dense", "units": 4}
    report = dry_run(winitgen.plan({"input": 4, "layers": [layer] * 30}))
    head_and_rows = table(report)

    assert [] == made

    out = StringIO()
    print_table(*head_and_rows, out)

    assert 60 == len(made) == len(set(made))
    assert 61 == len(out.getvalue().splitlines())


def test_a_report_of_the_library_holds_a_list(tmp_path: Any) -> None:
    """What `write` returns can be stored, and changed, as any plain values."""
    spec = {"input": 3, "layers": [{"type": "dense", "units": 2, "use_bias": False}]}
    tensors = winitgen.write(spec, tmp_path / "w.npz", fsync=False).report["tensors"]

    assert list is type(tensors)
    assert ["dense_0.weight"] == [row["name"] for row in tensors]
