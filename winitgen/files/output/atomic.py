"""A new file appears under its name complete, or not at all.

It is written beside the target and takes the target's name by one system call. On Linux a new
file has no name until then, so even ``kill -9`` leaves nothing behind. A target that
is a symbolic link is followed: the link stays, and the file it points to is replaced.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

from winitgen.errors import ExistsError, OutputError
from winitgen.files import descriptors
from winitgen.files.output.renaming import rename_new
from winitgen.files.to_the_end import to_the_end
from winitgen.files.working_folder import trouble

# Errors of file systems without hard links (FAT, some network shares) or with too many of them.
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})
TEMPORARY_ENDING = r"[0-9a-f]{12}\.tmp"
_LONGEST_NAME = 255  # bytes in one component of a path, on every file system in common use


@contextmanager
def writing(path: str) -> Iterator[None]:
    """Turn an operating system error about an output into a one-line `OutputError`."""
    try:
        yield
    except BrokenPipeError:  # the command line ends quietly on a broken pipe
        raise
    except OSError as error:
        raise OutputError(f"cannot write {path}: {trouble(path, error)}") from error


@contextmanager
def new_file(path: str, size: int, *, fsync: bool = True, replace: bool = False) -> Iterator[int]:
    """Give the descriptor of a new file of ``size`` bytes that takes the name ``path`` on exit.

    On an exception nothing is left behind, and an existing file stays unchanged. Without
    ``replace``, a file that appears under the name in the meantime raises `ExistsError`.
    """
    with writing(path), _opened_folder(path) as (folder, name):
        temporary = _beside(name)  # chosen first, so that a signal at any moment leaves nothing
        try:
            fd, source = _open_unnamed(folder) or _open_named(folder, temporary)
            try:
                descriptors.copy_mode(folder, name, fd)
                reserve(fd, size)
                yield fd
                _settle(fd, path, size, fsync=fsync)
                if source != temporary:
                    _publish(source, temporary, folder, name, replace=replace)
            finally:
                os.close(fd)
            if source == temporary:  # closed first, as Windows moves no open file
                _publish(source, temporary, folder, name, replace=replace)
        except FileExistsError:
            raise ExistsError(f"{path} appeared while it was being written; --force replaces it") from None
        finally:
            try:
                _unlink(temporary, folder)
            except BaseException:  # a signal may come first; the name must still be removed
                to_the_end(partial(_unlink, temporary, folder))
                raise
        if fsync:
            descriptors.settle_folder(folder)


@contextmanager
def opened(path: str) -> Iterator[int]:
    """Open an existing file or folder for reading and give its descriptor."""
    fd = os.open(path, descriptors.READ)
    try:
        yield fd
    finally:
        os.close(fd)


def temporary_name(name: str) -> str:
    """Return an unpredictable name beside ``name`` that still shows which file it belongs to."""
    return f"{temporary_stem(name)}{os.urandom(6).hex()}.tmp"


def temporary_stem(name: str) -> str:
    """Return the beginning of every temporary name for ``name``; `TEMPORARY_ENDING` matches the rest."""
    ending = ".winitgen-"
    room = _LONGEST_NAME - len(ending) - len("0123456789ab.tmp") - 1
    return "." + os.fsdecode(os.fsencode(name)[:room]) + ending


def place_of(path: str) -> tuple[str, str]:
    """Return the folder in which a path ends, links followed, and the name in it.

    Links of ``/proc`` look like paths but lead to an open file, whatever lies at that path now; so only a last part that
    is a link is followed here, and the system follows all before it. Raises `OutputError` if that link leads to
    something that lies nowhere.
    """
    path = path.rstrip("/") or "/"
    name = os.path.basename(path)
    if name not in {"", ".", ".."} and not os.path.islink(path):
        return os.path.dirname(path) or os.curdir, name
    if not has_name(path):
        raise OutputError(f"cannot write {path}: it leads to something that was removed")
    return os.path.split(os.path.realpath(path))


def has_name(path: str) -> bool:
    """Return whether what a path leads to, or would lead to, can be found by a name.

    An open file that was removed, or never had a name, is only reached through its descriptor, as ``/dev/fd/3``.
    """
    if not os.path.islink(path) or not os.path.exists(path):
        return True
    target = os.path.realpath(path)
    return os.path.exists(target) and os.path.samefile(path, target)


@contextmanager
def nameless_file(path: str, size: int, *, fsync: bool = True) -> Iterator[int]:
    """Open a file that has no name, to be filled with ``size`` bytes; on an exception it is empty."""
    with writing(path):
        fd = os.open(path, descriptors.UPDATE)
        try:
            os.ftruncate(fd, 0)
            try:
                reserve(fd, size)
                yield fd
                _settle(fd, path, size, fsync=fsync)
            except BaseException:
                os.ftruncate(fd, 0)
                raise
        finally:
            os.close(fd)


@contextmanager
def _opened_folder(path: str) -> Iterator[tuple[int | None, str]]:
    """Open the folder in which a path ends; give its descriptor and the name in it, or None and a path."""
    parent, name = place_of(path)
    folder = descriptors.open_folder(parent)
    try:
        yield folder, os.path.join(parent, name) if folder is None else name
    finally:
        descriptors.close_folder(folder)


def _beside(name: str) -> str:
    """Return a temporary name in the folder of a name, which may be a path."""
    folder, last = os.path.split(name)
    return os.path.join(folder, temporary_name(last))


def _open_unnamed(folder: int | None) -> tuple[int, str] | None:
    """Open a file without a name; return None if the system or the file system does not support it.

    Like `_open_named`, return its descriptor and the path from which it can be linked.
    """
    if sys.platform != "linux" or not hasattr(os, "O_TMPFILE"):
        return None
    try:
        fd = os.open(".", os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o666, dir_fd=folder)
    except OSError as error:
        if error.errno in {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT}:
            return None
        raise
    if not os.path.exists(_by_number(fd)):  # without /proc it could never get a name
        os.close(fd)
        return None
    return fd, _by_number(fd)


def _open_named(folder: int | None, temporary: str) -> tuple[int, str]:
    return os.open(temporary, descriptors.NEW, 0o666, dir_fd=folder), temporary


def _by_number(fd: int) -> str:
    return f"/proc/self/fd/{fd}"


def reserve(fd: int, size: int) -> None:
    """Reserve the space now, so that a full disk is reported before anything is drawn."""
    if not size or not hasattr(os, "posix_fallocate"):
        return
    try:
        os.posix_fallocate(fd, 0, size)
    except OSError as error:
        if error.errno not in {errno.EOPNOTSUPP, errno.EINVAL}:
            raise


def _settle(fd: int, path: str, size: int, *, fsync: bool) -> None:
    if fsync:
        descriptors.settle(fd)
    found = os.fstat(fd).st_size
    if found != size:
        raise OutputError(f"cannot write {path}: it has {found} bytes instead of {size}")


def _publish(source: str, temporary: str, folder: int | None, name: str, *, replace: bool) -> None:
    """Give the finished file its final name."""
    if not replace:
        _publish_new(source, temporary, folder, name)
        return
    if source != temporary:  # a link cannot replace anything, a rename needs a name
        _link(source, temporary, folder)
    os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)


def _publish_new(source: str, temporary: str, folder: int | None, name: str) -> None:
    if descriptors.WINDOWS:
        rename_new(temporary, name)
        return
    try:
        _link(source, name, folder)
    except OSError as error:
        if source != temporary or error.errno not in _NO_LINKS:
            raise
        rename_new(temporary, name, folder)


def _link(source: str, name: str, folder: int | None) -> None:
    # CPython calls linkat, the only call that follows the link in /proc, only when given a src_dir_fd.
    os.link(source, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=source.startswith("/"))


def _unlink(name: str, folder: int | None) -> None:
    """Remove the temporary name, if it is there; if that fails, the next run reports it."""
    with suppress(OSError):
        os.unlink(name, dir_fd=folder)
