"""Temporary files into which a part of an input is unpacked: what stops them says nothing about the input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from winitgen.errors import UnreadableError


@contextmanager
def unpacking(path: str) -> Iterator[None]:
    """Turn an error of the operating system about a temporary file into an `UnreadableError` that says where it is."""
    try:
        yield
    except OSError as error:
        raise UnreadableError(
            f"cannot unpack {path} into a temporary file{_place()}: {error.strerror or error}"
        ) from error


def write_all(file: IO[bytes], content: bytes | bytearray, path: str) -> None:
    """Write what was unpacked of an input; the file is not buffered, so that closing it fails no more."""
    rest = memoryview(content)
    with unpacking(path):
        while rest:
            rest = rest[file.write(rest) :]


def _place() -> str:
    """Return where temporary files are, as a part of a sentence; nothing if no folder can hold them."""
    from tempfile import gettempdir

    try:
        return f" in {gettempdir()}"
    except OSError:
        return ""
