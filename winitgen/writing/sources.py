"""The files from which a plan takes values, open while it is written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from winitgen.errors import UsageError
from winitgen.files.bound_plan import bound
from winitgen.files.output.options import WriteOptions
from winitgen.files.stores.address import is_remote
from winitgen.planning.plan import Plan


class ReadyPlan(NamedTuple):
    """A plan whose values can all be had, and the options with which it can be written."""

    plan: Plan
    options: WriteOptions
    sources: tuple[str, ...]

    def check_outputs(self, paths: Iterable[str]) -> None:
        """Raise `UsageError` if an output would take the place of a file whose values the plan needs."""
        sources = {os.path.realpath(source) for source in self.sources}
        for path in paths if sources else ():
            if not is_remote(path) and os.path.realpath(path) in sources:
                raise UsageError(
                    f"{path}: the output would take the place of a file whose values it needs; give it another name"
                )


@contextmanager
def ready(planned: Plan, options: WriteOptions) -> Iterator[ReadyPlan]:
    """Give a plan that can be written; a file that can only be read in order is read by one thread.

    Raises `SpecError` if values that are taken from a file are not there.
    """
    with bound(planned) as (whole, forward, files):
        yield ReadyPlan(whole, options._replace(threads=1) if forward else options, files)
