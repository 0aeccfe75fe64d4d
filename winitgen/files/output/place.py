"""What a place holds, on a disk or in a store: a folder's files, how a file begins; and how a file is removed."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial

from winitgen.errors import OutputError
from winitgen.files.descriptors import read_at
from winitgen.files.formats.format import FilePlan
from winitgen.files.input.steady import FileState, state_at
from winitgen.files.output.atomic import opened, temporary_name
from winitgen.files.output.existing import kind
from winitgen.files.output.renaming import rename_new
from winitgen.files.stores.address import is_remote
from winitgen.files.to_the_end import begun_and_ended


def names_in(folder: str) -> list[str]:
    """Return the sorted names of the files in a folder; none if it does not exist."""
    if is_remote(folder):
        from winitgen.files.stores.store import Store

        return Store(folder).names()
    place = folder or os.curdir
    return sorted(os.listdir(place)) if os.path.isdir(place) else []


def begins_alike(path: str, plan: FilePlan) -> bool:
    """Return whether a file has the size and the fixed bytes that are planned: its header, with the recipe."""
    if kind(path) != "file":
        return False
    if is_remote(path):
        from winitgen.files.stores.remote_file import opened_remote

        with opened_remote(path) as file:
            return file.size == plan.size and all(
                file.seek(offset) == offset and file.read(len(content)) == content
                for offset, content in plan.fixed
            )
    with opened(path) as fd:
        return os.fstat(fd).st_size == plan.size and all(
            read_at(fd, len(content), offset) == content for offset, content in plan.fixed
        )


def start_of(path: str, count: int) -> bytes:
    """Return the first bytes of a file, at most ``count``."""
    if is_remote(path):
        from winitgen.files.stores.remote_file import opened_remote

        with opened_remote(path) as remote:
            return remote.read(count)
    with open(path, "rb") as file:
        return file.read(count)


def remove_known(path: str, known: FileState | None) -> None:
    """Remove a file that was looked at before, if it is there; of a store, whatever is there.

    It gets another name first, so that no file is removed that takes its name meanwhile. Raises `OutputError` for one
    that is not as it was; it stays.
    """
    if is_remote(path) or known is None:
        remove(path)
        return
    aside = os.path.join(os.path.dirname(path), temporary_name(os.path.basename(path)))
    with suppress(FileNotFoundError):
        begun_and_ended(partial(os.rename, path, aside), partial(_remove_aside, path, aside, known))


def _remove_aside(path: str, aside: str, known: FileState) -> None:
    """Remove a file that was renamed, if it is as it was known; else give it its name back."""
    found = state_at(aside, follow=False)
    if found is None:
        return
    if found[:4] == known[:4]:  # all but the time of change, which the new name has moved
        os.unlink(aside)
        return
    rename_new(aside, path)
    raise OutputError(
        f"{path} was replaced by another program at the same time, and stays; run this one again"
    )


def remove(path: str) -> None:
    """Remove a file, if it is there."""
    if is_remote(path):
        from winitgen.files.stores.store import Store

        Store(path).remove()
        return
    with suppress(FileNotFoundError):
        os.unlink(path)
