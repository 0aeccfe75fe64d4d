"""A new folder appears under its name with all of its files, or not at all.

The files are written into a folder beside the target, which then takes the target's name. A
folder that already has the name changes places with it in one system call, where there is one.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from winitgen.errors import OutputError
from winitgen.writers.atomic import reserve, temporary_name, writing

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextmanager
def new_folder(path: str, *, fsync: bool = True) -> Iterator[str]:
    """Give the path of a folder to fill, which takes the name ``path`` on leaving.

    With an exception nothing is left, and whatever stands under the name stays as it is. A folder
    that has the name already is replaced: it is for the caller to know that it may be.
    """
    with writing(path):
        target = os.path.realpath(path)
        parent, name = os.path.split(target)
        temporary = os.path.join(parent, temporary_name(name))
        os.mkdir(temporary)
        try:
            yield temporary
            if fsync:
                _fsync_all(temporary)
            _publish(temporary, target)
        finally:
            _remove(temporary)  # what was not finished, or what was replaced
        if fsync:
            _fsync(parent)


@contextmanager
def new_member(folder: str, name: str, size: int) -> Iterator[int]:
    """Give the descriptor of a new file of ``size`` bytes in a folder that is being filled."""
    path = os.path.join(folder, name)
    fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o666)
    try:
        reserve(fd, size)
        yield fd
        found = os.fstat(fd).st_size
    finally:
        os.close(fd)
    if found != size:
        raise OutputError(f"cannot write {name}: it came out at {found} bytes instead of {size}")


def _fsync_all(folder: str) -> None:
    """Wait until the disk has every file: the first ones are there while the last is drawn."""
    for name in os.listdir(folder):
        _fsync(os.path.join(folder, name))
    _fsync(folder)


def _fsync(path: str) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _publish(temporary: str, target: str) -> None:
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        os.rename(temporary, target)
        return
    os.chmod(temporary, stat.S_IMODE(mode))
    if not _exchange(temporary, target):
        _take_turns(temporary, target)


def _exchange(one: str, other: str) -> bool:
    """Let two paths change places at once; return False where the system cannot."""
    import ctypes

    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if not call:
        return False
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in {errno.EINVAL, errno.ENOSYS}:
        return False
    raise OSError(number, os.strerror(number))


def _take_turns(temporary: str, target: str) -> None:
    """Replace ``target`` in two steps, taking the first one back where the second fails."""
    aside = os.path.join(os.path.dirname(target), temporary_name(os.path.basename(target)))
    os.rename(target, aside)
    try:
        os.rename(temporary, target)
    except BaseException:
        os.rename(aside, target)
        raise
    _remove(aside)


def _remove(folder: str) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
