"""The lines about tensors that were not read: grouped by their reasons, and never without a name."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import winitgen
from winitgen.audit.inspect.report import compact_report
from winitgen.report import diff_table, inspect_foot, inspect_table
from winitgen.report.unread import reasons


def test_names_are_grouped_by_reason() -> None:
    """Three names stand for each reason, ten reasons are told, and the others are counted."""
    rows = [(f"w{number}", "it is odd") for number in range(1234)]
    many = [(f"v{number}", f"reason {number}") for number in range(14)]

    assert ["not read: w0, w1, w2 and 1,231 more: it is odd"] == list(reasons(rows))
    assert [
        *(f"not read: v{number}: reason {number}" for number in range(10)),
        "not read: 4 more, for other reasons",
    ] == list(reasons(many))
    assert ["not read: (no name), a\\nb: what\\x1b"] == list(
        reasons([("", "what\x1b"), ("a\nb", "what\x1b")])
    )


def test_where_they_stand(tmp_path: Path) -> None:
    """Below the table of all tensors, in the details of one, and below a comparison."""
    np.savez(tmp_path / "w.npz", t=np.array(["ab"]), w=np.float32([1.0]))
    report = winitgen.inspect(tmp_path / "w.npz")
    compact = compact_report(str(tmp_path / "w.npz"))["tensors"]
    (one,) = winitgen.inspect(tmp_path / "w.npz", tensor="t")["tensors"]
    compared = winitgen.diff(tmp_path / "w.npz", tmp_path / "w.npz")
    head, rows = diff_table.table(compared)

    line = "not read: t: its values are text, not numbers"
    assert line == list(inspect_foot.foot(report, unread=compact.unread(), some_complex=False))[-1]
    assert ["t: 1, str64, 8 B", line] == list(inspect_table.detail(one, bars=" .:"))
    assert (["tensor", "differs in", "A", "B"], [["t", "not compared", "1 str64", "1 str64"]]) == (head, rows)
    assert "1 tensor equal in all bits, 1 not compared" == diff_table.summary(compared)
    assert ["not read: t: in A, its values are text, not numbers"] == list(diff_table.unread_lines(compared))
