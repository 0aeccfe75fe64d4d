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

Look = Callable[[str], Collection[str]]
"""Returns the names in a folder if all of them may be removed; raises `OutputError` if the folder must stay."""

_BY_THE_SYSTEM = ".nfs"
"""Begins the names of removed files that somebody has open, on a network share."""


def replace_folder(path: str, new: str, target: str, look: Look) -> None:
    """Let the folder ``new`` take the place of ``target``, and remove that; ``path`` is for messages."""
    look = _of_folder(path, look)
    look(target)
    own = identity(new)
    try:
        with _layers(path):
            exchanged = renaming.exchange(new, target)
        if not exchanged:
            _take_turns(path, new, target, look)
    finally:
        if identity(new) not in {own, None}:  # the old folder is there; also after a signal between the two
            _remove_or_return(path, new, target, look, own)


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


def _remove_or_return(path: str, old: str, target: str, look: Look, own: tuple[int, int] | None) -> None:
    """Remove an old folder that was exchanged for ``target``; change back if it must stay."""
    try:
        names = look(old)
    except (OutputError, OSError) as error:
        if identity(target) != own:
            raise ExistsError(
                f"{path} appeared while it was being written; the folder that was there before is {old}"
            ) from error
        renaming.exchange(old, target)
        raise
    _remove(path, old, names)


def _take_turns(path: str, new: str, target: str, look: Look) -> None:
    """Replace ``target`` in two renames, and undo the first if anything is wrong."""
    aside = os.path.join(os.path.dirname(target), temporary_name(os.path.basename(target)))
    names: Collection[str] | None = None
    try:
        with _layers(path):
            os.rename(target, aside)
        names = look(aside)
        os.rename(new, target)
    finally:
        if not os.path.lexists(new) and names is not None:
            _remove(path, aside, names)
        elif os.path.lexists(aside):
            _put_back(path, aside, target)


def _put_back(path: str, aside: str, target: str) -> None:
    try:
        renaming.rename_new(aside, target)
    except FileExistsError:
        raise ExistsError(
            f"{path} appeared while it was being written; the folder that was there before is {aside}"
        ) from None


def _remove(path: str, old: str, names: Collection[str]) -> None:
    """Remove a folder with the files of these names; raise `OutputError` if another program's is in it."""
    try:
        remove_files(old, names)
    except BaseException:  # a signal may come first; the folder must still be removed
        remove_files(old, names)
        raise
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
