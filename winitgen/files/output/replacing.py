"""A folder takes the place of another, of which only files that may go are removed.

Another program may put a file into the old folder at any moment. So the old folder is looked at again once nothing
leads to it any more, and changed back if it must stay; and its files are removed one by one, by the names that were
looked at, so that the folder itself stays if anything else is in it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress

from winitgen.errors import ExistsError, OutputError
from winitgen.files.output import renaming
from winitgen.files.output.atomic import temporary_name
from winitgen.files.to_the_end import begun_and_ended

Look = Callable[[str], Collection[str]]
"""Returns the names in a folder if all of them may be removed; raises `OutputError` if the folder must stay."""

_BY_THE_SYSTEM = ".nfs"
"""Begins the names of removed files that somebody has open, on a network share."""


def replace_folder(path: str, new: str, target: str, look: Look) -> None:
    """Let the folder ``new`` take the place of ``target``, and remove that; ``path`` is for messages."""
    look = _of_folder(path, look)
    look(target)
    at_once = _Exchange(path, new, target, look)
    begun_and_ended(at_once.begin, at_once.end)
    if not at_once.possible:
        in_turn = _TwoRenames(path, new, target, look)
        begun_and_ended(in_turn.begin, in_turn.end)


def _of_folder(path: str, look: Look) -> Look:
    """Return a look that also refuses what is not a folder."""

    def checked(place: str) -> Collection[str]:
        if not stat.S_ISDIR(os.lstat(place).st_mode):
            raise OutputError(f"cannot write {path}: it is not a folder")
        return look(place)

    return checked


def identity(path: str) -> tuple[int, int] | None:
    """Return what tells a folder from any other, None if there is none."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def _layers(path: str) -> Iterator[None]:
    """Say why a folder cannot be renamed that came with the image of a container."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        raise OutputError(
            f"cannot replace {path}: it lies on a lower layer of an overlay, as the folders of a container's image do; "
            "remove it first"
        ) from None


class _Exchange:
    """The exchange of a new folder with the one at its target, by one call of the system if it is ``possible``."""

    def __init__(self, path: str, new: str, target: str, look: Look) -> None:
        self.possible = True
        self._path, self._new, self._target, self._look = path, new, target, look
        self._own = identity(new)
        self._names: Collection[str] | None = None

    def begin(self) -> None:
        """Exchange them."""
        with _layers(self._path):
            self.possible = renaming.exchange(self._new, self._target)

    def end(self) -> None:
        """Remove the old folder, or change back if it must stay; after a signal this goes on where it was."""
        if identity(self._new) in {self._own, None}:  # not exchanged, changed back, or removed
            return
        if self._names is None:  # a folder that is half removed would not be ours any more
            self._names = self._looked()
        _remove(self._path, self._new, self._names)

    def _looked(self) -> Collection[str]:
        try:
            return self._look(self._new)
        except (OutputError, OSError) as error:
            if identity(self._target) != self._own:
                raise ExistsError(
                    f"{self._path} appeared while it was being written; the folder that was there before is {self._new}"
                ) from error
            renaming.exchange(self._new, self._target)
            raise


class _TwoRenames:
    """The old folder goes aside, and the new one takes its place; the first is undone if anything is wrong."""

    def __init__(self, path: str, new: str, target: str, look: Look) -> None:
        self._path, self._new, self._target, self._look = path, new, target, look
        self._aside = os.path.join(os.path.dirname(target), temporary_name(os.path.basename(target)))
        self._names: Collection[str] | None = None

    def begin(self) -> None:
        """Rename both."""
        with _layers(self._path):
            os.rename(self._target, self._aside)
        self._names = self._look(self._aside)
        os.rename(self._new, self._target)

    def end(self) -> None:
        """Remove the old folder if the new one is in its place, or put it back."""
        if not os.path.lexists(self._aside):
            return
        if self._names is not None and not os.path.lexists(self._new):
            _remove(self._path, self._aside, self._names)
        else:
            _put_back(self._path, self._aside, self._target)


def _put_back(path: str, aside: str, target: str) -> None:
    try:
        renaming.rename_new(aside, target)
    except FileExistsError:
        raise ExistsError(
            f"{path} appeared while it was being written; the folder that was there before is {aside}"
        ) from None


def _remove(path: str, old: str, names: Collection[str]) -> None:
    """Remove a folder with the files of these names, read-only or not; raise `OutputError` if another program's is in it."""
    with suppress(OSError):
        mode = stat.S_IMODE(os.stat(old).st_mode)
        if mode & stat.S_IRWXU != stat.S_IRWXU:
            os.chmod(old, mode | stat.S_IRWXU)
    remove_files(old, names)
    if left := _others(old, names):
        raise OutputError(
            f"{path} is written, but {left[0]!r} was put into the folder that it replaced at the same time; "
            f"it is in {old} now"
        )


def _others(folder: str, names: Collection[str]) -> list[str]:
    """Return what is in a folder besides what should be; nothing if it cannot be seen."""
    try:
        found = set(os.listdir(folder)) - set(names)
    except OSError:
        return []
    return sorted(name for name in found if not name.startswith(_BY_THE_SYSTEM))


def remove_files(folder: str, names: Collection[str]) -> None:
    """Remove files of a folder, and the folder if it is empty then; the next run reports what cannot be removed."""
    for name in names:
        with suppress(OSError):
            os.unlink(os.path.join(folder, name))
    with suppress(OSError):
        os.rmdir(folder)
