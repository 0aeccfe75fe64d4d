"""The rows of numbers in a table whose columns are separated by commas, each line bounded."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from io import TextIOWrapper

from winitgen.errors import UnreadableError
from winitgen.spec.mistakes import show

LONGEST_LINE = 1 << 23
"""Characters of a line of a table: a million numbers. So many empty lines may stand together, too."""

SEPARATORS = {";": "semicolons", "\t": "tabs", " ": "spaces"}
"""What stands between the numbers of a table that is not one of commas."""

_OTHER_NUMBER = re.compile(
    r"""
    0 ( x [0-9a-f]+ (\.[0-9a-f]*)? (p [-+]?[0-9]+)? | b [01]+ | o [0-7]+ )  # in the notation of a programming language
    | ([0-9]+\.?[0-9]*|\.[0-9]+) ( d [-+]?[0-9]+ | [fl] )  # and of Fortran and C
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A number that is not read. A first line with one is no header, and must not be left out."""


class BadSamples(UnreadableError):
    """A file that can be read, but holds no samples that can be taken."""


def rows(text: TextIOWrapper, path: str) -> Iterator[tuple[int, list[float]]]:
    """Yield the number of each line that holds numbers, and the numbers."""
    reader = csv.reader(_lines(text, path))
    try:
        for cells in reader:
            line = reader.line_num
            numbers = [_number(cell) for cell in cells]
            if None in numbers:
                _check_separators(cells, f"{path}:{line}")
            if not cells or (line == 1 and not any(map(_is_meant_as_number, cells))):
                continue
            if None in numbers:
                column = numbers.index(None) + 1
                cell = cells[column - 1]
                hint = "; write it in decimal" if _is_other_number(cell) else ""
                raise UnreadableError(f"{path}:{line}:{column}: {show(cell)} is not a number{hint}")
            yield line, [number for number in numbers if number is not None]
    except csv.Error as error:
        raise UnreadableError(f"cannot read {path}: {error}") from None


def _check_separators(cells: Sequence[str], place: str) -> None:
    """Raise `BadSamples` for a cell of several numbers; a comma in such a table may be one of a number, or between two."""
    for column, cell in enumerate(cells, 1):
        for separator, name in SEPARATORS.items():
            parts = [part for part in cell.split(separator) if part.strip()]
            if len(parts) > 1 and None not in map(_number, parts):
                raise BadSamples(
                    f"{place}:{column}: {show(cell)} is {len(parts)} numbers; write commas between them, not {name}"
                )


def _lines(text: TextIOWrapper, path: str) -> Iterator[str]:
    """Yield the lines of a file, none of them longer than the memory allows."""
    empty = 0
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise UnreadableError(f"cannot read {path}: a line has more than {LONGEST_LINE:,} characters")
        empty = 0 if line.strip("\r\n") else empty + 1
        if empty > LONGEST_LINE:
            raise UnreadableError(f"cannot read {path}: more than {LONGEST_LINE:,} empty lines in a row")
        yield line


def _number(text: str) -> float | None:
    """Return a number as ``numpy.loadtxt`` reads it; Python also takes digits of other scripts, and ``1_0`` for 10."""
    text = text.strip()
    return float(text) if text.isascii() and "_" not in text and _is_number(text) else None


def _is_meant_as_number(text: str) -> bool:
    return _is_number(text) or _is_other_number(text)


def _is_other_number(text: str) -> bool:
    return _OTHER_NUMBER.fullmatch(text.strip().lstrip("+-")) is not None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
