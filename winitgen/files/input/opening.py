"""Opening a file that may be anything: what cannot be read is one line, never a hang or a traceback."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from winitgen.errors import UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_TEXT = 100_000_000
"""Bytes of JSON read into memory at most, which is also the safetensors library's own limit."""


@contextmanager
def reading(path: str | Path) -> Iterator[None]:
    """Turn the operating system's complaints about a file that is read into one line each."""
    try:
        yield
    except OSError as error:
        raise UnreadableError(f"cannot read {path}: {error.strerror or error}") from error


@contextmanager
def opened(path: Path, *, follow: bool = True) -> Iterator[BinaryIO]:
    """Give a regular file, open for reading; without ``follow`` a link under its name is refused."""
    with reading(path):
        # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW))
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise UnreadableError(f"cannot read {path}: it is not a regular file")
        with open(fd, "rb") as file:
            yield file


_MOST = {b'"': 3_000_000, b"[": 1_000_000, b"{": 1_000_000, b",": 4_000_000}
"""Characters of a JSON text at most: twice what 250,000 tensors take, and less than fills the memory."""

_LONGEST_WIDE = 1 << 25


def is_modest(text: bytes) -> bool:
    """Tell whether a JSON text can be read in a few hundred megabytes, whatever it says.

    One character of an empty list takes twenty bytes of memory, and one beyond ASCII makes all others take four.
    """
    if len(text) > _LONGEST_WIDE and not text.isascii():
        return False
    return all(text.count(character) <= most for character, most in _MOST.items())


def decoded(text: bytes, fields: list[Any]) -> Any:
    """Return the named fields of a JSON object, or None where the text is no such object.

    Everything else in it is skipped, not built: a hostile text takes no more memory than its own
    length. A field is what `msgspec.defstruct` takes: an attribute, its type, what stands for it.
    """
    import msgspec

    if not is_modest(text):
        return None
    try:
        return msgspec.json.decode(text, type=msgspec.defstruct("Fields", fields))
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None


def inside(folder: str, name: str, trouble: str) -> Path:
    """Return the path of a file that an index names; raise `UnreadableError` where it is not in the folder."""
    from pathlib import Path

    if not name or name in {".", ".."} or "/" in name or "\\" in name or "\0" in name:
        raise UnreadableError(f"{trouble} is not a plain file name")
    return Path(folder) / name
