"""The files from which a plan takes values, open while it is written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from winitgen.errors import UsageError
from winitgen.files.bound_plan import bound
from winitgen.files.formats import STDOUT
from winitgen.files.output.atomic import writing
from winitgen.files.output.existing import kind
from winitgen.files.output.options import WriteOptions
from winitgen.files.stores.address import is_remote
from winitgen.planning.plan import Plan
from winitgen.writing.contents import Contents

if TYPE_CHECKING:
    from winitgen.files.formats.format import Format
    from winitgen.files.stores.place import Place


class ReadyPlan(NamedTuple):
    """A plan whose values can all be had, and the options with which it can be written."""

    plan: Plan
    options: WriteOptions
    sources: tuple[str, ...]

    def contents(self, file_format: Format) -> Contents:
        """Return what a file of this format holds."""
        return Contents(self.plan, file_format)

    def check_outputs(self, paths: Iterable[str]) -> None:
        """Raise `UsageError` if an output would take the place of a file whose values the plan needs."""
        check_apart(paths, self.sources)


def check_apart(paths: Iterable[str], sources: Iterable[str]) -> None:
    """Raise `UsageError` if one of the paths is that of a source, through symbolic links too, in a source that is a folder, or a folder around one.

    What stands in a folder decides what is read of it.
    """
    needed = {_place(source): source for source in sources}
    if not needed:
        return
    from winitgen.files.stores.place import is_inside

    places = {path: _place(path) for path in paths if path != STDOUT}
    for path, place in places.items():
        around = any(is_inside(source, place) for source in needed)
        if place in needed or around or _is_written_into(path, needed.values()):
            raise UsageError(
                f"{path}: the output would take the place of a file whose values it needs; give it another name"
            )
    for folder, shown in needed.items():
        inside = [path for path, place in places.items() if is_inside(place, folder)]
        if inside and _is_folder(shown):
            raise UsageError(
                f"{inside[0]}: the output would stand in {shown}, a folder whose values it needs; write it elsewhere"
            )


def _place(path: str) -> Place:
    from winitgen.files.stores.place import place_of

    with writing(path):
        return place_of(path)


def _is_folder(path: str) -> bool:
    """Tell whether a path was read as a folder: in a store, one that ends in a slash."""
    return path.endswith("/") if is_remote(path) else os.path.isdir(path)


def _is_written_into(path: str, needed: Iterable[str]) -> bool:
    """Tell whether an output without a name, which is written in place, is one of the files under another name."""
    with writing(path):
        return kind(path) == "nameless" and any(
            os.path.samefile(path, source) for source in needed if os.path.exists(source)
        )


@contextmanager
def ready(planned: Plan, options: WriteOptions) -> Iterator[ReadyPlan]:
    """Give a plan that can be written; a file that can only be read in order is read by one thread.

    Raises `SpecError` if values that are taken from a file are not there.
    """
    with bound(planned) as (whole, forward, files, check):
        options = options._replace(check_sources=check)
        yield ReadyPlan(whole, options._replace(threads=1) if forward else options, files)
