"""A small file that stands beside the weights, such as the config of their model."""

from __future__ import annotations

import os

from winitgen.errors import DiffersError, ExistsError, OutputError
from winitgen.files.output.atomic import new_file, writing
from winitgen.files.output.existing import kind


def is_up_to_date(path: str, content: bytes, *, force: bool, check: bool) -> bool:
    """Return whether a file has this content; raise `ExistsError` if it has another one that may not be replaced.

    With ``check`` any other content, or no file, raises `DiffersError`.
    """
    with writing(path):
        found = kind(path)
        if found == "nothing":
            if check:
                raise DiffersError(f"{path} does not exist")
            return False
        if found != "file":
            raise OutputError(f"cannot write {path}: it is not a regular file")
        with open(path, "rb") as file:
            same = file.read(len(content) + 1) == content
    if not same and check:
        raise DiffersError(f"{path} differs")
    if not same and not force:
        raise ExistsError(f"{path} exists and differs; --force replaces it")
    return same


def write_side_file(path: str, content: bytes, *, force: bool) -> None:
    """Write a file, completely or not at all; an existing one is replaced only with ``force``."""
    with (
        new_file(path, len(content), fsync=False, replace=force) as fd,
        open(fd, "wb", closefd=False) as file,
    ):
        file.write(content)


def make_folder(path: str) -> None:
    """Make a folder, and those around it, unless it exists."""
    with writing(path):
        os.makedirs(path, exist_ok=True)
