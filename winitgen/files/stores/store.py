"""What a store can do: tell what is there, read a range, write an object whole or not at all, remove one."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from winitgen.files.stores.address import Address, plain_name
from winitgen.files.stores.file_system import file_system
from winitgen.files.stores.trouble import answers
from winitgen.files.stores.url_parts import WEB
from winitgen.files.stores.web_ranges import read_range
from winitgen.files.to_the_end import to_the_end

if TYPE_CHECKING:
    Buffer = bytes | bytearray | memoryview

_WHOLE = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "hf"})
"""Stores in which an upload appears when it is complete. In others a temporary name is moved."""

MIB = 1 << 20
_LEAST_PART = 5 * MIB
_MOST_PARTS = 10_000


def part_size(size: int) -> int:
    """Return the bytes of a part of an upload: S3 takes at most 10,000 parts, and a part is held in memory.

    >>> part_size(5 * 10**9) // MIB, part_size(5 * 10**12) // MIB
    (5, 477)
    """
    return max(_LEAST_PART, -(-size // (_MOST_PARTS * MIB)) * MIB)


class Found(NamedTuple):
    """What is at an address, its size in bytes, None if the store does not say, and its version, as far as it is told."""

    kind: Literal["nothing", "file", "folder"]
    size: int | None
    version: str = ""


_VERSIONS = (
    "ETag",
    "etag",
    "e_tag",
    "generation",
    "blob_id",
    "LastModified",
    "last_modified",
    "mtime",
    "modified",
)
"""What stores say of an object that is another when its bytes are: the first that is there counts."""


def version_of(found: Mapping[str, Any]) -> str:
    """Return what tells an object from a later one of the same name; empty if the store does not say.

    >>> version_of({"size": 3, "etag": None, "mtime": 1.5}), version_of({"size": 3})
    ('1.5', '')
    """
    return next((str(found[name]) for name in _VERSIONS if found.get(name) is not None), "")


class Uploading(Protocol):
    """An object that is being written: bytes in order, then `commit`; until then nothing is under its name."""

    def write(self, content: Buffer) -> object:
        """Append bytes."""

    def commit(self) -> None:
        """Let the object appear under its name."""


class Store:
    """The store of one address, with its own rules for credentials. All methods may be called from any thread.

    Raises `OSError`, with a line for a message, for whatever the store refuses.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self._fs, self._path = file_system(address)

    def look(self) -> Found:
        """Return what is at the address, as the store knows it now."""
        try:
            with answers(self.address):
                self._fs.invalidate_cache()
                found = self._fs.info(self._path)
        except FileNotFoundError:
            return Found("nothing", None)
        folder = found["type"] == "directory"
        if folder:
            return Found("folder", None)
        return Found("file", found.get("size"), version_of(found))

    def names(self) -> list[str]:
        """Return the names of the files in the folder at the address; none if there is no such folder."""
        try:
            with answers(self.address):
                self._fs.invalidate_cache()
                found = self._fs.ls(self._path, detail=True)
        except FileNotFoundError:
            return []
        names = (os.path.basename(entry["name"]) for entry in found if entry["type"] == "file")
        return sorted(plain_name(self.address, name) for name in names)

    def read(self, start: int, stop: int) -> bytes:
        """Return bytes ``start`` to ``stop`` of an object."""
        with answers(self.address):
            content: bytes = (
                read_range(self._fs, self._path, start, stop)
                if self.address.scheme in WEB
                else self._fs.cat_file(self._path, start=start, end=stop)
            )
        if len(content) > stop - start:
            raise OSError(
                errno.EIO, f"the store sent more than the {stop - start:,} bytes that it was asked for"
            )
        if len(content) < stop - start:
            raise OSError(errno.EIO, f"the store sent {len(content):,} bytes instead of {stop - start:,}")
        return content

    def remove(self) -> None:
        """Remove the object, if it is there."""
        with suppress(FileNotFoundError), answers(self.address):
            self._fs.rm_file(self._path)

    @contextmanager
    def upload(self, size: int) -> Iterator[Uploading]:
        """Give an upload of ``size`` bytes; unless it is committed, nothing is left of it."""
        if self.address.scheme in WEB:
            raise OSError(errno.EROFS, f"{self.address.scheme}:// can only be read")
        kind = _Moved if self.address.scheme not in _WHOLE else _Parts if size >= part_size(size) else _AtOnce
        upload = kind(self.address, self._fs, self._path, part_size(size))
        try:
            yield upload
        finally:
            try:
                upload.abandon()
            except BaseException:  # a signal may come first; the store must still forget it
                to_the_end(upload.abandon)
                raise


class _AtOnce:
    """A small object, which is sent by one request."""

    def __init__(self, address: Address, fs: Any, path: str, part: int) -> None:
        self._address, self._fs, self._path = address, fs, path
        self._content = bytearray()

    def write(self, content: Buffer) -> None:
        self._content += content

    def commit(self) -> None:
        with answers(self._address):
            self._fs.pipe_file(self._path, bytes(self._content))

    def abandon(self) -> None:
        """Do nothing: nothing was sent, or all of it."""


class _Parts:
    """An object that is sent in parts and appears when the store is told that they are all.

    Leaving fsspec's file by an exception would complete the upload with what was sent so far, so it is closed and
    committed by hand.
    """

    def __init__(self, address: Address, fs: Any, path: str, part: int) -> None:
        self._address = address
        with answers(address):
            self._file = fs.open(path, "wb", block_size=part, autocommit=False)
            fs.transaction.files.clear()  # where fsspec keeps a file to commit it itself
        self._committed = False

    def write(self, content: Buffer) -> None:
        with answers(self._address):
            self._file.write(content)

    def commit(self) -> None:
        with answers(self._address):
            self._file.close()
            self._file.commit()
        self._committed = True

    def abandon(self) -> None:
        """Tell the store to forget the parts; if it does not answer, that is not the error to report."""
        if self._committed:
            return
        self._file.closed = True  # or the collector of garbage would send the rest
        with suppress(OSError), answers(self._address):
            self._file.discard()


class _Moved:
    """An object in a store that shows what is half written: it is written under another name, and moved."""

    def __init__(self, address: Address, fs: Any, path: str, part: int) -> None:
        self._address, self._fs, self._path = address, fs, path
        parent, _, name = path.rpartition("/")
        self._temporary = f"{parent}/.{name}.winitgen-{os.urandom(6).hex()}.tmp"
        with answers(address):
            if parent:
                fs.makedirs(parent, exist_ok=True)
            self._file = fs.open(self._temporary, "wb")
        self._moved = False

    def write(self, content: Buffer) -> None:
        with answers(self._address):
            self._file.write(content)

    def commit(self) -> None:
        with answers(self._address):
            self._file.close()
            self._move()
        self._moved = True

    def _move(self) -> None:
        """Give the object its name; the move that fsspec makes of a copy would take both names as patterns."""
        from fsspec import AbstractFileSystem

        if type(self._fs).mv is not AbstractFileSystem.mv:
            self._fs.mv(self._temporary, self._path)
            return
        self._fs.cp_file(self._temporary, self._path)
        self._fs.rm_file(self._temporary)

    def abandon(self) -> None:
        """Remove the temporary name."""
        if self._moved:
            return
        with suppress(OSError), answers(self._address):
            self._file.close()
            self._fs.rm_file(self._temporary)
