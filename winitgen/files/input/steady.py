"""Files that must stay as they are while they are read: what is compared before and after, and what is said."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

from winitgen.errors import DiffersError, SpecError, UnreadableError

_COARSE = 5  # CLOCK_REALTIME_COARSE, which Python does not name
_TICK = 0.0005
_LONGEST_TICK = 0.02  # seconds; a clock of another machine may stand at the same time forever


class ChangedError(UnreadableError):
    """A file was changed by another program while it was read, so that nothing can be said about it."""


class EndedError(UnreadableError):
    """A file that was cut off while it was read."""


class FileState(NamedTuple):
    """What tells that the bytes of an open file have changed; times are in nanoseconds.

    ``modified`` is the time of the last change of the bytes, which any program can set back. ``changed``, that of any
    change of the file or of its entry, cannot be set; it also counts links, permissions and names.
    """

    device: int
    inode: int
    size: int
    modified: int
    changed: int
    links: int
    mode: int
    owner: int
    group: int

    @property
    def identity(self) -> tuple[int, int]:
        """Which file it is, whatever it holds."""
        return self.device, self.inode


def state_of(found: os.stat_result) -> FileState:
    """Return what the system says of a file."""
    return FileState(
        found.st_dev,
        found.st_ino,
        found.st_size,
        found.st_mtime_ns,
        found.st_ctime_ns,
        found.st_nlink,
        found.st_mode,
        found.st_uid,
        found.st_gid,
    )


def is_changed(before: FileState, after: FileState, leads_to: FileState | None) -> bool:
    """Tell whether the bytes may have changed; ``leads_to`` is the file under the name now, None if there is none.

    The size and the time of modification decide. A file whose time was set back shows only by the time of change,
    which a new link, other permissions and another name move too. Those leave the bytes alone, and another file that
    takes the name does the same to the file that had it; so that time counts only where nothing of this explains it.
    The time of the last reading never counts. Bytes that are written through a memory map get their time when the
    system likes, so that such a change may stay unseen.
    """
    if (before.identity, before.size, before.modified) != (after.identity, after.size, after.modified):
        return True
    if before.changed == after.changed or before[5:] != after[5:]:
        return False
    return leads_to is not None and leads_to.identity == before.identity


def changed(path: str) -> ChangedError:
    """Return the error about a file or a folder that did not stay as it was."""
    return ChangedError(f"{path} changed while it was read")


def state_at(name: str, folder: int | None = None, *, follow: bool = True) -> FileState | None:
    """Return the state of what a name leads to now, from an open folder; None if it leads nowhere."""
    try:
        return state_of(os.stat(name, dir_fd=folder, follow_symlinks=follow))
    except OSError:
        return None


def settled_state(fd: int) -> FileState:
    """Return the state of an open file, once a change from now on is sure to show in its times.

    Linux stamps files with a clock that stands still for some milliseconds, so that a second change in the same tick
    would leave the same time.
    """
    found = state_of(os.fstat(fd))
    if sys.platform == "linux":
        until = time.monotonic() + _LONGEST_TICK
        while (
            time.clock_gettime_ns(_COARSE) == max(found.modified, found.changed) and time.monotonic() < until
        ):
            time.sleep(_TICK)
    return found


@contextmanager
def steady(
    fd: int, path: str, name: str | None = None, folder: int | None = None, before: FileState | None = None
) -> Iterator[FileState]:
    """Give the state of an open file; raise `ChangedError` if it is another afterwards.

    The file is ``path``, or ``name`` in an
    open ``folder``. ``before`` is an earlier state, which has to hold still.
    """
    first = settled_state(fd) if before is None else before
    check = partial(check_open, fd, path, first, name, folder)
    if before is not None:
        check()
    with unless_changed(check):
        yield first


def check_open(
    fd: int, path: str, before: FileState, name: str | None = None, folder: int | None = None
) -> None:
    """Raise `ChangedError` if an open file is not as it was; the other parameters are those of `steady`."""
    now = state_of(os.fstat(fd))
    if now != before and is_changed(before, now, state_at(path if name is None else name, folder)):
        raise changed(path)


@contextmanager
def unless_changed(check: Callable[[], object]) -> Iterator[None]:
    """Call ``check`` afterwards, which raises `ChangedError`; also if a difference or a damage was found meanwhile.

    Neither is true then, as what was read is of two states.
    """
    try:
        yield
    except (DiffersError, SpecError, UnreadableError) as error:
        if not isinstance(error, ChangedError | EndedError):
            check()
        raise
    check()
