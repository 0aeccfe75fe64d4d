"""The check of every hostile text: it is read, planned and laid out without drawing, or refused properly."""

from __future__ import annotations

import re

from winitgen import api, load
from winitgen.errors import Mistake, SpecError, UsageError
from winitgen.spec.mistakes import MOST_MISTAKES

FILE = "model.yaml"
LONGEST_LINE = 1000
"""The most characters of one message, including its location; quotations in it are shortened."""

BREAKS = re.compile(r"\r\n|[\r\n]")
"""What ends a line in YAML 1.2."""


def plan_or_refuse(content: bytes) -> tuple[Mistake, ...]:
    """Plan and lay out the spec ``content``; return its mistakes, none if it is valid.

    Raises `AssertionError` for a mistake that is not one printable line with a location inside the text,
    and lets every other exception through, as there must be none.
    """
    try:
        planned = load.plan(load.parse_spec(content, FILE))
        api.dry_run(planned)
    except SpecError as error:
        check_mistakes(error, content)
        return error.mistakes
    try:
        api.dry_run(planned, "weights.safetensors")
    except UsageError as error:  # a header or a file too large for the format
        check_line(str(error))
    return ()


def check_mistakes(error: SpecError, content: bytes) -> None:
    """Raise `AssertionError` unless each mistake is one line with a location in the file."""
    assert 1 <= len(error.mistakes) <= MOST_MISTAKES
    lines = BREAKS.split(content.decode("utf-8-sig", errors="replace"))
    for mistake in error.mistakes:
        check_line(str(mistake))
        assert mistake.file == FILE
        assert mistake.message
        if mistake.line == 0:
            assert mistake.column == 0, mistake
            continue
        assert 1 <= mistake.line <= len(lines), mistake
        assert 1 <= mistake.column <= len(lines[mistake.line - 1]) + 1, mistake
    assert len(str(error).splitlines()) == len(error.mistakes)


def check_line(text: str) -> None:
    """Raise `AssertionError` unless ``text`` is one readable line of printable characters."""
    assert text.strip()
    assert text.isprintable(), ascii(text)
    assert len(text) <= LONGEST_LINE, text
