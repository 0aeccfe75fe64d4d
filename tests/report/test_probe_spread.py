"""What reports of several seeds show: means, their spread, and the verdict of each seed."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest

import winitgen
from tests.report.parsed import Page
from winitgen.report import probe_html, probe_markdown, probe_spread
from winitgen.report.probe_table import head_line, table, verdict_lines

BARS = " .:-=+*#"


@cache
def report(*compare: str) -> dict[str, Any]:
    """Return the report of eight seeds: a saturating layer of few units, with 'compare' one run for each scheme."""
    narrow = {"type": "dense", "units": 2, "activation": "tanh", "init": {"scheme": "normal", "std": 3.0}}
    spec = {"model": "narrow", "seed": 3, "input": 2, "layers": [{"name": "fc", **narrow}]}
    return winitgen.probe(spec, samples=50, seeds=8, compare=compare)


def cells(head: list[str], row: list[str]) -> dict[str, str]:
    """Return a row by its titles."""
    return dict(zip(head, row, strict=True))


def test_three_rows_follow_the_means() -> None:
    """Standard deviation, least and greatest; what has no spread is empty there."""
    head, rows = table(report(), bars=BARS)
    means, stds, least, greatest = (cells(head, row) for row in rows)
    pre, spread = (report()["runs"][0]["layers"][0][key] for key in ("pre", "spread"))

    assert ["fc", "  ± std", "  min", "  max"] == [row["layer"] for row in (means, stds, least, greatest)]
    assert f"{pre['std']:.4g} ({pre['predicted_std']:.4g})" == means["pre std"]
    assert [f"{spread['pre']['std'][key]:.4g}" for key in ("std", "min", "max")] == [
        row["pre std"] for row in (stds, least, greatest)
    ]
    assert ("dense", "", "", "") == tuple(row["type"] for row in (means, stds, least, greatest))
    assert ("", "") == (least["out histogram"], greatest["scatter"])


def test_the_scatter_stands_beside() -> None:
    """Measured over the seeds, and what the size of the layer makes one expect in parentheses."""
    head, rows = table(report(), bars=BARS)
    layer = report()["runs"][0]["layers"][0]
    measured = 100 * layer["spread"]["pre"]["std"]["std"] / layer["pre"]["std"]

    assert f"{measured:.1f} % ({100 * layer['scatter']:.1f} %)" == cells(head, rows[0])["scatter"]


def test_a_share_that_no_seed_has_is_0_in_every_row() -> None:
    """A figure that is the same for all seeds is shown, not left out."""
    head, rows = table(report(), bars=BARS)

    assert ["0 %"] * 4 == [cells(head, row)["dead"] for row in rows]


def test_compared_runs_have_their_spread() -> None:
    """Of the first and the last layer, as the means."""
    head, rows = table(report("spec", "lecun_normal"), bars=BARS)
    runs = report("spec", "lecun_normal")["runs"]

    assert ["spec", "  ± std", "  min", "  max", "lecun_normal"] == [row[0] for row in rows[:5]]
    least = [run["layers"][0]["spread"]["out"]["std"]["min"] for run in runs]
    assert [f"{one:.4g}" for one in least] == [cells(head, rows[at])["out std"] for at in (2, 6)]
    assert "" == cells(head, rows[1])["verdict"]


def test_the_lines_count_the_verdicts() -> None:
    """How many seeds have which, the findings of any, and the range of what the thresholds are compared with."""
    counts = {
        name: sum(one["verdict"] == name for one in report()["runs"][0]["by_seed"])
        for name in ("healthy", "saturating")
    }
    most, least = sorted(counts, key=lambda name: -counts[name])
    lines = verdict_lines(report())

    assert min(counts.values()) > 0
    assert f"verdict: {most} in {counts[most]} of 8; {least} in {counts[least]}" == lines[0]
    assert lines[1].startswith(
        f"verdict: saturating from fc: in {counts['saturating']} of 8 seeds; with seed "
    )
    assert lines[-1].startswith("over the seeds: signal ")
    assert "narrow, 50 samples, standard Gaussian, 8 seeds from 3 to 10" == head_line(report())


def test_markdown_and_json_hold_it() -> None:
    """Markdown has the table of the terminal, JSON a spread beside each layer and the verdict of each seed."""
    text = probe_markdown.render(report())
    read = json.loads(json.dumps(report()))

    assert "± std" in text
    assert "8 seeds from 3 to 10" in text
    assert list(range(3, 11)) == read["seeds"] == [one["seed"] for one in read["runs"][0]["by_seed"]]
    assert {"std", "min", "max"} == {*read["runs"][0]["layers"][0]["spread"]["out"]["mean"]}


def test_the_page_has_the_spread_in_each_cell() -> None:
    """Below the mean; a theory has none. The seeds are among the facts, and the verdicts are counted."""
    content = probe_html.render(report())
    spread = report()["runs"][0]["layers"][0]["spread"]["pre"]["std"]
    page = Page(content)

    shown = f"<small>±{spread['std']:.4g}</small><small>{spread['min']:.4g} to {spread['max']:.4g}</small>"
    assert 1 == content.count(shown)
    assert "8 seeds from 3 to 10" in page.texts
    assert probe_spread.verdict(report()["runs"][0]) in page.texts
    assert not re.search(r'class="number theory"[^>]*>[^<]*<small>', content)


@pytest.mark.parametrize("path", [("pre", "predicted_std"), ("gradient", "nothing"), ("condition",)])
def test_no_spread_in_a_cell_without(path: tuple[str, ...]) -> None:
    """Of a prediction, of what is not there, and of a layer of one seed."""
    layer = {"spread": {"pre": {"predicted_std": {"std": 0.0, "min": 1.0, "max": 1.0}}, "gradient": None}}

    assert "" == probe_spread.in_cell(layer, path)
    assert "" == probe_spread.in_cell({}, path)


def test_a_figure_that_one_seed_does_not_have_is_shown_as_unknown() -> None:
    """The rows of the spread are empty there."""
    missing = json.loads(json.dumps(report()))
    layer = missing["runs"][0]["layers"][0]
    layer["pre"]["std"] = layer["pre"]["predicted_std"] = None
    del layer["spread"]["pre"]["std"]
    layer["gradient"] = layer["spread"] = None
    head, rows = table(missing, bars=BARS)

    assert "pre std" not in head
    assert "" == cells(head, rows[1])["out std"]


def test_the_page_of_one_seed_has_no_column_of_the_scatter() -> None:
    """There a note names the layers that scatter, and the table is wide enough."""
    layer = {"name": "fc", "type": "dense", "units": 2}
    one = winitgen.probe({"input": 3, "layers": [layer]}, samples=5)
    assert one["runs"][0]["layers"][0]["scatter"] > 0

    assert "scatter expected" not in probe_html.render(one)
    assert "scatter expected" in probe_html.render(report())


def test_the_spread_of_a_margin() -> None:
    """The rows below the mean have its own standard deviation, least and greatest, not the mean again."""
    compared = report("xavier_normal", "he_normal")
    head, rows = table(compared, bars=BARS)
    shown = [cells(head, row)["margin"] for row in rows[:4]]
    run = compared["runs"][0]
    spread = run["spread"]["margins"][run["nearest"]]
    figures = (run["margins"][run["nearest"]], spread["std"], spread["min"], spread["max"])

    assert [f"{100 * figure:.0f} % {run['nearest']}" for figure in figures] == shown
    assert 4 == len(set(shown))
