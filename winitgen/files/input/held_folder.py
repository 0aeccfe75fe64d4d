"""A folder that is opened once: its files are found in it, whatever becomes of its path meanwhile."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from threading import Lock
from typing import BinaryIO

from winitgen.files.descriptors import close_folder, open_folder
from winitgen.files.input.hub_cache import cache_of, check_inside, check_opened, leads_out
from winitgen.files.input.opening import reading, watched
from winitgen.files.input.raw_values import Source
from winitgen.files.input.steady import (
    FileState,
    changed,
    is_changed,
    state_at,
    state_of,
    unless_changed,
)
from winitgen.files.stores.address import is_remote, join, split
from winitgen.files.stores.store import Store
from winitgen.numeric.threads import in_order

BY_DESCRIPTOR = (
    os.open in os.supports_dir_fd and os.stat in os.supports_dir_fd and os.listdir in os.supports_fd
)
"""Whether the system finds files from an open folder; Windows does not, and there they are found by their paths."""

_REQUESTS = 8
"""Questions that are asked of a store at once."""

_MOST_HELD = 256
"""Files of one folder that stay open, unless that is more than a quarter of the descriptors of a process."""


class HeldFolder:
    """An open folder, or one of a store. A file in it is kept open as long as there are descriptors enough.

    Another file is opened for each read, and has to be the one that it was at first. ``path`` is for messages. Links
    that lead out of ``within``, the cache of Hugging Face's libraries that the folder is in, are not followed.
    """

    def __init__(self, path: str, fd: int | None, stack: ExitStack) -> None:
        self.path = path
        self.fd = fd
        self.within = None if is_remote(path) else cache_of(path)
        self._stack = stack
        self._room = 0 if is_remote(path) else _room()
        self._checks: list[Callable[[], object]] = []
        self._found: dict[str, tuple[FileState, bool]] = {}
        self._lock = Lock()

    def names(self) -> list[str]:
        """Return the sorted names of what is in it."""
        if is_remote(self.path):
            return sorted(Store(self.path).names())
        if self.fd is None:
            return sorted(os.listdir(self.path or os.curdir))
        # The folder may be held without the right to list it, so it is asked for here.
        listed = open_folder(os.curdir, self.fd)
        try:
            return sorted(os.listdir(listed))
        finally:
            close_folder(listed)

    def has(self, name: str) -> bool:
        """Return whether it holds a file or a link of this name; in a store, where that is a request, always true."""
        return is_remote(self.path) or state_at(self._name(name), self.fd, follow=False) is not None

    def size_of(self, name: str) -> int | None:
        """Return the bytes of a regular file of a disk, None for anything else."""
        found = state_at(self._name(name), self.fd)
        return found.size if found is not None and stat.S_ISREG(found.mode) else None

    def is_foreign(self, name: str) -> bool:
        """Tell whether something on a disk is neither a file nor a folder; a link in a cache to a file of the cache is a file."""
        found = None if is_remote(self.path) else state_at(self._name(name), self.fd, follow=False)
        if found is None or stat.S_ISREG(found.mode) or stat.S_ISDIR(found.mode):
            return False
        if self.within is None or leads_out(join(self.path, name), self.within):
            return True
        return self.size_of(name) is None

    def is_linked_folder(self, name: str) -> bool:
        """Tell whether something on a disk is a link to a folder."""
        if is_remote(self.path):
            return False
        found, target = (state_at(self._name(name), self.fd, follow=follow) for follow in (False, True))
        return bool(found and target and stat.S_ISLNK(found.mode) and stat.S_ISDIR(target.mode))

    @contextmanager
    def member(self, name: str, *, follow: bool = True) -> Iterator[tuple[BinaryIO, Source]]:
        """Give an open file of the folder, and what its values are read from as long as the folder is open."""
        path = join(self.path, name)
        if is_remote(path):
            with watched(path) as remote:
                self._checks.append(remote.check)
                yield remote.file, remote.file
            return
        if follow and self.within is not None:
            check_inside(path, self.within)
        with ExitStack() as stack:
            file, state, check = stack.enter_context(
                watched(path, follow=follow, name=self._name(name), folder=self.fd)
            )
            assert state is not None  # it is on a disk
            if follow and self.within is not None:
                check_opened(path, self.within, file.fileno())
            self._found[name] = state, follow
            if self._may_stay():
                self._stack.push(stack.pop_all())
                self._checks.append(check)
                yield file, file
            else:
                yield file, partial(self._again, name, state, follow=follow)

    @contextmanager
    def _again(self, name: str, state: FileState, *, follow: bool) -> Iterator[BinaryIO]:
        """Open a file a second time; raise `ChangedError` if it is another, or gone."""
        path = join(self.path, name)
        if state_at(self._name(name), self.fd, follow=follow) is None:
            raise changed(self.path)
        with watched(path, follow=follow, name=self._name(name), folder=self.fd, before=state) as again:
            yield again.file

    @contextmanager
    def inside(self, names: Sequence[str]) -> Iterator[HeldFolder]:
        """Hold a folder in this one, by the names on the way to it; raise `OSError` if there is none, or a link on the way."""
        path, fd = self.path, self.fd
        with ExitStack() as stack:
            for name in names:
                path = join(path, name)
                if fd is not None:
                    fd = open_folder(name, fd, listed=False, follow=False)
                    stack.callback(close_folder, fd)
                elif not is_remote(path) and (os.path.islink(path) or not os.path.isdir(path)):
                    raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            inner = HeldFolder(path, fd, stack.enter_context(ExitStack()))
            with unless_changed(inner.check_states):
                yield inner

    def _name(self, name: str) -> str:
        return join(self.path, name) if self.fd is None else name

    def _may_stay(self) -> bool:
        with self._lock:
            self._room -= 1
            return self._room >= 0

    def check_names(self) -> None:
        """Raise `ChangedError` unless each name that was opened leads to the same file: all were there at once."""
        for name, (state, follow) in self._found.items():
            now = state_at(self._name(name), self.fd, follow=follow)
            if now is None or now.identity != state.identity:
                raise changed(self.path)

    def check_states(self) -> None:
        """Raise `ChangedError` if a file was changed; one that is gone, or another by now, was read as it was."""
        for _ in in_order(self._checks, _REQUESTS if is_remote(self.path) else 1):
            pass
        for name, (state, follow) in self._found.items():
            now = state_at(self._name(name), self.fd, follow=follow)
            if now is not None and now.identity == state.identity and is_changed(state, now, now):
                raise changed(join(self.path, name))

    def is_elsewhere(self) -> bool:
        """Return whether the path leads to another folder by now, or nowhere."""
        if self.fd is None:
            return False
        now = state_at(self.path or os.curdir)
        return now is None or now.identity != state_of(os.fstat(self.fd)).identity


def _room() -> int:
    """Return how many files of a folder stay open."""
    if sys.platform == "win32":
        return 0
    import resource

    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return _MOST_HELD if most == resource.RLIM_INFINITY else min(_MOST_HELD, most // 4)


@contextmanager
def holding(path: str, *, listed: bool = True) -> Iterator[HeldFolder]:
    """Open a folder; without ``listed`` one whose names may not be listed will do."""
    with ExitStack() as stack:
        fd = None
        if BY_DESCRIPTOR and not is_remote(path):
            with reading(path):
                fd = open_folder(path or os.curdir, listed=listed)
            stack.callback(close_folder, fd)
        folder = HeldFolder(path, fd, stack.enter_context(ExitStack()))
        with unless_changed(folder.check_states):
            yield folder


@contextmanager
def holding_beside(file: BinaryIO, path: str) -> Iterator[HeldFolder]:
    """Open the folder of an open file, whose path is this; raise `ChangedError` if that leads to another file by now."""
    where, name = split(path)
    with holding(where, listed=False) as folder:
        if not is_remote(path):
            with folder.member(name) as (again, _):
                if not os.path.samestat(os.fstat(again.fileno()), os.fstat(file.fileno())):
                    raise changed(path)
        yield folder
