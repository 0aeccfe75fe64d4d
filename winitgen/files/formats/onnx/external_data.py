"""The files beside a model that hold values of its tensors: only those of its own folder are opened, and no link is followed.

In a cache of Hugging Face's libraries all files are links into the same cache, and these are followed.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.input.held_folder import HeldFolder, holding
from winitgen.files.input.hub_cache import leads_out
from winitgen.files.input.open_file import quoted
from winitgen.files.stores.address import join, split
from winitgen.files.windows_names import trouble_here

if TYPE_CHECKING:
    from contextlib import ExitStack

    from winitgen.files.input.raw_values import Source

MOST_FILES = 10_000


class ExternalFile(NamedTuple):
    """An open file with values: what its bytes are read from, its path, its size, and where it begins behind the model and the files before it."""

    source: Source
    path: str
    size: int
    begin: int


class ExternalPlace(NamedTuple):
    """Where values are in another file."""

    file: ExternalFile
    offset: int
    length: int


class ExternalFiles:
    """The files beside the model at ``path``, of ``size`` bytes; they are opened when a tensor names them, and closed with ``stack``."""

    def __init__(self, path: str, size: int, stack: ExitStack) -> None:
        self._path, self._stack = path, stack
        self._folder: HeldFolder | None = None
        self._found: dict[str, ExternalFile | str] = {}
        self.end = size

    @property
    def names(self) -> list[str]:
        """The names of the files that were opened."""
        return [name for name, found in self._found.items() if isinstance(found, ExternalFile)]

    def check(self) -> None:
        """Raise `ChangedError` if a file is another than it was."""
        if self._folder is not None:
            self._folder.check_states()

    def place(self, where: Mapping[str, str]) -> ExternalPlace | str:
        """Return where values are by what a model says of it, or why they are not read."""
        location = where.get("location", "")
        file = self._file(location)
        if isinstance(file, str):
            return file
        offset, length = _number(where.get("offset", "0")), _number(where.get("length", "-"))
        if offset is None or (length is None and "length" in where):
            return f"its place in {quoted(location)} is not a number"
        if offset > file.size or (length or 0) > file.size - offset:
            return f"its values end behind {quoted(location)}, which has {file.size:,} bytes"
        return ExternalPlace(file, offset, file.size - offset if length is None else length)

    def _file(self, location: str) -> ExternalFile | str:
        name = location.removeprefix("./")
        if not name or name in {".", ".."} or any(mark in name for mark in "/\\\0") or trouble_here(name):
            return f"its values are in {quoted(location)}, and only a file beside the model is read"
        if name not in self._found:
            if len(self._found) >= MOST_FILES:
                raise UnreadableError(f"{self._path} names more than {MOST_FILES:,} files with values")
            self._found[name] = self._opened(name)
        return self._found[name]

    def _opened(self, name: str) -> ExternalFile | str:
        if self._folder is None:
            folder, _ = split(self._path)
            self._folder = self._stack.enter_context(holding(folder, listed=False))
        path, within = join(self._folder.path, name), self._folder.within
        if not self._folder.has(name):
            return _absent(name)
        if within is not None and leads_out(path, within):
            return (
                f"its values are in {quoted(name)}, a link that leads out of {within}, which is not followed"
            )
        try:
            with self._folder.member(name, follow=within is not None) as (file, source):
                found = ExternalFile(source, path, file.seek(0, os.SEEK_END), self.end)
        except UnreadableError as error:
            why = error.__cause__.errno if isinstance(error.__cause__, OSError) else None
            if why == errno.ENOENT:  # of a store, which is asked only here
                return _absent(name)
            if why == errno.ELOOP:
                return f"its values are in {quoted(name)}, a link, which is not followed"
            raise
        self.end += found.size
        return found


def _absent(name: str) -> str:
    return f"its values are in {quoted(name)}, which does not exist"


def _number(text: str) -> int | None:
    """Return a whole number that is not negative, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
