"""Opens the files from which a plan takes values, and binds those values to its parameters, before anything is drawn."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from winitgen.drawing.distributions.file_values import FileValues
from winitgen.errors import SpecError
from winitgen.planning.plan import Parameter, Plan


class BoundPlan(NamedTuple):
    """A plan whose values can all be had, and the ``files`` that are open for it.

    ``forward`` says that one of them is cheap to read in order only. ``check`` raises if one of them was changed.
    """

    plan: Plan
    forward: bool = False
    files: tuple[str, ...] = ()
    check: Callable[[], object] = lambda: None


@contextmanager
def bound(planned: Plan, *, wanted: Callable[[Parameter], bool] | None = None) -> Iterator[BoundPlan]:
    """Give a plan whose parameters have the values of their files, which stay open inside; a plan without any, as it is.

    ``wanted`` chooses among the parameters that have values of files. Each file is opened once, and all values are
    read once to check their digests. Raises `SpecError` with a mistake for each parameter whose file or tensor is
    missing, or has another shape, number format or digest, and `UnreadableError` if a loader may misread what was read.
    """
    chosen = [p for p in planned.parameters if isinstance(p.distribution, FileValues)]
    if wanted is not None:
        chosen = [parameter for parameter in chosen if wanted(parameter)]
    if not chosen:
        yield BoundPlan(planned)
        return
    from winitgen.files.binding import Binder

    with ExitStack() as stack:
        binder = Binder(planned, stack)
        found = {parameter.id: binder.bound(parameter) for parameter in chosen}
        if binder.mistakes:
            raise SpecError(binder.mistakes)
        binder.refuse_misread()
        layers = tuple(
            layer._replace(parameters=tuple(found.get(p.id) or p for p in layer.parameters))
            for layer in planned.layers
        )
        yield BoundPlan(
            dataclasses.replace(planned, layers=layers), binder.forward, binder.files, binder.check
        )


def in_memory(planned: Plan, wanted: Callable[[Parameter], bool]) -> Plan:
    """Return a plan whose ``wanted`` parameters have their values from files in memory; the files are closed."""
    with bound(planned, wanted=wanted) as (plan, *_):
        layers = tuple(
            layer._replace(parameters=tuple(map(_loaded, layer.parameters))) for layer in plan.layers
        )
    return planned if plan is planned else dataclasses.replace(plan, layers=layers)


def _loaded(parameter: Parameter) -> Parameter:
    values = parameter.distribution
    if not isinstance(values, FileValues) or values.read is None:
        return parameter
    whole = values.read(0, parameter.size)
    return parameter._replace(
        distribution=values._replace(read=lambda start, count: whole[start : start + count])
    )
