"""The files beside a model that hold values of its tensors: only those of its own folder are opened, and no link is followed.

In a cache of Hugging Face's libraries all files are links into the same cache, and these are followed.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.input.held_folder import HeldFolder, holding_beside
from winitgen.files.input.hub_cache import leads_out
from winitgen.files.input.open_file import quoted
from winitgen.files.stores.address import is_remote, join
from winitgen.files.windows_names import trouble_here

if TYPE_CHECKING:
    from contextlib import ExitStack

    from winitgen.files.input.raw_values import Source

MOST_FILES = 10_000
MOST_FOLDERS = 3
"""Each keeps files open, as many as a quarter of the descriptors of a process."""

_MOST_PARTS = 32
_OF_URLS = frozenset("%?#")
"""What a store may take for another character, as ``%2e`` for a dot, or for the end of a name."""


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
    """The files beside the open model at ``path``, of ``size`` bytes; they are opened when a tensor names them, and closed with ``stack``.

    ``end`` is behind the model and all these files. ``linked`` says of the first file that is a link, or has hard links, that it is; empty if none is.
    """

    def __init__(self, file: BinaryIO, path: str, size: int, stack: ExitStack) -> None:
        self._model, self._path, self._stack = file, path, stack
        self._folders: dict[tuple[str, ...], HeldFolder] = {}
        self._found: dict[str, ExternalFile | str] = {}
        self._files: dict[tuple[str, ...], ExternalFile] = {}
        self.end = size
        self.linked = ""

    @property
    def count(self) -> int:
        """How many files were opened."""
        return len(self._files)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the files that were opened."""
        return tuple(file.path for file in self._files.values())

    def check(self) -> None:
        """Raise `ChangedError` if a file is another than it was."""
        for folder in self._folders.values():
            folder.check_states()

    def check_names(self) -> None:
        """Raise `ChangedError` unless the model and all files with values were there at once."""
        for folder in self._folders.values():
            folder.check_names()

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
        if location not in self._found:
            if len(self._found) >= MOST_FILES:
                raise UnreadableError(f"{self._path} names more than {MOST_FILES:,} files with values")
            self._found[location] = self._named(location)
        return self._found[location]

    def _named(self, location: str) -> ExternalFile | str:
        parts = tuple(part for part in location.split("/", _MOST_PARTS) if part != ".")
        plain = not is_remote(self._path) or not set(location) & _OF_URLS
        if not parts or not plain or not all(map(_is_name, parts)):
            return f"its values are in {quoted(location)}, and only files in the folder of the model are read"
        if parts in self._files:
            return self._files[parts]
        found = self._opened(parts[:-1], parts[-1], location)
        if isinstance(found, ExternalFile):
            self._files[parts] = found
        return found

    def _opened(self, folders: tuple[str, ...], name: str, location: str) -> ExternalFile | str:
        try:
            return self._member(self._folder(folders), name, location)
        except (OSError, UnreadableError) as error:
            cause = error if isinstance(error, OSError) else error.__cause__
            why = cause.errno if isinstance(cause, OSError) else None
            if why == errno.ENOENT:
                return _absent(location)
            if why == errno.ELOOP:
                return f"its values are in {quoted(location)}, a link, which is not followed"
            if why == errno.ENOTDIR:
                return f"its values are in {quoted(location)}, on the way to which is a link, or no folder"
            raise

    def _member(self, folder: HeldFolder, name: str, location: str) -> ExternalFile | str:
        path, within = join(folder.path, name), folder.within
        if not folder.has(name):
            return _absent(location)
        if within is not None and leads_out(path, within):
            return f"its values are in {quoted(location)}, a link that leads out of {within}, which is not followed"
        with folder.member(name, follow=within is not None) as (file, source):
            found = ExternalFile(source, path, file.seek(0, os.SEEK_END), self.end)
            if not self.linked and not is_remote(path):
                self.linked = _linked(file, path, location)
        self.end += found.size
        return found

    def _folder(self, names: tuple[str, ...]) -> HeldFolder:
        """Return the folder of the model, or one in it, which stays open."""
        if names not in self._folders:
            if names:
                held = self._stack.enter_context(self._folder(()).inside(names))
            else:
                held = self._stack.enter_context(holding_beside(self._model, self._path))
            if len(self._folders) >= MOST_FOLDERS:
                raise UnreadableError(f"{self._path} names files in more than {MOST_FOLDERS} folders")
            self._folders[names] = held
        return self._folders[names]


def _is_name(part: str) -> bool:
    """Tell whether a part of a path is a plain name, on any system."""
    return part not in {"", ".."} and not set(part) & {"/", "\\", "\0"} and not trouble_here(part)


def _linked(file: BinaryIO, path: str, location: str) -> str:
    """Return how an open file has further names; empty if it has none."""
    if os.path.islink(path):
        return f"{quoted(location)} is a link"
    return f"{quoted(location)} has hard links" if os.fstat(file.fileno()).st_nlink > 1 else ""


def _absent(name: str) -> str:
    return f"its values are in {quoted(name)}, which does not exist"


def _number(text: str) -> int | None:
    """Return a whole number that is not negative, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
