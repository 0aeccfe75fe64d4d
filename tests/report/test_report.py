"""The report: statistics measured while the values are drawn, in every form."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.api import dry_run
from winitgen.numeric.scratch import Workspace
from winitgen.numeric.statistics import Statistics
from winitgen.report import markdown
from winitgen.report.marks import MARKDOWN

NASTY = "<script>alert('|')</script> *a* `b` [c](d)"


def test_statistics_equal_those_of_the_whole_array() -> None:
    """Blocks in any order give the mean, standard deviation and extremes of all values."""
    values = np.linspace(-3.0, 5.0, 10_001, dtype=np.float32) ** 3
    statistics = Statistics()

    for start in (8000, 0, 4000):
        statistics.see(start, values[start : start + 4000], Workspace())

    wide = values.astype(np.float64)
    expected = wide.mean(), wide.std(), wide.min(), wide.max()
    assert pytest.approx(expected, rel=1e-12) == tuple(statistics.measured())


def test_a_small_spread_on_a_large_mean_keeps_its_digits() -> None:
    """Squares are summed about the planned mean, so a spread of a millionth keeps its digits on a mean of a million."""
    values = 1e6 + np.array([-1e-6, 1e-6] * 500)
    statistics = Statistics(1e6)

    statistics.see(0, values, Workspace())

    assert pytest.approx(np.std(values - 1e6), rel=1e-6) == statistics.measured().std


@pytest.mark.parametrize("size", [500, 501, 777, 100_003])
def test_equal_values_have_no_spread(size: int) -> None:
    """The spread is not even the 1e-18 that a rounded sum leaves on some processors."""
    values = np.full(size, 0.01, np.float32)
    statistics = Statistics()
    statistics.see(0, values, Workspace())

    assert (values[0], 0.0) == statistics.measured()[:2]


def test_threads_change_no_statistic() -> None:
    """Blocks are summed in their order, whichever thread is first."""
    blocks = np.array_split(np.sin(np.arange(50_000.0)), 100)
    one, many = Statistics(), Statistics()

    def see(statistics: Statistics, mine: range) -> None:
        workspace = Workspace()
        for index in mine:
            statistics.see(500 * index, blocks[index], workspace)

    see(one, range(100))
    threads = [
        threading.Thread(target=see, args=(many, mine)) for mine in (range(99, -1, -2), range(98, -1, -2))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert one.measured() == many.measured()


def test_a_block_is_added_once() -> None:
    """Blocks observed by a comparison before it stopped are not added again while writing."""
    statistics, workspace = Statistics(), Workspace()
    first, second = np.array([1.0, 3.0]), np.array([5.0])
    statistics.see(2, second, workspace)

    for start, block in ((0, first), (2, second), (0, first)):
        statistics.see(start, block, workspace)

    assert pytest.approx((3.0, (8 / 3) ** 0.5, 1.0, 5.0), rel=1e-15) == tuple(statistics.measured())


@pytest.fixture
def report() -> dict[str, Any]:
    """The report of a plan whose model has a name full of markup."""
    spec = {
        "model": NASTY,
        "input": 3,
        "layers": [{"name": "fc", "type": "dense", "units": 4, "activation": "relu"}],
    }
    return dry_run(winitgen.plan(spec))


def test_markdown_escapes_every_name(report: dict[str, Any]) -> None:
    """A model's name cannot break the table or become a link."""
    title = markdown.render(report).splitlines()[0]

    assert r"# \<script\>alert('\|')\</script\> \*a\* \`b\` \[c\](d)" == title


def test_markdown_is_a_table_of_equal_rows(report: dict[str, Any]) -> None:
    """Heading, ruler and rows have the same number of cells."""
    lines = [line for line in markdown.render(report).splitlines() if line.startswith("|")]

    assert 2 + 2 == len(lines)
    assert {9 + 1} == {line.replace(r"\|", "").count("|") for line in lines}


def test_markdown_shows_the_command_in_its_own_block(report: dict[str, Any]) -> None:
    """Backticks and line breaks in a path do not end the block early."""
    command = "winitgen init 'a\n```\nb.yaml'"

    lines = markdown.render({**report, "command": command}).split("\n")

    assert ["````sh", "winitgen init 'a", "```", "b.yaml'", "````", "", MARKDOWN, ""] == lines[-8:]


def test_a_dry_run_has_no_measured_statistics(report: dict[str, Any]) -> None:
    """A dry run reports what is planned; its measured statistics are None."""
    assert [None, None] == [row["measured"] for row in report["tensors"]]
    assert {"tensors": 2, "elements": 16, "bytes": 64} == report["totals"]


def test_the_planned_mean_of_one_parameter_is_its_own() -> None:
    """It is not rounded by multiplying it by the number of its values, as 3 times 0.1 by 3 is not 0.1."""
    constant = {"scheme": "constant", "value": 0.1}
    layers = [{"name": "p", "type": "param", "shape": [3], "init": constant}]
    row = dry_run(winitgen.plan({"layers": layers}))["tensors"][0]

    assert {"mean": 0.1, "std": 0.0} == row["planned"]


@pytest.mark.parametrize("std", [1e200, 1e-200, 0.02], ids=["large", "small", "usual"])
def test_statistics_at_the_limits_of_float64(std: float) -> None:
    """A spread whose square overflows or underflows in float64 is measured as precisely as any other."""
    values = np.random.default_rng(7).standard_normal(10_000)
    statistics = Statistics(0.0, std)

    statistics.see(0, values[:6000] * std, Workspace())
    statistics.see(6000, values[6000:] * std, Workspace())

    expected = values.mean() * std, values.std() * std
    assert pytest.approx(expected, rel=1e-12, abs=0) == tuple(statistics.measured())[:2]


def test_report_of_extreme_spreads(tmp_path: Path) -> None:
    """Plan and measurement agree for the largest and smallest spreads of float64, also in fused tensors."""
    layers: list[dict[str, object]] = [
        {"name": name, "type": "param", "shape": [5000], "init": {"scheme": "normal", "std": std}}
        for name, std in (("large", 1e200), ("small", 1e-200))
    ]
    scheme = {"scheme": "normal", "std": 1e200}
    options = {"fused": True, "heads": 4, "init": scheme, "bias_init": scheme}
    layers.append({"name": "fused", "type": "multi_head_attention", "inputs": 32, **options})

    report = winitgen.write({"dtype": "float64", "layers": layers}, tmp_path / "m.npz").report

    ratios = [row["measured"]["std"] / row["planned"]["std"] for row in report["tensors"]]
    assert pytest.approx([1.0] * len(ratios), rel=0.3) == ratios
    assert pytest.approx([1.0, 1.0], rel=0.05) == ratios[:2]
