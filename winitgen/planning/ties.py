"""Tied parameters: layers whose kernel has the values of another layer's."""

from __future__ import annotations

from collections.abc import Iterator

from winitgen.catalog.layers.layer import Weight
from winitgen.catalog.layers.stored import Tieable
from winitgen.planning.flow import Step
from winitgen.planning.plan import Parameter, PlannedLayer
from winitgen.spec.mistakes import Mistakes, show, suggest

MAIN = ("kernel", "embeddings", "")
"""The roles to which the path of a layer, without a role, can refer."""


class _Untied(Exception):
    """A tie that cannot be made; the text says why."""


def tie(steps: list[Step], layers: list[PlannedLayer], mistakes: Mistakes, dtype: str) -> list[PlannedLayer]:
    """Return the layers, each tied one with its copy: the target's values under its own id.

    The target may come before or after it. The copy is the first parameter of the layer, or among the
    omitted ones. ``dtype`` is that of layers that do not state one.
    """
    drawn = [parameter for layer in layers for parameter in layer.parameters]
    tied = {id_of(step, weight) for step, _, weight in _ties(steps)}
    made = list(layers)
    for index, step in enumerate(steps):
        for _, layer, weight in _ties([step]):
            try:
                target = _target(step, layer.tied_to or "", drawn, tied)
                copy = _copy(step, weight, target, layer.dtype or dtype)
            except _Untied as untied:
                mistakes.add(step.location.of("tied_to"), str(untied))
                continue
            if layer.tied == "omit":
                made[index] = made[index]._replace(omitted=(copy,))
            else:
                made[index] = made[index]._replace(parameters=(copy, *made[index].parameters))
    return made


def id_of(step: Step, weight: Weight) -> str:
    """Return the id of a parameter: its path, and its role if it has one."""
    path = path_of(step, weight)
    return f"{path}/{weight.role}" if weight.role else path


def path_of(step: Step, weight: Weight) -> str:
    """Return the path of the layer, with the part to which the parameter belongs."""
    return f"{step.path}.{weight.part}" if weight.part else step.path


def _ties(steps: list[Step]) -> Iterator[tuple[Step, Tieable, Weight]]:
    """Yield every tied weight with its step and its layer."""
    for step in steps:
        layer = step.layer
        if step.fits and isinstance(layer, Tieable) and layer.is_tied:
            yield from ((step, layer, weight) for weight in layer.weights_for(step.entering) if weight.tied)


def _target(step: Step, name: str, drawn: list[Parameter], tied: set[str]) -> Parameter:
    """Return the parameter to which ``name`` (``tied_to``) refers: in the enclosing group, then outward."""
    known = {parameter.path: parameter for parameter in drawn if parameter.role in MAIN}
    known.update({parameter.id: parameter for parameter in drawn})
    segments = step.path.split(".")
    for depth in range(len(segments) - 1, -1, -1):
        path = ".".join((*segments[:depth], name))
        if path in known:
            return known[path]
        if {path, f"{path}/kernel", f"{path}/embeddings"} & tied:
            raise _Untied(f"'{path}' is tied itself; name the layer that draws the values")
    hint = suggest(name, list(known)) or "; `winitgen plan --ids` lists the ids"
    raise _Untied(f"no layer or parameter with a kernel is called {show(name)}{hint}")


def _copy(step: Step, weight: Weight, target: Parameter, dtype: str) -> Parameter:
    """Return the target's values as the parameter ``weight``; both must have the same shape and dtype."""
    if weight.shape != target.shape:
        shapes = f"{list(weight.shape)}, but '{target.id}' has {list(target.shape)}"
        transposed = weight.shape[::-1] == target.shape and len(weight.shape) == 2
        advice = "; a copy cannot be transposed" if transposed else ""
        raise _Untied(f"this {weight.role} has the shape {shapes}{advice}")
    if dtype != target.dtype:
        raise _Untied(
            f"this {weight.role} is {dtype}, but '{target.id}' is {target.dtype}; give both the same dtype"
        )
    return target._replace(
        id=id_of(step, weight),
        path=path_of(step, weight),
        role=weight.role,
        type=step.layer.type,
        why=f"tied to {target.id}",
        part=weight.part,
    )
