"""Rows of equal blocks as one row: ``h.0`` to ``h.11`` of a transformer are ``h.(0-11)``, as PyTorch prints them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

_NUMBER = re.compile(r"(?<![0-9A-Za-z])([0-9]+)(?![0-9A-Za-z])")
"""A number that is a part of a name by itself, as in ``h.3.mlp`` or ``blocks_3/mlp``, and not the end of a word."""


class NamedRow(NamedTuple):
    """A row whose name is in pieces: texts at even places, and at odd places the numbers of blocks, or those of many."""

    pieces: tuple[str, ...]
    cells: tuple[str, ...]


class NumberedRows(NamedTuple):
    """Rows of one number, or of no number: ``form`` is what they have in common with those of an equal block."""

    number: str
    rows: list[NamedRow]
    form: tuple[NamedRow, ...]


def folded(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """Return rows, the first cell of each its name, with consecutive equal blocks as one.

    Blocks are equal if their rows differ in nothing but the number of the block, which other cells may name too.

    >>> folded([["h.0.w", "2x3"], ["h.1.w", "2x3"], ["h.2.w", "4"]])
    [['h.(0-1).w', '2x3'], ['h.2.w', '4']]
    """
    split = [NamedRow(tuple(_NUMBER.split(name)), tuple(cells)) for name, *cells in rows]
    return [["".join(row.pieces), *row.cells] for row in _folded(split, 0)]


def _folded(rows: Sequence[NamedRow], place: int) -> list[NamedRow]:
    """Return rows that agree before the piece at a ``place``, which is a text, folded."""
    made: list[NamedRow] = []
    for (_, numbered), same in groupby(rows, lambda row: (row.pieces[place], len(row.pieces) > place + 1)):
        together = list(same)
        made += _of_blocks(together, place + 1) if numbered else together
    return made


def _of_blocks(rows: Sequence[NamedRow], place: int) -> list[NamedRow]:
    """Return rows that have a number at a ``place`` and agree before it, equal blocks as one."""
    blocks = [
        _block(number, list(same), place) for number, same in groupby(rows, lambda row: row.pieces[place])
    ]
    made: list[NamedRow] = []
    run: list[NumberedRows] = []
    for block in blocks:
        if run and not (block.form == run[0].form and int(block.number) == int(run[-1].number) + 1):
            made += _joined(run, place)
            run = []
        run.append(block)
    return made + _joined(run, place)


def _block(number: str, rows: Sequence[NamedRow], place: int) -> NumberedRows:
    inner = _folded(rows, place + 1)
    return NumberedRows(number, inner, tuple(_renamed(row, place, number, "") for row in inner))


def _joined(run: Sequence[NumberedRows], place: int) -> list[NamedRow]:
    """Return the rows of a run of equal blocks."""
    first = run[0]
    if len(run) == 1:
        return first.rows
    label = f"({first.number}-{run[-1].number})"
    return [_renamed(row, place, first.number, label) for row in first.rows]


def _renamed(row: NamedRow, place: int, number: str, label: str) -> NamedRow:
    """Return a row with a ``label`` for the number of its block, in its name and in the cells that name the block."""
    before = "".join(row.pieces[:place])
    pieces = (*row.pieces[:place], label, *row.pieces[place + 1 :])
    if not before:
        return NamedRow(pieces, row.cells)
    named = re.compile(rf"(?<![0-9A-Za-z_.]){re.escape(before + number)}(?![0-9])")
    cells = tuple(named.sub(lambda _: before + label, cell) if before in cell else cell for cell in row.cells)
    return NamedRow(pieces, cells)
