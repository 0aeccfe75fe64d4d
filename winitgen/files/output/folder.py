"""A new folder appears under its name with all of its files, or not at all.

The files are written into a folder beside the target, which then takes the target's name. An existing
folder is exchanged with it by one system call, if the system has one.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from winitgen.errors import ExistsError, OutputError
from winitgen.files.output import renaming
from winitgen.files.output.atomic import opened, place_of, reserve, temporary_name, writing
from winitgen.files.output.sinks import write_back
from winitgen.files.output.worker import start

_IN_THE_WAY = frozenset({errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR})
_AT_ONCE = 16


@contextmanager
def new_folder(
    path: str, *, fsync: bool = True, replace: bool = False, may_go: Callable[[], object] | None = None
) -> Iterator[str]:
    """Give the path of a folder to fill, which takes the name ``path`` on exit.

    On an exception nothing is left behind, and an existing file or folder stays unchanged. Without
    ``replace``, a file or a non-empty folder raises `ExistsError`. With ``replace`` a folder is
    replaced, but never a file; ``may_go`` is called just before, and raises if the folder must stay.
    """
    with writing(path):
        parent, name = place_of(path)
        target = os.path.join(parent, name)
        temporary = os.path.join(parent, temporary_name(name))
        try:
            os.mkdir(temporary)
            yield temporary
            if fsync:
                _fsync_all(temporary)
            _take_mode_of(target, temporary)
            if not _move(temporary, target):
                _replace(path, temporary, target, may_go if replace else _stay(path))
        finally:
            _remove(temporary)  # the unfinished folder, or the one that was replaced
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
        raise OutputError(f"cannot write {name}: it has {found} bytes instead of {size}")


def _fsync_all(folder: str) -> None:
    """Wait until every file is on the disk, with as many waits as possible at once."""
    paths = [os.path.join(folder, name) for name in os.listdir(folder)]
    if begin := write_back():
        for path in paths:
            with opened(path) as fd:
                begin(fd)
    _fsync_each(paths)
    _fsync(folder)


def _fsync_each(paths: Sequence[str]) -> None:
    """Call fsync from several threads: the disk can complete waiting calls together."""
    from threading import Thread

    rest = iter(paths)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            while not failures and (path := next(rest, None)):  # next on a list iterator is atomic
                _fsync(path)
        except BaseException as failure:  # raised below
            failures.append(failure)

    threads = [Thread(target=work) for _ in range(min(_AT_ONCE, len(paths)) - 1)]
    threads = threads[: start(threads)]
    work()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _fsync(path: str) -> None:
    with opened(path) as fd:
        os.fsync(fd)


def _take_mode_of(target: str, temporary: str) -> None:
    """Give the folder the permissions of the one it replaces; a new folder keeps those of the umask."""
    if os.path.isdir(target):
        os.chmod(temporary, stat.S_IMODE(os.stat(target).st_mode))


def _move(temporary: str, target: str) -> bool:
    """Rename the folder; return False if the name is taken by anything but an empty folder."""
    try:
        os.rename(temporary, target)
    except OSError as error:
        if error.errno not in _IN_THE_WAY:
            raise
        return False
    return True


def _stay(path: str) -> Callable[[], object]:
    def refuse() -> None:
        raise ExistsError(f"{path} appeared while it was being written")

    return refuse


def _replace(path: str, temporary: str, target: str, may_go: Callable[[], object] | None) -> None:
    if may_go:
        may_go()
    if not stat.S_ISDIR(os.lstat(target).st_mode):
        raise OutputError(f"cannot write {path}: it is not a folder")
    if not renaming.exchange(temporary, target):
        _take_turns(temporary, target)


def _take_turns(temporary: str, target: str) -> None:
    """Replace ``target`` in two renames, and undo the first if the second fails."""
    aside = os.path.join(os.path.dirname(target), temporary_name(os.path.basename(target)))
    try:
        os.rename(target, aside)
        os.rename(temporary, target)
    finally:
        if not os.path.lexists(temporary):
            _remove(aside)
        elif not os.path.lexists(target):
            os.rename(aside, target)


def _remove(folder: str) -> None:
    """Remove a folder as far as possible; the next run reports what is left."""
    import shutil

    try:
        shutil.rmtree(folder, ignore_errors=True)
    except BaseException:  # a signal may come first; the folder must still be removed
        shutil.rmtree(folder, ignore_errors=True)
        raise
