"""The files from which a plan takes values, open while it is written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from winitgen.errors import UsageError
from winitgen.files.bound_plan import bound
from winitgen.files.output.atomic import writing
from winitgen.files.output.existing import kind
from winitgen.files.output.options import WriteOptions
from winitgen.files.stores.address import is_remote
from winitgen.planning.plan import Plan
from winitgen.writing.contents import Contents

if TYPE_CHECKING:
    from winitgen.files.formats.format import Format


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
    """Raise `UsageError` if one of the paths is that of a source, through symbolic links too."""
    needed = {_real(source) for source in sources}
    for path in paths if needed else ():
        if _real(path) in needed or _is_written_into(path, needed):
            raise UsageError(
                f"{path}: the output would take the place of a file whose values it needs; give it another name"
            )


def _real(path: str) -> str:
    """Return a path with its symbolic links followed; that of a store as it is."""
    with writing(path):
        return path if is_remote(path) else os.path.realpath(path)


def _is_written_into(path: str, needed: Iterable[str]) -> bool:
    """Tell whether an output without a name, which is written in place, is one of the files under another name."""
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
