"""Tables and cells of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a bar in a cell is escaped.

    >>> print(table(["a", "b"], [["1", "|x|"]]))
    | a | b |
    |---|---|
    | 1 | \\|x\\| |
    """
    lines = [_line(head), f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(_line([cell.replace("|", "\\|") for cell in row]) for row in rows)])


def _line(cells: Sequence[str]) -> str:
    return f"|{'|'.join(f' {cell} ' if cell else ' ' for cell in cells)}|"


def code(text: str) -> str:
    """Return text as code, and nothing for nothing."""
    return f"`{text}`" if text else ""


def codes(words: Iterable[str]) -> str:
    """Return several words as code."""
    return " ".join(code(word) for word in words)
