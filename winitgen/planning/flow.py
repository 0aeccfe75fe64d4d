"""The flow of sizes through the layers: the input and output of each."""

from __future__ import annotations

import math
from typing import NamedTuple

from winitgen.catalog.layers.containers import Container, Residual
from winitgen.catalog.layers.embedding import Embedding
from winitgen.catalog.layers.layer import LARGEST_FLOW, UNKNOWN, Flow, Layer, Refusal
from winitgen.catalog.layers.merge import Merge, ResidualSum
from winitgen.catalog.layers.param import Param
from winitgen.planning.plan import INPUT
from winitgen.spec.mistakes import Location, Mistakes, show, suggest
from winitgen.spec.model import Entry, ModelSpec


class Signal(NamedTuple):
    """The output of a layer: its sizes, and the index of the layer."""

    flow: Flow | None
    source: int = INPUT


class Step(NamedTuple):
    """One layer in the flow, with its inputs, its output and its consumers.

    ``sources`` are the indices of the steps that its inputs come from, `INPUT` for the model's input.
    ``layer`` is never a container: the sum at the end of a residual is a layer of its own. A layer that
    does not fit its input (``fits`` is false) is kept only for those after it.
    """

    layer: Layer
    path: str
    location: Location
    incoming: Flow | None
    outgoing: Flow | None
    sources: tuple[int, ...]
    consumers: list[int]
    fits: bool = True


def run(spec: ModelSpec, mistakes: Mistakes) -> list[Step]:
    """Return the steps of the model in the order of the spec; note every mistake in sizes."""
    walk = _Walk(spec, mistakes)
    walk.sequence(spec.layers, Signal(entering(spec)), ())
    return walk.steps


def entering(spec: ModelSpec) -> Flow | None:
    """Return what flows into the model, None if it has no input."""
    return None if spec.input is None else Flow(spec.input or None, tokens=spec.tokens)


class _Walk:
    """A walk through the layers of one model."""

    def __init__(self, spec: ModelSpec, mistakes: Mistakes) -> None:
        self.spec = spec
        self.mistakes = mistakes
        self.steps: list[Step] = []
        self.outputs: dict[str, Signal] = {}
        self.lines: dict[str, int] = {}

    def sequence(self, entries: tuple[Entry, ...], signal: Signal, scope: tuple[str, ...]) -> Signal:
        """Send ``signal`` through the entries of one namespace and return the output."""
        start = signal
        for entry in entries:
            path = ".".join((*scope, entry.name)) if entry.name else ""
            before = signal
            signal = self._entry(entry, path, signal, start, scope)
            if path:
                self._remember(path, entry.location, signal)
            if isinstance(entry.layer, Param):
                signal = before
        return signal

    def _remember(self, path: str, location: Location, signal: Signal) -> None:
        """Keep an output under its path, which must be new."""
        if path in self.outputs:
            self.mistakes.add(
                location.of("name"),
                f"the name '{path}' is used twice; the first is on line {self.lines[path]}",
            )
        self.lines.setdefault(path, location.line)
        self.outputs[path] = signal

    def _entry(
        self, entry: Entry, path: str, signal: Signal, start: Signal, scope: tuple[str, ...]
    ) -> Signal:
        """Send the signal through one layer or container."""
        layer = entry.layer
        if layer is None:
            return Signal(UNKNOWN)
        sources = self._sources(layer, entry.location, signal, start, scope)
        if isinstance(layer, Container):
            inner = (*scope, entry.name) if entry.name else scope
            out = self.sequence(layer.layers, sources[0], inner)
            return (
                self._residual(layer, path, entry.location, sources[0], out, inner)
                if isinstance(layer, Residual)
                else out
            )
        return self._step(layer, path, entry.location, sources)

    def _residual(
        self,
        layer: Residual,
        path: str,
        location: Location,
        signal: Signal,
        branch: Signal,
        scope: tuple[str, ...],
    ) -> Signal:
        """Add the output of the branch and the input, or the output of the shortcut."""
        direct = self.sequence(layer.shortcut, signal, scope) if layer.shortcut else signal
        past = "shortcut" if layer.shortcut else "input"
        add = ResidualSum(from_=("layers", past), activation=layer.activation)
        return self._step(add, path or ".".join(scope), location, [branch, direct])

    def _step(self, layer: Layer, path: str, location: Location, sources: list[Signal]) -> Signal:
        """Add one step, and return its output."""
        index, fits = len(self.steps), True
        try:
            if isinstance(layer, Merge):
                outgoing = layer.join([source.flow for source in sources])
            else:
                outgoing = layer.flow(sources[0].flow)
            incoming = sources[0].flow
            _check_size(outgoing)
        except Refusal as refusal:
            self.mistakes.add(location.of(refusal.key), refusal.message)
            incoming, outgoing, fits = UNKNOWN, UNKNOWN, False
        for source in sources:
            if source.source != INPUT:
                self.steps[source.source].consumers.append(index)
        origins = tuple(source.source for source in sources)
        self.steps.append(Step(layer, path, location, incoming, outgoing, origins, [], fits))
        return Signal(outgoing, index)

    def _sources(
        self, layer: Layer, location: Location, signal: Signal, start: Signal, scope: tuple[str, ...]
    ) -> list[Signal]:
        """Return the inputs of a layer: those that ``from`` names, else the output of the layer before it.

        In a model without ``input``, a layer may start a separate chain.
        """
        if layer.from_ is None:
            return [Signal(None) if self.spec.input is None and _starts(layer, signal.flow) else signal]
        names = (layer.from_,) if isinstance(layer.from_, str) else layer.from_
        if len(names) != 1 and not layer.merges:
            self.mistakes.add(
                location.of("from"), f"a {layer.type} takes one input; join several with add or concat"
            )
            return [Signal(UNKNOWN)]
        return [self._named(name, location.of("from"), start, scope) for name in names]

    def _named(self, name: str, location: Location, start: Signal, scope: tuple[str, ...]) -> Signal:
        """Return the output that ``name`` means here: in the enclosing group, then outward."""
        if name == "input":
            return start
        for depth in range(len(scope), -1, -1):
            path = ".".join((*scope[:depth], name))
            if path in self.outputs:
                return self.outputs[path]
        hint = suggest(name, [*self.outputs, "input"])
        self.mistakes.add(location, f"no earlier layer is called {show(name)}{hint}")
        return Signal(UNKNOWN)


def _check_size(outgoing: Flow | None) -> None:
    """Raise `Refusal` for more than 2^62 values; unknown sizes count as 1."""
    if outgoing is None or outgoing.shape is None:
        return
    if math.prod(size for size in outgoing.shape if size is not None) > LARGEST_FLOW:
        raise Refusal("", f"the output {outgoing} holds more than 2^62 values; use smaller sizes")


def _starts(layer: Layer, incoming: Flow | None) -> bool:
    """Return whether a layer starts a separate chain in a model without ``input``.

    An embedding does, and so does a layer with a kernel that does not fit the output of the layer before it,
    or a norm of other ``inputs`` than that output.
    """
    if isinstance(layer, Embedding):
        return True
    if layer.inputs is None or not (layer.kernel or layer.norm):
        return False
    try:
        layer.flow(incoming)
    except Refusal as refusal:
        return layer.kernel or refusal.key == "inputs"
    return False
