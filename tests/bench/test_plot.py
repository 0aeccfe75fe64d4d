"""The picture: which bars there are, and where."""

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.bench.arrangement import arranged, drawn, ends
from tests.bench.plot import NoPlot, draw
from tests.bench.results import LIMIT, OURS, PEER, Entry, Results, Row
from tests.needed import missing

OWN = Entry("winitgen", OURS, (1.0, 2.0, 3.0))
TORCH, DD = Entry("PyTorch", PEER, (8.0, 8.0, 8.0)), Entry("dd", LIMIT, (0.5, 0.5, 0.5))
ROW = Row("large", "1 GiB", "s", (OWN, TORCH, DD))
RESULTS = Results("2026-01-02", {}, {}, 3, quick=False, rows=(ROW,))


def test_only_what_has_a_ratio_is_drawn() -> None:
    """Not what is missing, not what the group keeps out, not a row of winitgen alone."""
    absent = Entry("JAX", PEER, note="jax missing")
    rows = [
        Row("g", "a", "s", (OWN, absent, TORCH)),
        Row("g", "b", "s", (OWN, TORCH), plotted=False),
        Row("g", "c", "s", (OWN, absent)),
        Row("g", "d", "s", (Entry("winitgen", OURS, note="failed"), TORCH)),
    ]

    assert [Row("g", "a", "s", (OWN, TORCH))] == drawn(rows)


def test_columns_are_as_low_as_they_can_be() -> None:
    """In order: no column is lower than its highest panel, and none is filled beyond what must be."""
    assert [["a", "b"], ["c", "d"], ["e"]] == arranged(dict(zip("abcde", (4, 1, 3, 2, 5), strict=True)), 3)
    assert [["a"], ["b"], ["c"]] == arranged(dict(zip("abc", (5, 5, 1), strict=True)), 3)
    assert [["a"], ["b", "c"]] == arranged(dict(zip("abc", (5, 5, 1), strict=True)), 2)


def test_all_ratios_are_within_the_axis() -> None:
    """With room behind the longest bar: its ratio is 4, the shortest a quarter."""
    low, high = ends([ROW])

    assert low < 0.25
    assert high > 2 * 4


def test_the_picture_is_written_as_its_ending_says(tmp_path: Path) -> None:
    """With a bar from 1 to each ratio; an SVG names the contenders and their ratios."""
    if find_spec("matplotlib") is None:
        missing("matplotlib", "install it with: pip install -e '.[plot]'")
    import matplotlib

    with matplotlib.rc_context({"svg.fonttype": "none"}):
        draw(RESULTS, tmp_path / "bench.svg")
    text = (tmp_path / "bench.svg").read_text()

    assert all(words in text for words in ("PyTorch 4.00x", "dd 0.25x", "1 GiB", "large"))


def test_a_missing_matplotlib_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what brings it; no file is written."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)

    with pytest.raises(NoPlot) as refused:
        draw(RESULTS, tmp_path / "bench.png")

    assert "no plot: matplotlib is missing; pip install -e '.[plot]'" == str(refused.value)
    assert [] == list(tmp_path.iterdir())


def test_a_run_without_ratios_has_no_picture(tmp_path: Path) -> None:
    """One line says so."""
    alone = Row("shards", "16 GB", "s", (OWN,))

    with pytest.raises(NoPlot) as refused:
        draw(Results("2026-01-02", {}, {}, 3, quick=False, rows=(alone,)), tmp_path / "bench.png")

    assert "no plot: nothing was measured beside winitgen" == str(refused.value)
