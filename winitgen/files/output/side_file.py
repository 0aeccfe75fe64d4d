"""A small file: the config of a model beside its weights, a layer-spec, a report."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from winitgen.errors import DiffersError, ExistsError, OutputError
from winitgen.files.input.opening import reading
from winitgen.files.output.atomic import new_file, writing
from winitgen.files.output.existing import kind
from winitgen.files.output.place import start_of
from winitgen.files.stores.address import is_remote
from winitgen.files.stores.store import Store


def is_up_to_date(path: str, content: bytes, *, force: bool, check: bool = False) -> bool:
    """Return whether a file has this content; raise `ExistsError` if it has another one that may not be replaced.

    With ``check`` any other content, or no file, raises `DiffersError`. A pipe or a device has none.
    """
    with reading(path) if check else writing(path):
        found = kind(path)
        if found == "folder":
            raise OutputError(f"cannot write {path}: it is a folder")
        if found == "nameless":
            found = "file" if os.stat(path).st_size else "nothing"
        if found != "file":
            if check:
                raise DiffersError(f"{path} does not exist")
            return False
        same = start_of(path, len(content) + 1) == content
    if not same and check:
        raise DiffersError(f"{path} differs")
    if not same and not force:
        raise ExistsError(f"{path} exists and differs; --force replaces it")
    return same


def write_side_file(path: str, content: bytes, *, replace: bool, fsync: bool = False) -> None:
    """Write a file, completely or not at all; raise `OutputError` if that fails.

    If ``path`` is a pipe or a device, the content is written into it. Without ``replace``, a file with other
    content that appears in the meantime raises `ExistsError`.
    """
    if is_remote(path):
        with writing(path), Store(path).upload(len(content)) as upload:
            upload.write(content)
            upload.commit()
        return
    with writing(path):
        if kind(path) in ("device", "nameless", "folder"):
            with open(path, "wb") as file:
                file.write(content)
            return
    try:
        with (
            new_file(path, len(content), fsync=fsync, replace=replace) as fd,
            open(fd, "wb", closefd=False) as file,
        ):
            file.write(content)
    except ExistsError:
        if not is_up_to_date(path, content, force=True):
            raise


@contextmanager
def folder_made(path: str) -> Iterator[None]:
    """Make a folder as `make_folder` does; if an exception follows, remove what was made and is still empty."""
    made = make_folder(path)
    is_done = False
    try:
        yield
        is_done = True
    finally:
        with suppress(OSError):  # something is in it, or somebody else has removed it
            for one in () if is_done else reversed(made):
                os.rmdir(one)


def make_folder(path: str) -> list[str]:
    """Make a folder, and those around it, unless it exists; return those that were made. A store needs none.

    The owner can work in each folder that is made, whatever the umask withholds: files are added to it one by one.
    """
    if is_remote(path):
        return []
    with writing(path):
        return _make(path)


def _make(path: str) -> list[str]:
    """Do what ``os.makedirs`` does, with all permissions of the owner for each folder that is made; return these."""
    path = path.rstrip("/") or path
    parent = os.path.dirname(path)
    made = _make(parent) if parent and not os.path.exists(parent) else []
    try:
        os.mkdir(path)
    except OSError:
        if not os.path.isdir(path):
            raise
        return made
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if mode & stat.S_IRWXU != stat.S_IRWXU:
        os.chmod(path, mode | stat.S_IRWXU)
    return [*made, path]
