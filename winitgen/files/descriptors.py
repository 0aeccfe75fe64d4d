"""Calls on open files and folders, for the systems whose Python has them and for those whose has not.

Windows cannot open a folder, has no call that reads at an offset, translates line ends unless told otherwise, and
moves no file that is open. There a folder's descriptor is None, as the ``dir_fd`` of the standard library may be, and
the names in it are paths. macOS needs a call of its own before bytes are on the disk.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from threading import Lock

WINDOWS = sys.platform == "win32"

if sys.platform == "win32":
    _COMMON = os.O_BINARY | os.O_NOINHERIT
    READ, WRITE = os.O_RDONLY | _COMMON, os.O_WRONLY | _COMMON
    UNREAD, _NO_LINK, _FOLDER = READ, 0, 0
else:
    _COMMON = os.O_CLOEXEC
    READ, WRITE = os.O_RDONLY | _COMMON, os.O_WRONLY | os.O_NOCTTY | _COMMON
    # Without O_NONBLOCK, opening a pipe without a writer would block forever.
    UNREAD, _NO_LINK, _FOLDER = READ | os.O_NONBLOCK, os.O_NOFOLLOW, os.O_DIRECTORY

UPDATE = os.O_RDWR | _COMMON
NEW = os.O_CREAT | os.O_EXCL | UPDATE
"""The flags that make a file; the others are those of a file that is read, written, or of unknown kind."""

_MOVING = Lock()
"""Held while the position of a descriptor is moved, which all threads share."""


def open_unknown(path: str, *, follow: bool = True, folder: int | None = None) -> int:
    """Open whatever is at a path, without waiting; without ``follow``, raise `OSError` for a symbolic link."""
    if WINDOWS and not follow and os.path.islink(path):
        import errno

        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return os.open(path, UNREAD | (0 if follow else _NO_LINK), dir_fd=folder)


def open_folder(
    path: str, folder: int | None = None, *, listed: bool = True, follow: bool = True
) -> int | None:
    """Return the descriptor of a folder, or None on Windows; raise `OSError` if there is no such folder.

    Without ``listed`` one whose names may not be listed will do, if the system can open it. Without ``follow`` a link to one is none.
    """
    if WINDOWS:
        os.listdir(path)
        return None
    flags = READ if listed else getattr(os, "O_PATH", READ) | _COMMON
    return os.open(path, flags | _FOLDER | (0 if follow else _NO_LINK), dir_fd=folder)


def close_folder(folder: int | None) -> None:
    """Close what `open_folder` has opened."""
    if folder is not None:
        os.close(folder)


def read_at(fd: int, count: int, offset: int) -> bytes:
    """Return bytes from an offset, fewer at the end of the file, from any thread."""
    if sys.platform != "win32":
        return os.pread(fd, count, offset)
    with _MOVING:
        os.lseek(fd, offset, os.SEEK_SET)
        return os.read(fd, count)


def read_into(fd: int, buffer: memoryview, offset: int) -> int:
    """Fill ``buffer`` or a part of it from an offset, from any thread; return the number of bytes, 0 at the end."""
    if sys.platform != "win32":
        return os.preadv(fd, [buffer], offset)
    found = read_at(fd, len(buffer), offset)
    buffer[: len(found)] = found
    return len(found)


def write_at(fd: int, content: bytes | memoryview, offset: int) -> int:
    """Write bytes at an offset, from any thread, as ``os.pwrite`` does elsewhere than on Windows."""
    with _MOVING:
        os.lseek(fd, offset, os.SEEK_SET)
        return os.write(fd, content)


def settle(fd: int) -> None:
    """Wait until a file is on the disk; on Windows it must be open for writing."""
    if sys.platform == "darwin":
        import fcntl

        # fsync leaves the bytes in the memory of the drive; not every file system has the other call.
        with suppress(OSError):
            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
            return
    os.fsync(fd)


def settle_path(path: str) -> None:
    """Wait until the file or the folder at a path is on the disk; Windows does that for folders by itself."""
    if WINDOWS and os.path.isdir(path):
        return
    fd = os.open(path, UPDATE if WINDOWS else READ)
    try:
        settle(fd)
    finally:
        os.close(fd)


def settle_folder(folder: int | None) -> None:
    """Wait until the names in a folder are on the disk."""
    if folder is not None:
        settle(folder)


def copy_mode(folder: int | None, name: str, fd: int) -> None:
    """Give an open file the permissions of a file in a folder, if that is there; Windows has none to give."""
    if sys.platform == "win32":
        return
    import stat

    with suppress(FileNotFoundError):
        os.fchmod(fd, stat.S_IMODE(os.stat(name, dir_fd=folder).st_mode) & 0o777)
