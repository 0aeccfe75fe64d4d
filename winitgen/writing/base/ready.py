"""A base that is open and fits the plan, so that both can be written together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, NamedTuple

from winitgen.files.bound_plan import BoundPlan, bound
from winitgen.files.copied_tensor import digests_of_copies
from winitgen.files.input import open_weights
from winitgen.files.input.misreading import refuse_misread
from winitgen.files.input.open_file import OpenFile
from winitgen.files.output.options import WriteOptions
from winitgen.layouts import tensors
from winitgen.numeric.threads import threads_of
from winitgen.planning.plan import Plan
from winitgen.writing.base.choice import BaseChoice
from winitgen.writing.base.contents import ContentsOnBase
from winitgen.writing.base.division import Division, divide
from winitgen.writing.sources import check_apart

if TYPE_CHECKING:
    from winitgen.files.formats.format import Format


class ReadyOnBase(NamedTuple):
    """A plan and a base whose tensors are divided between them, and the options with which they are written.

    ``is_read`` says that values are read, for their digest; without it a digest of zeros stands for it, of the same
    length.
    """

    plan: Plan
    options: WriteOptions
    sources: tuple[str, ...]
    division: Division
    weights: OpenFile
    is_read: bool

    def contents(self, file_format: Format) -> ContentsOnBase:
        """Return what a file of this format holds; the values of all copied tensors are read once."""
        contents = ContentsOnBase(self.plan, file_format, self.division, self.weights)
        if self.is_read:
            contents.copy_digests = digests_of_copies(contents.copied, threads_of(self.options.threads))
            refuse_misread(self.weights)
        return contents

    def check_outputs(self, paths: Iterable[str]) -> None:
        """Raise `UsageError` if an output would take the place of the base, or of another file that is read."""
        check_apart(paths, self.sources)


@contextmanager
def ready_on_base(planned: Plan, options: WriteOptions, choice: BaseChoice) -> Iterator[ReadyOnBase]:
    """Give a plan and an open base that can be written together.

    Raises `SpecError` if a tensor cannot be copied, with all that does not fit, and `UnreadableError` for the base,
    also if a loader may misread it.
    """
    with open_weights(choice.path) as weights:
        refuse_misread(weights)
        division = divide(planned, weights, choice)
        with _bound_where_drawn(planned, division) as (whole, forward, files, check_files):
            copied = [*division.copies.values(), *division.extra]
            if forward or any(tensor.stored.forward for tensor in copied):
                options = options._replace(threads=1)
            options = options._replace(check_sources=lambda: (weights.check(), check_files()))
            sources = (*weights.places, *files)
            yield ReadyOnBase(whole, options, sources, division, weights, is_read=True)


@contextmanager
def preview(planned: Plan, choice: BaseChoice, *, has_output: bool) -> Iterator[ReadyOnBase]:
    """Give what `ready_on_base` does for a dry run, in which no value of the base is read.

    Without an output the files of the layer-spec are not opened.
    """
    with open_weights(choice.path) as weights:
        refuse_misread(weights)
        division = divide(planned, weights, choice)
        binding = _bound_where_drawn(planned, division) if has_output else nullcontext(BoundPlan(planned))
        with binding as found:
            sources = (*weights.places, *found.files)
            yield ReadyOnBase(found.plan, WriteOptions(), sources, division, weights, is_read=False)


def _bound_where_drawn(planned: Plan, division: Division) -> AbstractContextManager[BoundPlan]:
    """Return a context with the plan whose tensors that are drawn have the values of their files."""
    needed = {p.id for tensor in tensors(planned) if tensor.name in division.drawn for p in tensor.parameters}
    return bound(planned, wanted=lambda parameter: parameter.id in needed)
