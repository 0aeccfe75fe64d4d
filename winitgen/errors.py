"""Everything winitgen refuses, and the exit code each refusal has on the command line.

::

    WinitgenError
    ├── SpecError          2  the layer-spec holds mistakes: all of them, with their places
    ├── UsageError         2  the call asks for something that does not exist or does not fit
    ├── UnreadableError    2  a file that was to be read is missing or is not what it should be
    ├── DiffersError       1  something was checked, and it is not what it should be
    └── OutputError        3  the output could not be written
        └── ExistsError    3  the output exists, differs, and was not to be replaced
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple


class WinitgenError(Exception):
    """Whatever winitgen refuses; the text is one line for a person to read."""

    exit_code = 2


class Mistake(NamedTuple):
    """One mistake in a layer-spec: where it stands and what is wrong.

    ``line`` and ``column`` count from 1; ``line`` is 0 where the mistake is the file's as a whole.
    ``path`` is the place inside the document, such as ``layers[0].activation``, or empty. As text it
    is one line, in which whatever a terminal would obey is written out.
    """

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        location = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return printable(": ".join(part for part in (location, self.path, self.message) if part))


class SpecError(WinitgenError):
    """A layer-spec with mistakes, in the order in which they stand in the file."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = tuple(sorted(dict.fromkeys(mistakes), key=lambda mistake: mistake[:3]))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class UsageError(WinitgenError):
    """A call that asks for something that does not exist or does not fit together."""


class UnreadableError(WinitgenError):
    """A file that was to be read is missing, unreadable, or not of its kind."""


class DiffersError(WinitgenError):
    """Something was checked, and it differs from what it should be.

    Where the differences were looked at one by one, ``mistakes`` are their lines, and ``report`` says the same
    to programs.
    """

    exit_code = 1

    def __init__(
        self, message: str, mistakes: Sequence[Mistake] = (), report: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.mistakes = tuple(mistakes)
        self.report = report or {}


class OutputError(WinitgenError):
    """The output could not be written; whatever stood under its name still does."""

    exit_code = 3


class ExistsError(OutputError):
    """The output exists with other contents, and nothing said that it may be replaced."""


def printable(text: str) -> str:
    """Return ``text`` on one line, without a character that a terminal would obey or that cannot be seen.

    Control characters, marks of direction, halves of characters and all spaces but the plain one are
    written out, as Python writes them.

    >>> printable("a\\n\\x1b[31mb\\u202ec")
    'a\\\\n\\\\x1b[31mb\\\\u202ec'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
