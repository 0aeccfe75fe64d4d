"""Where and why YAML text cannot be read further, and what is seen before it is parsed."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from winitgen.spec.mistakes import Location

DEEPEST = 64
MOST_OPEN_BRACKETS = 500

BREAKS = re.compile(r"\r\n|[\r\n]")
"""The line breaks of YAML 1.2 and of the parser."""


class TextMark(NamedTuple):
    """A line and column of the text, from 0, like ruamel.yaml's marks."""

    line: int
    column: int


class Stop(Exception):
    """The text cannot be read further; has the location and the reason."""

    def __init__(self, mark: Any, message: str) -> None:
        super().__init__(message)
        self.location = (
            Location(mark.line + 1, mark.column + 1, "") if mark is not None else Location(0, 0, "")
        )
        self.message = message


def refuse_towers(text: str) -> None:
    """Stop at many open brackets: the parser takes quadratic time before it yields an event."""
    depth = 0
    for bracket in re.finditer(r"[\[\]{}]", text):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MOST_OPEN_BRACKETS:
            raise Stop(mark_at(text, bracket.start()), f"nested deeper than {DEEPEST} levels")


def mark_at(text: str, position: int) -> TextMark:
    """Return the line and column of a character, both from 0."""
    lines = BREAKS.split(text[:position])
    return TextMark(len(lines) - 1, len(lines[-1]))
