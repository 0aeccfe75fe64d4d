"""What is done to every hostile text: read, planned and laid out, drawing nothing; and what may come of it."""

from __future__ import annotations

import re

from winitgen import api, load
from winitgen.errors import Mistake, SpecError, UsageError
from winitgen.spec.mistakes import MOST_MISTAKES

FILE = "model.yaml"
LONGEST_LINE = 1000
"""Characters of one message, its place included; what is quoted in it is cut short."""

BREAKS = re.compile(r"\r\n|[\r\n]")
"""What ends a line in YAML 1.2."""


def plan_or_refuse(content: bytes) -> tuple[Mistake, ...]:
    """Plan and lay out the spec ``content``; return the mistakes that it is refused for, none if it is fine.

    Raises `AssertionError` for a mistake that is not one printable line with a place inside the text,
    and lets through every other exception: there must be none.
    """
    try:
        planned = load.plan(load.parse_spec(content, FILE))
        api.dry_run(planned)
    except SpecError as error:
        check_mistakes(error, content)
        return error.mistakes
    try:
        api.dry_run(planned, "weights.safetensors")
    except UsageError as error:  # a header, or a file, of more than the format can have
        check_line(str(error))
    return ()


def check_mistakes(error: SpecError, content: bytes) -> None:
    """Raise `AssertionError` unless each mistake is one line and stands somewhere in the file."""
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
    """Raise `AssertionError` unless ``text`` is one line of printable characters that a person can read."""
    assert text.strip()
    assert text.isprintable(), ascii(text)
    assert len(text) <= LONGEST_LINE, text
