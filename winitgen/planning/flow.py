"""The flow of sizes through the layers: the input and output of each."""

from __future__ import annotations

from typing import NamedTuple

from winitgen.catalog.layers.containers import Container, Group, Residual
from winitgen.catalog.layers.flow import UNKNOWN, Flow, Refusal
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.several import Several
from winitgen.planning.chains import check_size, starts_chain
from winitgen.planning.plan import INPUT, InnerModel, Output
from winitgen.planning.signals import MODEL_INPUT, Signal, Signals
from winitgen.spec.mistakes import Location, Mistakes, TooManyMistakes
from winitgen.spec.model import Entry, ModelSpec
from winitgen.spec.repetition import MOST_LAYERS


class Step(NamedTuple):
    """One layer in the flow, with its inputs, its output and its consumers.

    ``entering`` are the sizes of its inputs, and ``sources`` the indices of the steps that they come from,
    `INPUT` and below for inputs of the model. ``layer`` is never a container: the sum at the end of a
    residual is a layer of its own. A layer that does not fit its input (``fits`` is false) is kept only
    for those after it. ``models`` are those of `PlannedLayer`.
    """

    layer: Layer
    path: str
    location: Location
    entering: tuple[Flow | None, ...]
    outgoing: Flow | None
    sources: tuple[int, ...]
    consumers: list[int]
    fits: bool = True
    models: tuple[InnerModel, ...] = ()

    @property
    def incoming(self) -> Flow | None:
        """The sizes of the first input."""
        return self.entering[0]


class Walked(NamedTuple):
    """The steps of a model in the order of the spec, its stated outputs, and notes for the user."""

    steps: list[Step]
    outputs: tuple[Output, ...]
    notes: list[str]


def run(spec: ModelSpec, mistakes: Mistakes) -> Walked:
    """Return the model as it is walked through; note every mistake in sizes."""
    walk = _Walk(spec, mistakes)
    walk.sequence(spec.layers, walk.signals.model, ())
    return Walked(walk.steps, walk.outputs(), walk.notes())


