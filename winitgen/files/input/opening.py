"""Opening untrusted files: a file that cannot be read gives one line, never a hang or a traceback."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.descriptors import open_unknown
from winitgen.files.input.steady import FileState, changed, check_open, steady, unless_changed
from winitgen.files.stores.address import is_remote, join
from winitgen.files.windows_names import trouble_here
from winitgen.files.working_folder import trouble

if TYPE_CHECKING:
    from winitgen.files.stores.remote_file import RemoteFile

LONGEST_TEXT = 100_000_000
"""The most bytes of JSON that are read into memory; the safetensors library has the same limit."""


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Turn an operating system error about an input file into a one-line `UnreadableError`."""
    try:
        yield
    except BrokenPipeError:  # of an output that is written meanwhile: no file and no store gives it
        raise
    except OSError as error:
        raise UnreadableError(f"cannot read {path}: {trouble(path, error)}") from error


_NOT_THERE = frozenset({None, errno.ENOENT, errno.ENOTDIR, errno.ELOOP})


def failed(error: UnreadableError) -> OSError | None:
    """Return the error of the operating system that stopped the reading of a file that is there, if one did.

    Such an error, as of a failing disk or of too many open files, says nothing about the content.
    """
    cause = error.__cause__
    return cause if isinstance(cause, OSError) and cause.errno not in _NOT_THERE else None


class WatchedFile(NamedTuple):
    """An open file, its state when it was opened, None for one of a store, and what raises if it is another now."""

    file: BinaryIO
    state: FileState | None
    check: Callable[[], None]


@contextmanager
def opened(path: str, *, follow: bool = True) -> Iterator[BinaryIO]:
    """Open a file as `watched` does, and give it alone."""
    with watched(path, follow=follow) as found:
        yield found.file


@contextmanager
def watched(
    path: str,
    *,
    follow: bool = True,
    name: str | None = None,
    folder: int | None = None,
    before: FileState | None = None,
) -> Iterator[WatchedFile]:
    """Open a regular file, or an object of a store, for reading; without ``follow`` a symbolic link is refused.

    With ``folder`` the file is ``name`` in that open folder, and ``path`` is for messages. Raises `ChangedError` for
    a file of a disk that is changed before it is closed, or since it had the state ``before``.
    """
    if is_remote(path):
        from winitgen.files.stores.remote_file import opened_remote

        with reading(path), opened_remote(path) as remote:
            check = partial(_check_remote, remote, path)
            with unless_changed(check):
                yield WatchedFile(remote, None, check)
        return
    with reading(path):
        fd = open_unknown(path if name is None else name, follow=follow, folder=folder)
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise UnreadableError(f"cannot read {path}: it is not a regular file")
        with open(fd, "rb") as file, steady(fd, path, name, folder, before) as state:
            yield WatchedFile(file, state, partial(check_open, fd, path, state, name, folder))


def _check_remote(file: RemoteFile, path: str) -> None:
    """Raise `ChangedError` if an object of a store is another by now."""
    with reading(path):
        if file.is_changed():
            raise changed(path)


_MOST = {b'"': 3_000_000, b"[": 1_000_000, b"{": 1_000_000, b",": 4_000_000}
"""The most of each character in a JSON text: twice what 250,000 tensors need, and too few to fill the memory."""

_LONGEST_WIDE = 1 << 25


def is_modest(text: bytes) -> bool:
    """Tell whether any JSON text with these characters can be decoded in a few hundred megabytes.

    A character of an empty list takes twenty bytes of memory, and one non-ASCII character makes all others take four.
    """
    if len(text) > _LONGEST_WIDE and not text.isascii():
        return False
    return all(text.count(character) <= most for character, most in _MOST.items())


def decoded(text: bytes, fields: list[Any]) -> Any:
    """Return the named fields of a JSON object, or None if the text is not such an object.

    Other keys are skipped without building their values, so a hostile text takes no more memory than its own
    length. Fields are given as to `msgspec.defstruct`: name, type and default.
    """
    import msgspec

    if not is_modest(text):
        return None
    try:
        return msgspec.json.decode(text, type=msgspec.defstruct("Fields", fields))
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None


_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


def with_halves(text: bytes, fields: list[Any]) -> Any:
    """Do what `decoded` does for a text with halves of characters in its names, as Python's ``json`` writes and reads them."""
    import json

    import msgspec

    if not is_modest(text) or not _HALF.search(text):
        return None
    try:
        return msgspec.convert(json.loads(text), type=msgspec.defstruct("Fields", fields))
    except (msgspec.ValidationError, RecursionError, ValueError):
        return None


def inside(folder: str, name: str, trouble: str) -> str:
    """Return the path of a file that an index names; raise `UnreadableError` if it is not in the folder."""
    from pathlib import Path

    if not name or name in {".", ".."} or "/" in name or "\\" in name or "\0" in name or trouble_here(name):
        raise UnreadableError(f"{trouble} is not a plain file name")
    return join(folder, name) if is_remote(folder) else str(Path(folder) / name)
