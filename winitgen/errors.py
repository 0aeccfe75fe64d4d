"""Everything winitgen refuses, with the exit code of each refusal on the command line.

::

    WinitgenError
    ├── SpecError          2  the layer-spec has mistakes: all of them, with their locations
    ├── UsageError         2  the call asks for something that does not exist or does not fit
    ├── UnreadableError    2  an input file is missing, unreadable or not of its kind
    ├── DiffersError       1  something was checked, and it differs from what it should be
    └── OutputError        3  the output could not be written
        └── ExistsError    3  the output exists, differs, and may not be replaced
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple


class WinitgenError(Exception):
    """Base class of every refusal; the text is one line for a person to read, or one for each of its ``mistakes``.

    Control characters, as a path may have them, are escaped, and URLs are without user, password and query.
    """

    exit_code = 2
    mistakes: tuple[Mistake, ...] = ()

    def __str__(self) -> str:
        return "\n".join(map(str, self.mistakes)) or printable(without_secrets(super().__str__()))


class Mistake(NamedTuple):
    """One mistake in a layer-spec: its location and what is wrong.

    ``line`` and ``column`` count from 1; ``line`` is 0 if the mistake concerns the file as a whole.
    ``path`` is the path inside the document, such as ``layers[0].activation``, or empty. As text a mistake
    is one line, with control characters escaped.
    """

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        file = without_secrets(self.file)
        location = f"{file}:{self.line}:{self.column}" if self.line else file
        message = without_secrets(self.message)
        return printable(": ".join(part for part in (location, self.path, message) if part))


class SpecError(WinitgenError):
    """A layer-spec with mistakes, in the order in which they appear in the file; the text has a line for each."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = tuple(sorted(dict.fromkeys(mistakes), key=lambda mistake: mistake[:3]))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))

    def __reduce__(self) -> tuple[type[SpecError], tuple[list[Mistake]]]:
        """Return how the error is made again in another process: of its mistakes, not of its text."""
        return type(self), (list(self.mistakes),)


class UsageError(WinitgenError):
    """A call that asks for something that does not exist or does not fit together."""


class UnreadableError(WinitgenError):
    """An input file is missing, unreadable, or not of its kind."""


class DiffersError(WinitgenError):
    """Something was checked, and it differs from what it should be.

    If the differences were examined one by one, ``mistakes`` has a line for each, and ``report`` the same
    for programs.
    """

    exit_code = 1

    def __init__(
        self, message: str, mistakes: Sequence[Mistake] = (), report: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.mistakes = tuple(mistakes)
        self.report = report or {}


class OutputError(WinitgenError):
    """The output could not be written; a file that had its name before is unchanged."""

    exit_code = 3


class ExistsError(OutputError):
    """The output exists with other contents, and replacing it was not allowed."""


_WORD = re.compile(r"""[^\s'"]+""")


def install(extra: str) -> str:
    """Return the command that installs an extra, of an installed winitgen and of a clone.

    >>> install("plot")
    "pip install 'winitgen[plot]' ('.[plot]' in a clone)"
    """
    return f"pip install 'winitgen[{extra}]' ('.[{extra}]' in a clone)"


def without_secrets(text: str) -> str:
    """Return ``text`` with every URL of a store without user, password and query, which may be secrets.

    >>> without_secrets("cannot read https://me:pass@host/w.npz?token=1: it is 'gone'")
    "cannot read https://host/w.npz: it is 'gone'"
    """
    return _WORD.sub(_without_secrets, text) if ":/" in text else text


def _without_secrets(word: re.Match[str]) -> str:
    scheme, mark, rest = word[0].partition(":/")
    if not mark or scheme.endswith(("file", "local")):
        return word[0]
    whole = rest.lstrip("/")
    slashes = "/" * (1 + len(rest) - len(whole))
    if hides_password(slashes, whole):
        return f"{scheme}:{slashes}..."
    if slashes == "/":
        return word[0]
    url, query, hidden = rest[1:].partition("?")
    host, slash, path = url.partition("/")
    ending = hidden[-1:] if hidden[-1:] in {":", ";", ",", ")"} else ""
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}{ending if query else ''}"


def hides_password(slashes: str, rest: str) -> bool:
    """Tell whether what stands behind the kind of a URL and its slashes may hold a password of which the end is not known.

    A password ends at the last ``@`` in front of the first ``/``, ``?`` or ``#``. With one of these inside of it, it is no longer
    told from a host, a port and a path; and without two slashes there is no host.

    >>> hides_password("//", "me:pa/ss@host/w.npz"), hides_password("//", "me:pass@host/w.npz")
    (True, False)
    """
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    user, has_user, _ = authority.rpartition("@")
    later = "@" in rest[len(authority) :]
    if slashes == "//":
        return later and ":" in (user or authority)
    return ":" in authority and (later or bool(has_user))


def printable(text: str) -> str:
    """Return ``text`` on one line, without characters that are invisible or that a terminal would obey.

    Control characters, direction marks, lone surrogates and all spaces but the plain one are escaped, as
    in Python.

    >>> printable("a\\n\\x1b[31mb\\u202ec")
    'a\\\\n\\\\x1b[31mb\\\\u202ec'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
