"""The table in a terminal and on a page."""

from pathlib import Path

import pytest

from tests.bench.page import BEGIN, END, markdown, page_table, put
from tests.bench.results import LIMIT, OURS, PEER, Entry, Results, Row
from tests.bench.table import number, ratio, show

OWN = Entry("winitgen", OURS, (1.0, 2.0, 3.0), (0.5, 0.5, 0.75), (50.0, 60.0, 55.0))
ROWS = (
    Row("large", "1 GiB", "s", (OWN, Entry("PyTorch", PEER, (9.0,) * 3), Entry("dd", LIMIT, (0.5,) * 3))),
    Row(
        "large", "2 GiB", "s", (OWN, Entry("JAX", PEER, note="jax missing"), Entry("dd", LIMIT, note="no dd"))
    ),
)
RESULTS = Results(
    "2026-01-02", {"processor": "Some CPU", "cores": "2"}, {"winitgen": "0.2.0"}, 3, False, ROWS
)

HEADING = """\
2026-01-02: medians of 3 runs in turn. processor Some CPU; cores 2.{0}
winitgen 0.2.0.{0}
ratio: the median divided by winitgen's; above 1, winitgen took less.{0}
"""


def test_the_table_has_a_line_for_each_contender(capsys: pytest.CaptureFixture[str]) -> None:
    """With median, quartiles, ratio, processor time and memory, or why there are none."""
    show(RESULTS)

    assert (
        HEADING.format("")
        + """\
work   contender  median  unit       quartiles  ratio  processor s  peak MB

LARGE
1 GiB  winitgen     2.00  s       1.50 to 2.50               0.500       60
       PyTorch      9.00  s       9.00 to 9.00  4.50x
       dd          0.500  s     0.500 to 0.500  0.25x
2 GiB  winitgen     2.00  s       1.50 to 2.50               0.500       60
       JAX             -                                                     jax missing
       dd              -                                                     no dd
"""
        == "".join(line.rstrip() + "\n" for line in capsys.readouterr().out.splitlines())
    )


def test_a_page_has_a_line_for_each_piece_of_work() -> None:
    """A column for each contender, an empty cell where one had no part, and what was not measured below."""
    assert (
        HEADING.format("  ")
        + """
### large

| work | winitgen | PyTorch | JAX | dd |
|---|--:|--:|--:|--:|
| 1 GiB, s | 2.00 (1.50 to 2.50) | 9.00 (9.00 to 9.00) **4.50x** |  | 0.500 (0.500 to 0.500) **0.25x** |
| 2 GiB, s | 2.00 (1.50 to 2.50) |  | - | - |

Not measured: JAX: jax missing (2 GiB); dd: no dd (2 GiB).
"""
        == markdown(RESULTS)
    )


def test_without_a_figure_of_winitgen_there_is_no_ratio() -> None:
    """A cell has the median alone."""
    own, peer = Entry("winitgen", OURS, note="refused"), Entry("PyTorch", PEER, (9.0,) * 3)
    row = Row("deep", "plan", "s", (own, peer))

    assert "| plan, s | - | 9.00 (9.00 to 9.00) |" == page_table([row]).splitlines()[-1]


def test_the_table_replaces_the_one_on_a_page(tmp_path: Path) -> None:
    """What stands around the two lines is kept; any other file is written anew."""
    page, other = tmp_path / "page.md", tmp_path / "other.md"
    page.write_text(f"above\n{BEGIN}old\n{END}below\n")
    other.write_text("old\n")

    for path in (page, other):
        put("new\n", path)

    assert f"above\n{BEGIN}\nnew\n\n{END}below\n" == page.read_text()
    assert "new\n" == other.read_text()


@pytest.mark.parametrize(
    ("value", "text"),
    [(1234.5, "1234"), (99.96, "100"), (12.34, "12.3"), (1.0, "1.00"), (0.05, "0.0500"), (0.0012, "0.00120")],
)
def test_numbers_have_three_digits(value: float, text: str) -> None:
    """And no exponent."""
    assert text == number(value)


def test_ratios_have_two_decimals_below_ten() -> None:
    """Whole numbers say enough above."""
    assert ["", "0.25x", "5.94x", "26x"] == [ratio(value) for value in (None, 0.25, 5.94, 26.4)]
