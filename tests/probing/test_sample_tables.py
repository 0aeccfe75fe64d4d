"""Samples as a table of numbers: what is read, and what is refused, with the whole message."""

from __future__ import annotations

import io

import numpy as np
import pytest

from tests.probing.conftest import Written
from winitgen.catalog.layers.flow import Flow
from winitgen.errors import UnreadableError
from winitgen.probing import inputs, sample_tables


def test_tables(written: Written) -> None:
    """Rows of a CSV file are samples; a header and empty lines are skipped."""
    found = inputs.read(written("x.csv", "a,b,c\n1,2,3\n\n4,5e-1,-6\n"), Flow((3,)), None, None)

    np.testing.assert_array_equal([[1, 2, 3], [4, 0.5, -6]], found)


def test_tables_that_a_spreadsheet_wrote(written: Written) -> None:
    """A UTF-8 byte order mark is not part of the first number."""
    found = inputs.read(written("x.csv", "\ufeff1,2,3\n"), Flow((3,)), None, None)

    assert [[1, 2, 3]] == found.tolist()


def test_the_rest_of_a_table_is_not_read(written: Written) -> None:
    """What stands behind the samples that are asked for may be anything."""
    path = written("x.csv", "1,2\n3,4\n" + "five,six\n")

    assert [[1, 2], [3, 4]] == inputs.read(path, Flow((2,)), 2, None).tolist()


def test_an_endless_line(written: Written) -> None:
    """A table without line ends is refused before it fills the memory."""
    path = written("x.csv", "1," * (1 << 23) + "1,2\n")

    with pytest.raises(UnreadableError) as refused:
        inputs.read(path, Flow((2,)), None, None)

    assert "cannot read x.csv: a line has more than 8,388,608 characters" == str(refused.value)


def test_endless_empty_lines(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that only has empty lines is not read to its end."""
    monkeypatch.setattr(sample_tables, "LONGEST_LINE", 1000)
    gaps = "\r\n" * 900

    with pytest.raises(UnreadableError) as refused:
        inputs.read(written("x.csv", "1,2\n" + "\n" * 1001 + "3,4\n"), Flow((2,)), 2, None)

    assert "cannot read x.csv: more than 1,000 empty lines in a row" == str(refused.value)
    path = written("y.csv", f"1,2\n{gaps}3,4\n{gaps}5,6\n")
    assert [[1, 2], [3, 4], [5, 6]] == inputs.read(path, Flow((2,)), None, None).tolist()


OTHER_NUMBERS = ["0x1p3", "0x10", "1d5"]
ODD_NUMBERS = [
    *OTHER_NUMBERS,
    "1_0",
    "1e5_0",
    "\u0661",
    "1\u0660",
    "\uff11",
    "nan(1)",
    "--1",
    "1e",
    "True",
]


@pytest.mark.parametrize(
    "text", [*ODD_NUMBERS, " 1 ", "\u30001.5\u2003", "\x1c7\x1f", "1.", ".5", "-1E+3", "1e300"]
)
def test_a_number_is_what_numpy_takes_for_one(written: Written, text: str) -> None:
    """Digits are ASCII's and stand alone, as in numpy.loadtxt; what it takes is read, what it refuses is refused with its place."""
    path = written("x.csv", f"2,3\n4,{text}\n")
    try:
        wanted = float(np.loadtxt(io.StringIO(text), delimiter=","))
    except ValueError:
        with pytest.raises(UnreadableError) as refused:
            inputs.read(path, Flow((2,)), None, None)
        hint = "; write it in decimal" if text in OTHER_NUMBERS else ""
        assert f"x.csv:2:2: {text!r} is not a number{hint}" == str(refused.value)
        assert text in ODD_NUMBERS
    else:
        assert [[2.0, 3.0], [4.0, wanted]] == inputs.read(path, Flow((2,)), None, None).tolist()
        assert text not in ODD_NUMBERS


@pytest.mark.parametrize("text", ["1_0", "\u0661"])
def test_a_first_line_of_such_numbers_is_no_header(written: Written, text: str) -> None:
    """A sample is not left out in silence because of how its numbers are written."""
    with pytest.raises(UnreadableError) as refused:
        inputs.read(written("x.csv", f"{text},{text}\n1,2\n"), Flow((2,)), None, None)

    assert f"x.csv:1:1: {text!r} is not a number" == str(refused.value)


@pytest.mark.parametrize("text", [*OTHER_NUMBERS, "-0X1.8p-1", "0b11", "0o7", "1.5D+3", ".5f", "2.L"])
@pytest.mark.parametrize("line", ["{},{}", "{},1", "a,{}"])
def test_nor_is_one_of_numbers_in_another_notation(written: Written, text: str, line: str) -> None:
    """Such as hexadecimal ones: the line says how to write them."""
    with pytest.raises(UnreadableError) as refused:
        inputs.read(written("x.csv", f"{line.format(text, text)}\n1,2\n"), Flow((2,)), None, None)

    told = {"{},{}": f"1:1: {text!r}", "{},1": f"1:1: {text!r}", "a,{}": "1:1: 'a'"}[line]
    hint = "" if line == "a,{}" else "; write it in decimal"
    assert f"x.csv:{told} is not a number{hint}" == str(refused.value)


@pytest.mark.parametrize("header", ["1x1,1x2", "0x,0xg", "2d,3d", "x0x10,1f1", "label,1x1"])
def test_names_that_begin_like_numbers(written: Written, header: str) -> None:
    """They make a header, as in tables of images."""
    assert [[1, 2]] == inputs.read(written("x.csv", f"{header}\n1,2\n"), Flow((2,)), None, None).tolist()
