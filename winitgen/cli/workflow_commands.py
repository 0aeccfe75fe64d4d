"""Names of tensors and paths that a pipeline would obey, as they stand in the text of a command, are escaped.

GitHub's runner obeys a line that begins with ``::`` after blanks; Azure's agent and others obey ``##vso[``,
``##teamcity[`` or ``##[`` wherever they stand in a line. So neither two colons nor two hashes begin a line. Such text is
written with an escape that JSON reads back as the same text.
"""

from __future__ import annotations

import codecs
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from winitgen.errors import OutputError

_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""The characters at which some program begins a new line."""

_AT_A_START = rf"(^|[{_ENDS}])([^\S{_ENDS}]*)(:(?=:|\Z)|#(?=#|\Z))"
_ANYWHERE = r"#(?=#\w*(?:\[|\Z))"


def escaped(text: str) -> str:
    r"""Return text that no runner obeys; it begins a line, and what follows it may be anything.

    >>> escaped("::add-mask::x\n a ##vso[task.setvariable]b, 1::2")
    '\\u003a:add-mask::x\n a \\u0023#vso[task.setvariable]b, 1::2'
    """
    if "::" not in text and "##" not in text and not text.endswith((":", "#")):
        return text  # almost all is, and compiling the patterns takes time
    text = re.sub(_AT_A_START, lambda found: f"{found[1]}{found[2]}\\u00{ord(found[3]):x}", text)
    return without_hashes(text)


def without_hashes(text: str) -> str:
    r"""Return text in which nothing is obeyed wherever it stands in a line, such as within another command.

    >>> without_hashes("a ##[error]b ::c")
    'a \\u0023#[error]b ::c'
    """
    return re.sub(_ANYWHERE, r"\\u0023", text)


def path_line(path: str) -> str:
    """Return a path as a line for a script: the same file by a name that no runner obeys, if there is one.

    >>> path_line("::w.npz"), path_line("out/w.npz")
    ('./::w.npz', 'out/w.npz')
    """
    if escaped(path) == path:
        return path
    return escaped(path if os.path.isabs(path) else os.path.join(".", path))


def _has_plain_ascii(encoding: str) -> bool:
    """Return whether the bytes of a colon and of a hash are part of no other character, as in UTF-8.

    >>> [_has_plain_ascii(name) for name in ("utf-8", "shift_jis", "iso2022_jp", "utf-16")]
    [True, True, False, False]
    """
    if codecs.lookup(encoding).name in ("ascii", "cp1252", "iso8859-1", "utf-8"):
        return True
    others = "".join(map(chr, range(0x80, 0xD800)))
    return not set(b":#") & set(others.encode(encoding, "ignore"))


class EscapingStream:
    """A text stream that escapes what a runner would obey; all else is the stream's own.

    However a line is cut into pieces, the pieces together are not obeyed.
    """

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self._only_ascii = not _has_plain_ascii(getattr(stream, "encoding", None) or "utf-8")
        self._begins_line = True
        self._after_hash = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    @property
    def buffer(self) -> EscapingBuffer:
        """What takes bytes; click writes into that of an ASCII stream, in UTF-8."""
        return EscapingBuffer(self)

    def write(self, text: str) -> int:
        """Write text, and return its length as it was given."""
        self.stream.write(self._shown(text) if isinstance(text, str) else text)
        if text:
            start = max(map(text.rfind, _ENDS)) + 1  # from the end: a line may be long
            self._begins_line = not text[start:].strip() and (self._begins_line or start > 0)
            self._after_hash = text.endswith("#")
        return len(text)

    def write_path(self, path: str) -> None:
        """Write a path as a line for a script, byte for byte."""
        self.flush()
        self.stream.buffer.write(os.fsencode(path_line(path)) + b"\n")
        self.stream.buffer.flush()

    def _shown(self, text: str) -> str:
        """Return text as it is written, where it stands."""
        if ":" in text or "#" in text:
            text = self._escaped(text)
        return text.encode("ascii", "backslashreplace").decode() if self._only_ascii else text

    def _escaped(self, text: str) -> str:
        if self._after_hash and text.startswith("#"):
            return r"\u0023" + escaped(f"|{text[1:]}")[1:]
        return escaped(text) if self._begins_line else escaped(f"|{text}")[1:]

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)


class EscapingBuffer:
    """The bytes of a stream that escapes: UTF-8, of which each write has whole characters."""

    def __init__(self, stream: EscapingStream) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream.stream.buffer, name)

    def write(self, content: bytes | bytearray | memoryview) -> int:
        """Write the text of the bytes, and return their number."""
        self._stream.write(bytes(content).decode(errors="backslashreplace"))
        return len(content)

    def flush(self) -> None:
        """Write what is buffered."""
        self._stream.flush()


class ResultStream(EscapingStream):
    """Standard output: an error of the system is one of this stream, and says so.

    That its reader has closed it stays a `BrokenPipeError`. ``failed`` is whether a part could not be written.
    """

    failed = False

    def write(self, text: str) -> int:
        """Write text; raise `OutputError` if that is not possible."""
        with self._noting():
            return super().write(text)

    def write_path(self, path: str) -> None:
        """Write a path as a line for a script; raise `OutputError` if that is not possible."""
        with self._noting():
            super().write_path(path)

    def flush(self) -> None:
        """Write what is buffered; raise `OutputError` if that is not possible."""
        with self._noting():
            self.stream.flush()

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            with writing_results():
                yield
        except (OutputError, BrokenPipeError):
            self.failed = True
            raise


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
