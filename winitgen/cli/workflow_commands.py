"""Names of tensors and paths that a pipeline would obey, as they stand in the text of a command, are escaped.

GitHub's runner obeys a line that begins with ``::`` after blanks, and Azure's agent and older runners any line with
``##vso[`` or ``##[`` in it. Such text is written with an escape that JSON reads back as the same text.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from winitgen.errors import OutputError

_AT_A_START = re.compile(r"^([ \t]*):(?=:)", re.MULTILINE)
_ANYWHERE = re.compile(r"#(?=#[a-z]*\[)")


def escaped(text: str) -> str:
    r"""Return text that no runner obeys; it begins a line.

    >>> escaped("::add-mask::x\n a ##vso[task.setvariable]b, 1::2")
    '\\u003a:add-mask::x\n a \\u0023#vso[task.setvariable]b, 1::2'
    """
    return _ANYWHERE.sub(r"\\u0023", _AT_A_START.sub(r"\1\\u003a", text))


class EscapingStream:
    """A text stream that escapes what a runner would obey; all else is the stream's own.

    A name is written in one piece, so each piece is looked at by itself, with whether it begins a line.
    """

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self._begins_line = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Write text, and return its length as it was given."""
        if isinstance(text, str) and ("::" in text or "##" in text):
            self.stream.write(escaped(text) if self._begins_line else escaped(f"|{text}")[1:])
        else:
            self.stream.write(text)
        line = text.rpartition("\n")[2]
        self._begins_line = not line.strip() and (self._begins_line or "\n" in text)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)


class ResultStream(EscapingStream):
    """Standard output: an error of the system is one of this stream, and says so.

    That its reader has closed it stays a `BrokenPipeError`.
    """

    def write(self, text: str) -> int:
        """Write text; raise `OutputError` if that is not possible."""
        with writing_results():
            return super().write(text)

    def flush(self) -> None:
        """Write what is buffered; raise `OutputError` if that is not possible."""
        with writing_results():
            self.stream.flush()


@contextmanager
def writing_results() -> Iterator[None]:
    """Turn an error of the system about standard output into an `OutputError` that names it."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"cannot write standard output: {error.strerror or error}") from error


class MessageStream(EscapingStream):
    """Standard error: that a message cannot be printed changes neither the work nor the exit code."""

    def write(self, text: str) -> int:
        """Write text, as far as that is possible."""
        with suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        """Write what is buffered, as far as that is possible."""
        with suppress(OSError):
            self.stream.flush()


def guard() -> None:
    """Escape what is written to standard output and standard error from now on."""
    sys.stdout, sys.stderr = ResultStream(sys.stdout), MessageStream(sys.stderr)


def obey(line: str) -> None:
    """Print a line on standard error that a runner is meant to obey."""
    stream: Any = sys.stderr
    with suppress(OSError):
        print(line, file=stream.stream if isinstance(stream, EscapingStream) else stream, flush=True)
