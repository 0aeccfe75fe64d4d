"""From where the tensors of a file come: all from a plan, or some from a base."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from winitgen.planning.plan import Plan

if TYPE_CHECKING:
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
def preview_of(
    planned: Plan, base: BaseChoice | None, *, has_output: bool
) -> Iterator[ReadyPlan | ReadyOnBase]:
    """Give what `source_of` gives, for a dry run: no value of the base is read.

    A layer-spec's own files are opened and compared with their digests, as for the run, only if there is an output.
    """
    from winitgen.files.output.options import WriteOptions

    if base is not None:
        from winitgen.writing.base.ready import preview

        with preview(planned, base, has_output=has_output) as on_base:
            yield on_base
        return
    from winitgen.writing.sources import ReadyPlan, ready

    if not has_output:
        yield ReadyPlan(planned, WriteOptions(), ())
        return
    with ready(planned, WriteOptions()) as source:
        yield source