class _Walk:
    """A walk through the layers of one model."""

    def __init__(self, spec: ModelSpec, mistakes: Mistakes) -> None:
        self.spec = spec
        self.mistakes = mistakes
        self.steps: list[Step] = []
        self.signals = Signals(spec.inputs, mistakes)
        self.taken: set[int] = set()
        self.models: tuple[InnerModel, ...] = ()
        self.model_count = 0
        self.group_inputs: list[tuple[str, Flow]] = []
        self.flows: dict[Flow, Flow] = {}

    def sequence(self, entries: tuple[Entry, ...], signal: Signal, scope: tuple[str, ...]) -> Signal:
        """Send ``signal`` through the entries of one namespace and return the output."""
        start = signal
        for entry in entries:
            path = ".".join((*scope, entry.name)) if entry.name else ""
            before = signal
            signal = self._entry(entry, path, signal, start, scope)
            if path:
                self.signals.remember(path, entry.location, signal)
            if entry.layer is not None and entry.layer.beside:
                signal = before
        return signal

    def outputs(self) -> tuple[Output, ...]:
        """Return the outputs that the spec states, and note inputs that no layer takes; one with a mistake might."""
        several = len(self.spec.inputs) > 1 and not self.signals.lost
        for index, one in enumerate(self.spec.inputs):
            if several and INPUT - index not in self.taken:
                self.mistakes.add(one.location, f"no layer takes the input '{one.name}'; leave it out")
        found = []
        for output in self.spec.outputs:
            signal = self.signals.output(output.layer, output.location)
            if signal.source <= INPUT and signal.flow != UNKNOWN:
                self.mistakes.add(output.location, f"'{output.layer}' is an input; an output is a layer's")
            self._refuse_param(signal, output.layer, output.location)
            found.append(Output(output.name, signal.source))
        return tuple(found)

    def _refuse_param(self, signal: Signal, name: str, location: Location) -> None:
        """Note that the layer called ``name`` is a `param`, from which nothing flows."""
        if signal.source > INPUT:
            self.signals.refuse_param(self.steps[signal.source].layer, name, location)

    def _named(self, name: str, location: Location, start: Signal, scope: tuple[str, ...]) -> Signal:
        """Return the output of the layer that an option of another names."""
        signal = self.signals.named(name, location, start, scope)
        self._refuse_param(signal, name, location)
        return signal

    def notes(self) -> list[str]:
        """Return a note if ``from: input`` in a group might be meant as the model's input."""
        if not self.group_inputs:
            return []
        path, flow = self.group_inputs[0]
        model = f"the model's, {self.signals.model.flow}, is called {MODEL_INPUT}"
        return [f"'input' at {path} is that of the group, {flow}; {model}"]

    def _entry(
        self, entry: Entry, path: str, signal: Signal, start: Signal, scope: tuple[str, ...]
    ) -> Signal:
        """Send the signal through one layer or container."""
        layer = entry.layer
        if layer is None:
            self.signals.lose(path or ".".join(scope))
            return Signal(UNKNOWN)
        sources = self._sources(layer, entry.location, signal, start, scope)
        if layer.from_ is not None:
            self._compare_inputs(layer, path or ".".join(scope), start)
        if isinstance(layer, Container):
            inner = (*scope, entry.name) if entry.name else scope
            out = self._inside(layer, sources[0], inner)
            return (
                self._residual(layer, path, entry.location, sources[0], out, inner)
                if isinstance(layer, Residual)
                else out
            )
        if isinstance(layer, Several):
            return self._several(layer, path, entry.location, sources)
        return self._step(layer, path, entry.location, sources)

    def _inside(self, layer: Container, signal: Signal, scope: tuple[str, ...]) -> Signal:
        """Send the signal through the layers of a container, which know the models around them."""
        around = self.models
        if isinstance(layer, Group) and layer.model is not None:
            self.models = (*around, InnerModel(self.model_count, layer.model))
            self.model_count += 1
        out = self.sequence(layer.layers, signal, scope)
        self.models = around
        return out

    def _several(self, layer: Several, path: str, location: Location, sources: list[Signal]) -> Signal:
        """Add a step for each output of a layer, each of which takes the layer's input."""
        try:
            outputs = layer.outputs(sources[0].flow)
        except Refusal as refusal:
            self.mistakes.add(location.of(refusal.key), refusal.message)
            return Signal(UNKNOWN)
        if len(self.steps) + len(outputs) > MOST_LAYERS:
            self.mistakes.add(
                location, f"more than {MOST_LAYERS} layers, with the parts of each {layer.type}"
            )
            raise TooManyMistakes
        names = {name: f"{path}.{name}" for name in outputs}
        for name, output in outputs.items():
            self.signals.remember(names[name], location, self._step(output, names[name], location, sources))
        return Signal(UNKNOWN, choices=tuple(names.values()))

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
        from winitgen.catalog.layers.merge import ResidualSum

        direct = self.sequence(layer.shortcut, signal, scope) if layer.shortcut else signal
        past = "shortcut" if layer.shortcut else "input"
        add = ResidualSum(from_=("layers", past), activation=layer.activation)
        how = "end the layers, and the shortcut, with one that takes one of them"
        ends = [self.signals.chosen(end, location, how) for end in (branch, direct)]
        return self._step(add, path or ".".join(scope), location, ends)

    def _step(self, layer: Layer, path: str, location: Location, sources: list[Signal]) -> Signal:
        """Add one step, and return its output."""
        index, fits = len(self.steps), True
        try:
            flows = tuple(source.flow for source in sources)
            outgoing = layer.join(flows)
            check_size(outgoing)
            outgoing = None if outgoing is None else self.flows.setdefault(outgoing, outgoing)
        except Refusal as refusal:
            hint = self.signals.input_hint(layer.from_, sources) if refusal.key in {"", "from"} else ""
            self.mistakes.add(location.of(refusal.key), refusal.message + hint)
            flows, outgoing, fits = (UNKNOWN,) * len(sources), UNKNOWN, False
        origins = tuple(source.source for source in sources)
        for origin in () if layer.beside else origins:
            self.taken.add(origin)
            if origin > INPUT:
                self.steps[origin].consumers.append(index)
        self.steps.append(Step(layer, path, location, flows, outgoing, origins, [], fits, self.models))
        return Signal(outgoing, index)

    def _sources(
        self, layer: Layer, location: Location, signal: Signal, start: Signal, scope: tuple[str, ...]
    ) -> list[Signal]:
        """Return the inputs of a layer: those that ``from`` names, else the output of the layer before it.

        Then come those that its other options name. In a model without ``input``, a layer may start a
        separate chain.
        """
        names = (layer.from_,) if isinstance(layer.from_, str) else layer.from_ or ()
        if len(names) > 1 and not layer.merges:
            self.mistakes.add(
                location.of("from"), f"a {layer.type} takes one input; join several with add or concat"
            )
            return [Signal(UNKNOWN)] * len(layer.input_keys)
        if names:
            first = [self._named(name, location.of("from"), start, scope) for name in names]
        elif (layer.beside and not layer.reads) or (
            not self.spec.inputs and starts_chain(layer, signal.flow)
        ):
            first = [Signal(None)]
        else:
            passes = isinstance(layer, Container) and not isinstance(layer, Residual)
            first = [signal if passes else self.signals.chosen(signal, location)]
        more = [(key, getattr(layer, key)) for key in layer.input_keys[1:]] if layer.more_inputs else []
        return first + [self._named(name, location.of(key), start, scope) for key, name in more]

    def _compare_inputs(self, layer: Layer, path: str, start: Signal) -> None:
        """Keep ``from: input`` of a layer in a group where the model's input has other sizes.

        Several inputs that are merged must fit each other, which reveals the wrong reading.
        """
        sole = len(self.spec.inputs) == 1 and layer.from_ in ("input", ("input",))
        if not sole or start.source == INPUT or start.flow is None or not start.flow.shape:
            return
        if start.flow.shape != self.spec.inputs[0].flow.shape:
            self.group_inputs.append((path, start.flow))
