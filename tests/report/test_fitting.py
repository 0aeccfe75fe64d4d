"""Tables that fit: what is left out, and what is shortened."""

import io
import re

import pytest

from winitgen.report import titles
from winitgen.report.fitting import SHORTEST_NAME, WORTH, fitted, shortened
from winitgen.report.table_view import WHOLE, TableView
from winitgen.report.terminal import print_table, print_verdicts

HEAD = ["tensor", "shape", "scheme", "fan_in", "std", "chosen by"]
ROWS = [
    [
        "encoder.layers.0.linear1.weight",
        "2048x512",
        "he_normal std = sqrt(2/512) = 0.0625",
        "512",
        "0.0625",
        "auto: relu",
    ],
    ["encoder.layers.0.linear1.bias", "2048", "constant 0.01", "512", "0", "auto: relu"],
]


class Terminal(io.StringIO):
    """A terminal without colours."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


def printed(width: int, monkeypatch: pytest.MonkeyPatch, view: TableView = WHOLE) -> list[str]:
    """Return the lines of the table on a terminal of this width."""
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "dumb")
    out = Terminal()
    print_table(HEAD, ROWS, out, view)
    return [line.rstrip() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("width", "left_out"),
    [
        (107, ""),
        (106, "fan_in"),
        (99, "fan_in"),
        (98, "fan_in, scheme's formula"),
        (76, "fan_in, scheme's formula"),
        (75, "fan_in, chosen by, scheme's formula"),
        (64, "fan_in, chosen by, scheme's formula"),
        (63, "scheme, fan_in, chosen by"),
    ],
)
def test_columns_are_left_out_by_their_worth(width: int, left_out: str) -> None:
    """Each column goes only where those of less worth are not enough."""
    found = fitted(HEAD, ROWS, width)

    assert found is not None
    assert left_out == ", ".join(found.left_out(HEAD))
    assert sum(found.widths) + 2 * (len(found.widths) - 1) <= width


def test_a_name_is_shortened_last_and_in_its_middle() -> None:
    """Nothing is left to leave out but what names the row, and its shape and spread."""
    found = fitted(HEAD, ROWS, 44)

    assert found is not None
    assert ["encoder.lay...near1.weight", "2048x512", "0.0625"] == found.cells(ROWS[0])
    assert fitted(HEAD, ROWS, SHORTEST_NAME + len("  2048x512  0.0625") - 1) is None


def test_the_text_is_as_wide_as_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """At every width from 38 on, no line of the table is longer, and the names keep their order."""
    for width in range(38, 120):
        lines = printed(width, monkeypatch)
        rows = [line for line in lines if line.startswith("encoder")]

        assert 2 == len(rows)
        assert max(map(len, lines[: lines.index(rows[-1]) + 1])) <= width, width


def test_a_narrow_terminal_gets_paragraphs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Below what a name, a shape and a spread need, each row is a paragraph, and nothing is left out."""
    text = " ".join(printed(30, monkeypatch))

    assert "left out" not in text
    assert "scheme: he_normal std = sqrt(2/512) = 0.0625" in re.sub(r"\s+", " ", text)


def test_wide_leaves_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table is that of a pipe."""
    assert printed(40, monkeypatch, TableView(wide=True)) == printed(400, monkeypatch, TableView(wide=True))
    assert "he_normal std = sqrt(2/512) = 0.0625" in printed(40, monkeypatch, TableView(wide=True))[1]


def test_columns_come_as_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of asking; one that the table does not have is empty."""
    lines = printed(80, monkeypatch, TableView(columns=("std", "max", "tensor"), wide=True))

    assert ["   std  max  tensor", "0.0625       encoder.layers.0.linear1.weight"] == lines[:2]


def test_each_column_has_its_worth() -> None:
    """What may be left out is a column of some table; the names, the shapes and the verdicts never are."""
    known = {title for columns in titles.BY_COMMAND.values() for title in columns}
    kept = {
        "tensor",
        "id",
        "layer",
        "run",
        "shape",
        "verdict",
        "differs in",
        "std",
        "NaN",
        "output",
        "trainable",
        "differing",
        "max |a-b|",
    }

    assert set(WORTH) - {"scheme's formula"} <= known
    assert known - set(WORTH) == kept


def test_short_texts_stay() -> None:
    """Nothing is put into a text that fits."""
    assert "abc" == shortened("abc", 3)
    assert "a...z" == shortened("abcxyz", 5)


RUNS = ["run", "verdict", "from", "margin", "pre std", "out std", "saturated", "dead", "gradient std"]
COMPARED = [
    ["torch", "vanishing", "layer11.fc", "-375 % gradient", "0.5716 .. 0.02026", "0.331 .. 0.0115", "1 %", "53.6 % layer21.fc", "3.488e-12 .. 0.7024"],
    ["he_normal", "healthy in 19 of 20; dead in 1", "", "57 % dead", "1.414 .. 1.138", "0.8209 .. 0.6849", "2 %", "38.5 % layer30.fc", "0.7288 .. 0.703"],
]  # fmt: skip


def test_compared_runs_are_a_table_at_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left has the worth: the verdict with its margin; every verdict has its own colour, also several in a cell."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Terminal()
    print_table(RUNS, COMPARED, out)
    first, second = out.getvalue().splitlines()[2:4]

    assert re.search(r"torch +\x1b\[31mvanishing\x1b\[0m +-375 % gradient +0.331 .. 0.0115", first)
    assert "\x1b[32mhealthy\x1b[0m in 19 of 20; \x1b[31mdead\x1b[0m in 1" in second


def test_verdicts_below_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """They have colours on a terminal; a word of a layer's name or of a figure has none, and a long line is one line."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.delenv("NO_COLOR", raising=False)
    terminal, pipe = Terminal(), io.StringIO()
    lines = ["healthy: dead from dead.healthy: 95 % of the units are 0 for every sample", "verdict: healthy"]
    print_verdicts(lines, terminal)
    print_verdicts(lines, pipe)

    red, green = "\x1b[31mdead\x1b[0m", "\x1b[32mhealthy\x1b[0m"
    assert f"{lines[0].replace('dead', red, 1)}\nverdict: {green}\n" == terminal.getvalue()
    assert "\n".join([*lines, ""]) == pipe.getvalue()


OWN = TableView(optional=("std", "scheme"), names=("chosen by",), shown_by="--wide")
"""A table with an order of its own, and a second column of names."""


@pytest.mark.parametrize(
    ("width", "left_out"), [(107, ""), (106, "std"), (99, "std"), (98, "scheme, std"), (64, "scheme, std")]
)
def test_a_table_has_an_order_of_its_own(monkeypatch: pytest.MonkeyPatch, width: int, left_out: str) -> None:
    """What is left out is named, and so is the option that shows it, which is not --columns here."""
    lines = printed(width, monkeypatch, OWN)

    assert (f"left out: {left_out}; --wide shows them" if left_out else "") == lines[-1] * bool(left_out)
    assert bool(left_out) == any(line.startswith("left out") for line in lines)


def test_the_longest_name_is_shortened_first() -> None:
    """Until both columns of names are as short as they may be; then nothing fits."""
    head = ["sum", "branch", "std"]
    rows = [["encoder.layers.10.second_sum", "encoder.layers.10.self_attention.out", "0.5"]]
    at = {width: fitted(head, rows, width, (), ("branch",)) for width in (71, 64, 57, 47, 46)}

    assert [None if one is None else one.widths for one in at.values()] == [
        (28, 36, 3),
        (28, 29, 3),
        (25, 25, 3),
        (20, 20, 3),
        None,
    ]
