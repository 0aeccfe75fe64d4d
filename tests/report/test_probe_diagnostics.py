"""The sections on streams, attention, rank and the first step: their spread over seeds, and their tables on a terminal."""

from __future__ import annotations

import io
import re
import statistics
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.report.test_fitting import Terminal
from winitgen.report import probe_html
from winitgen.report.probe_diagnostics import run_sections
from winitgen.report.terminal import print_table

SEEDS = 4


@cache
def reports() -> list[dict[str, Any]]:
    """Return the report of four seeds of a small transformer with a plain step, and those of each of the seeds."""
    spec = Path("specs/gpt2.yaml")
    call: dict[str, Any] = {"samples": 4, "loss": "mse"}
    together = winitgen.probe(spec, seeds=SEEDS, **call)
    return [together, *(winitgen.probe(spec, seed=seed, **call) for seed in together["seeds"])]


def test_each_figure_has_its_spread_over_the_seeds() -> None:
    """Means, and standard deviations with n - 1, of the cells that the reports of each seed have; a count has none."""
    tables = [run_sections(one["runs"][0]) for one in reports()]
    seen = set()
    for together, *alone in zip(*tables, strict=True):
        for row, *rows in zip(together.values, *(one.values for one in alone), strict=True):
            for title, cell, *cells in zip(together.head, row, *rows, strict=True):
                if isinstance(cell, tuple):
                    assert cell == pytest.approx((statistics.fmean(cells), statistics.stdev(cells)), rel=1e-5)
                    seen.add(title)
                else:
                    assert [cell] * SEEDS == cells

    assert {"growth", "branch / stream", "entropy", "effective rank", "update / weight"} <= seen
    assert {"std", "branch std", "weight norm", "gradient norm"} <= seen


def test_the_spread_stands_beside_its_mean() -> None:
    """In text behind it, on the page below it; of one seed there is none."""
    together, first, *_ = reports()
    [rank] = [one for one in run_sections(together["runs"][0]) if one.title == "effective rank"]
    mean, std = rank.values[0][1]  # type: ignore[misc]

    assert f"{mean:.4g} ± {std:.4g}" == rank.rows[0][1]
    assert f"{mean:.4g}<small>±{std:.4g}</small>" in probe_html.render(together)
    assert not any("±" in cell for one in run_sections(first["runs"][0]) for row in one.rows for cell in row)


@pytest.mark.parametrize("width", [80, 100, 400])
def test_the_tables_fit(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """No line is longer than the terminal is wide, no row is a paragraph, and whatever is missing is named."""
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")  # a dumb one has 80 columns for rich
    for section in run_sections(reports()[0]["runs"][0]):
        out = Terminal()
        print_table(section.head, section.rows, out, section.view(wide=False))
        lines = re.sub(r"\x1b\[\d*m", "", out.getvalue()).splitlines()

        assert max(map(len, lines)) <= width, section.title
        assert len(section.rows) <= len([line for line in lines if line.strip()]) - 2
        left_out = [title for title in section.head if title not in lines[0]]
        assert left_out == [
            title for title in section.head if title in section.optional and title in left_out
        ]
        assert bool(left_out) == lines[-1].startswith("left out: ")


def test_wide_shows_them_whole() -> None:
    """As a pipe has them."""
    for section in run_sections(reports()[0]["runs"][0]):
        wide, pipe = Terminal(), io.StringIO()
        print_table(section.head, section.rows, wide, section.view(wide=True))
        print_table(section.head, section.rows, pipe)

        assert wide.getvalue() == pipe.getvalue()
