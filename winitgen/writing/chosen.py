"""From where the tensors of a file come: all from a plan, or some from a base."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from winitgen.planning.plan import Plan
from winitgen.writing.contents import Contents

if TYPE_CHECKING:
    from winitgen.files.formats.format import Format
    from winitgen.files.output.options import WriteOptions
    from winitgen.writing.base.choice import BaseChoice
    from winitgen.writing.base.ready import ReadyOnBase
    from winitgen.writing.sources import ReadyPlan


def source_of(
    planned: Plan, options: WriteOptions, base: BaseChoice | None
) -> AbstractContextManager[ReadyPlan | ReadyOnBase]:
    """Give what can be written, with all files open from which values are taken."""
    if base is None:
        from winitgen.writing.sources import ready

        return ready(planned, options)
    from winitgen.writing.base.ready import ready_on_base

    return ready_on_base(planned, options, base)


@contextmanager
def contents_of(
    planned: Plan, file_format: Format, base: BaseChoice | None, outputs: Sequence[str] = ()
) -> Iterator[Contents]:
    """Give what a file would hold, for a dry run: no value is read.

    Raises `UsageError` if an output would take the place of the base.
    """
    if base is None:
        yield Contents(planned, file_format)
        return
    from winitgen.writing.base.ready import preview

    with preview(planned, base) as source:
        source.check_outputs(outputs)
        yield source.contents(file_format)
