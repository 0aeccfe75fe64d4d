"""A new folder appears under its name with all of its files, or not at all.

The files are written into a folder beside the target, which then takes the target's name. An existing
folder is exchanged with it by one system call, if the system has one.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from winitgen.errors import ExistsError, OutputError
from winitgen.files import descriptors
from winitgen.files.output.atomic import opened, place_of, reserve, temporary_name, writing
from winitgen.files.output.replacing import Look, identity, remove_files, replace_folder
from winitgen.files.output.sinks import write_back
from winitgen.files.output.worker import start
from winitgen.files.to_the_end import to_the_end

_IN_THE_WAY = frozenset({errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR})
_AT_ONCE = 16


class NewFolder:
    """A folder that is being filled, under a temporary name; it knows what was made in it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.made: list[str] = []
        self._modes: dict[str, int] = {}
        self._identity: tuple[int, int] | None = None

    def make(self) -> None:
        """Make the folder."""
        os.mkdir(self.path)
        self._identity = identity(self.path)
        self.open_up(self.path, 0o700)

    def open_up(self, path: str, needed: int) -> None:
        """Give the owner the permissions that the work on a new folder or file needs, where the umask withholds them."""
        mode = stat.S_IMODE(os.stat(path).st_mode)
        if mode & needed != needed:
            os.chmod(path, mode | needed)
            self._modes = {path: mode, **self._modes}  # the folder last

    def close_up(self) -> None:
        """Take back what `open_up` has given."""
        for path, mode in self._modes.items():
            os.chmod(path, mode)

    def discard(self) -> None:
        """Remove the folder if it still has its temporary name, with all that was made in it and nothing else."""
        if self._identity is not None and identity(self.path) != self._identity:
            return
        remove_files(self.path, self.made)


@contextmanager
def new_folder(
    path: str, *, fsync: bool = True, replace: bool = False, may_go: Look = os.listdir
) -> Iterator[NewFolder]:
    """Give a folder to fill, which takes the name ``path`` on exit.

    On an exception nothing is left behind, and an existing file or folder stays unchanged. Without
    ``replace``, a file or a non-empty folder raises `ExistsError`. With ``replace`` a folder is
    replaced, but never a file; ``may_go`` is called just before and after, and raises if the folder must stay.
    """
    with writing(path):
        parent, name = place_of(path)
        target = os.path.join(parent, name)
        folder = NewFolder(os.path.join(parent, temporary_name(name)))
        try:
            folder.make()
            yield folder
            if fsync:
                _fsync_all(folder.path)
            folder.close_up()
            _take_mode_of(target, folder.path)
            if not _move(folder.path, target):
                if not replace:
                    raise ExistsError(f"{path} appeared while it was being written")
                replace_folder(path, folder.path, target, may_go)
        finally:
            try:
                folder.discard()
            except BaseException:  # a signal may come first; the folder must still be removed
                to_the_end(folder.discard)
                raise
        if fsync:
            descriptors.settle_path(parent)


@contextmanager
def new_member(folder: NewFolder, name: str, size: int) -> Iterator[int]:
    """Give the descriptor of a new file of ``size`` bytes in a folder that is being filled."""
    path = os.path.join(folder.path, name)
    folder.made.append(name)  # first, so that a signal at any moment leaves nothing
    try:
        fd = os.open(path, descriptors.NEW, 0o666)
    except FileExistsError:
        folder.made.remove(name)
        raise
    try:
        folder.open_up(path, 0o600)
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
    descriptors.settle_path(folder)


def _fsync_each(paths: Sequence[str]) -> None:
    """Call fsync from several threads: the disk can complete waiting calls together."""
    from threading import Thread

    rest = iter(paths)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            while not failures and (path := next(rest, None)):  # next on a list iterator is atomic
                descriptors.settle_path(path)
        except BaseException as failure:  # raised below
            failures.append(failure)

    threads = [Thread(target=work) for _ in range(min(_AT_ONCE, len(paths)) - 1)]
    threads = threads[: start(threads)]
    work()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _take_mode_of(target: str, temporary: str) -> None:
    """Give the folder the permissions of the one it replaces; a new folder keeps those of the umask."""
    if os.path.isdir(target):
        os.chmod(temporary, stat.S_IMODE(os.stat(target).st_mode))


def _move(temporary: str, target: str) -> bool:
    """Rename the folder; return False if the name is taken by anything but an empty folder."""
    if descriptors.WINDOWS:  # elsewhere the empty folder is replaced by the call itself
        with suppress(OSError):
            os.rmdir(target)
    try:
        os.rename(temporary, target)
    except OSError as error:
        if error.errno not in _IN_THE_WAY:
            raise
        return False
    return True
