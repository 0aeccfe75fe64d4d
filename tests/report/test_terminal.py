"""Tables as text."""

from winitgen.report.terminal import MOST_PADDING, plain_lines


def test_a_long_name_widens_no_other_row() -> None:
    """A name of a megabyte, as a file may have, is printed once and pads nothing to its length."""
    lines = list(plain_lines(["tensor", "std"], [["a" * 1_000_000, "0.5"], ["b", "0.25"]]))

    assert ["tensor".ljust(MOST_PADDING) + "   std", "a" * 1_000_000 + "   0.5"] == lines[:2]
    assert "b".ljust(MOST_PADDING) + "  0.25" == lines[2]
