"""Tied parameters: those that have the values of another layer's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from winitgen.catalog.layers.dense import Dense
from winitgen.catalog.layers.tied import Tieable
from winitgen.catalog.layers.weight import Weight
from winitgen.planning.flow import Step
from winitgen.planning.plan import Parameter, PlannedLayer
from winitgen.spec.layer_names import outward
from winitgen.spec.mistakes import Mistakes, show, suggest
from winitgen.spec.model import Twin

MAIN = ("kernel", "embeddings", "")
"""The roles of which one may be tied to another, as a kernel to a table."""


class Tie(msgspec.Struct, frozen=True):
    """One tied weight: the number of its layer, its step, the weight, its number format, and what it is tied to.

    ``twin`` says that ``target`` is the id of the same parameter in another group, ``omit`` that the file leaves
    the copy out.
    """

    number: int
    step: Step
    weight: Weight
    dtype: str
    target: str
    omit: bool
    twin: bool


class _Untied(Exception):
    """A tie that cannot be made; the text says why."""


def id_of(step: Step, weight: Weight) -> str:
    """Return the id of a parameter: its path, and its role unless it has none or is bare."""
    path = path_of(step, weight)
    return f"{path}/{weight.role}" if weight.role and not weight.bare else path


def path_of(step: Step, weight: Weight) -> str:
    """Return the path of the layer, with the part to which the parameter belongs."""
    return f"{step.path}.{weight.part}" if weight.part else step.path


def ties_of(
    number: int, step: Step, weights: Sequence[Weight], dtype: str, twins: Mapping[str, Twin]
) -> list[Tie]:
    """Return the ties of a layer; ``twins`` are the groups that have the layers of others, by path."""
    found: list[Tie] = []
    layer = step.layer
    if not twins and (not isinstance(layer, Tieable) or layer.tied_to is None):
        return found
    for weight in weights:
        own = weight.dtype or layer.dtype or dtype
        twin = _twin(id_of(step, weight), twins)
        if twin is not None:
            found.append(Tie(number, step, weight, own, twin.path, twin.omit, twin=True))
        elif isinstance(layer, Tieable) and (target := layer.target_of(weight.role)):
            found.append(Tie(number, step, weight, own, target, layer.tied == "omit", twin=False))
    return found


def _twin(parameter_id: str, twins: Mapping[str, Twin]) -> Twin | None:
    """Return the id of the same parameter in the group whose values the innermost tied group has."""
    if not twins:
        return None
    segments = parameter_id.partition("/")[0].split(".")
    around = [".".join(segments[:depth]) for depth in range(1, len(segments))]
    inside = [path for path in around if path in twins]
    if not inside:
        return None
    path = inside[-1]
    omit = any(twins[other].omit for other in inside)
    return Twin(twins[path].path + parameter_id[len(path) :], omit)


def check_keys(step: Step, weights: Sequence[Weight], mistakes: Mistakes) -> None:
    """Note an option that has no effect with, or without, ``tied_to``, and roles that the layer does not have."""
    layer = step.layer
    if not isinstance(layer, Tieable):
        return
    if layer.tied_to is None:
        if layer.tied is not None:
            message = "tied needs 'tied_to', the layer whose values this one has"
            mistakes.add(step.location.of("tied"), message)
        return
    roles = dict.fromkeys(weight.role for weight in weights)
    for role in layer.tied_to if isinstance(layer.tied_to, dict) else ():
        if role not in roles:
            hint = suggest(role, list(roles)) or f"; it has {', '.join(roles) or 'no parameters'}"
            mistakes.add(step.location.of("tied_to"), f"this {layer.type} has no {show(role)}{hint}")
    for key in ("init", "bias_init"):
        named = [layer.target_of(weight.role) for weight in weights if weight.init_key == key]
        if layer.init_of(key) is not None and named and all(named):
            message = f"these values are those of '{named[0]}'; leave {key} out"
            mistakes.add(step.location.of(key), message)


def tie(
    ties: Sequence[Tie], layers: list[PlannedLayer], orders: Sequence[Sequence[str]], mistakes: Mistakes
) -> list[PlannedLayer]:
    """Return the layers, each tied one with its copies: the targets' values under its own ids.

    A target may come before or after its copy. The copies are in their places among the parameters of the
    layer, whose ids are ``orders``, or among the omitted ones.
    """
    drawn = [parameter for layer in layers for parameter in layer.parameters]
    targets = _Targets(drawn, ties, mistakes)
    made, wrong = list(layers), set()
    for tied in ties:
        try:
            copy = _copy(tied, targets.of(tied))
        except _Untied as untied:
            if tied.number not in wrong:  # one is enough for a layer of several parameters
                mistakes.add(tied.step.location.of("tied_to"), str(untied))
            wrong.add(tied.number)
            continue
        made[tied.number] = _with(made[tied.number], copy, orders[tied.number], omit=tied.omit)
    return made


def _with(layer: PlannedLayer, copy: Parameter, order: Sequence[str], *, omit: bool) -> PlannedLayer:
    """Return a layer with a copy more."""
    if omit:
        return layer._replace(omitted=(*layer.omitted, copy))
    both = sorted((*layer.parameters, copy), key=lambda parameter: order.index(parameter.id))
    return layer._replace(parameters=tuple(both))


class _Targets:
    """Finds the parameters that draw the values of the tied ones."""

    def __init__(self, drawn: Sequence[Parameter], ties: Sequence[Tie], mistakes: Mistakes) -> None:
        self.mistakes = mistakes
        self.known = {parameter.path: parameter for parameter in drawn if parameter.role in MAIN}
        self.known.update({parameter.id: parameter for parameter in drawn})
        self.ties = {id_of(tied.step, tied.weight): tied for tied in ties}
        self.paths = {parameter.path for parameter in drawn}

    def of(self, tied: Tie) -> Parameter:
        """Return the parameter whose values a tied one has; raise `_Untied` if there is none."""
        if not tied.twin:
            return self._named(tied)
        seen = set()
        target = tied.target
        while target in self.ties and target not in seen:
            seen.add(target)
            other = self.ties[target]
            if not other.twin:
                return self._named(other)
            target = other.target
        if target not in self.known:
            raise _Untied(f"'{tied.target}' draws no values of its own; name the group that does")
        return self.known[target]

    def _named(self, tied: Tie) -> Parameter:
        """Return the parameter that ``tied_to`` names: in the enclosing group, then outward."""
        role = tied.weight.role
        lacking = ""
        for path in outward(tied.target, tied.step.path.split(".")[:-1]):
            for name in self._ids(path, tied.weight):
                if name in self.known:
                    return self.known[name]
                if name in self.ties:
                    raise _Untied(f"'{path}' is tied itself; name the layer that draws the values")
            lacking = lacking or (path if path in self.paths else "")
        if lacking:
            raise _Untied(
                f"'{lacking}' has no {role}; name the roles to be tied, such as 'tied_to: {{kernel: {tied.target}}}'"
            )
        hint = self.mistakes.suggest(tied.target, self.known) or "; `winitgen plan --ids` lists the ids"
        what = "kernel" if role in MAIN else role
        raise _Untied(f"no layer or parameter with a {what} is called {show(tied.target)}{hint}")

    def _ids(self, path: str, weight: Weight) -> Iterator[str]:
        """Yield the ids that a path, or an id, may mean for a weight."""
        inner = f"{path}.{weight.part}" if weight.part else path
        if weight.role not in MAIN:
            yield path if "/" in path else f"{inner}/{weight.role}"
            return
        if weight.part:
            yield f"{inner}/{weight.role}"
        else:
            yield path
            yield from (f"{path}/{role}" for role in ("kernel", "embeddings"))


def _copy(tied: Tie, target: Parameter) -> Parameter:
    """Return the target's values as the tied parameter; both must have the same shape and dtype."""
    weight, what = tied.weight, tied.weight.role or "param"
    if weight.shape != target.shape:
        shapes = f"{list(weight.shape)}, but '{target.id}' has {list(target.shape)}"
        transposed = weight.shape[::-1] == target.shape and len(weight.shape) == 2
        advice = "; a copy cannot be transposed" if transposed else ""
        raise _Untied(f"this {what} has the shape {shapes}{advice}")
    if tied.dtype != target.dtype:
        raise _Untied(
            f"this {what} is {tied.dtype}, but '{target.id}' is {target.dtype}; give both the same dtype"
        )
    return target._replace(
        id=id_of(tied.step, weight),
        path=path_of(tied.step, weight),
        role=weight.role,
        type=tied.step.layer.type,
        why=f"tied to {target.id}",
        part=weight.part,
    )


def own_biases(ties: Sequence[Tie], layers: Sequence[PlannedLayer]) -> Iterator[str]:
    """Yield a note for each dense layer that has the kernel of another one, but not its bias."""
    if not ties:
        return
    ids = {parameter.id for layer in layers for parameter in layer.parameters}
    copies = {id_of(tied.step, tied.weight) for tied in ties}
    kernels = (p for layer in layers for p in layer.parameters if p.role == "kernel" and p.id not in copies)
    drawn = {kernel.key: kernel.path for kernel in kernels}
    for tied in ties:
        layer, step = tied.step.layer, tied.step
        if tied.twin or not isinstance(layer, Dense) or not isinstance(layer.tied_to, str):
            continue
        copy = next(
            p for p in (*layers[tied.number].parameters, *layers[tied.number].omitted) if p.role == "kernel"
        )
        source = drawn.get(copy.key)  # a copy has the key of what it is tied to
        if source and {f"{source}/bias", f"{step.path}/bias"} <= ids:
            yield (
                f"'{step.path}' has the kernel of '{source}' and a bias of its own; to tie both, write "
                f"'tied_to: {{kernel: {layer.tied_to}, bias: {layer.tied_to}}}'"
            )
