"""The outputs of layers by name, and what a name means inside a group."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import msgspec

from winitgen.catalog.layers.flow import UNKNOWN, Flow
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.param import Param
from winitgen.planning.plan import INPUT
from winitgen.spec.layer_names import outward
from winitgen.spec.mistakes import Location, Mistakes, show
from winitgen.spec.model import ModelInput

MODEL_INPUT = "model_input"
"""What ``from`` calls the only input of a model, also inside a group, unless a layer has this name."""


BY_FROM = "name one with 'from'"
"""What to write where several flows arrive at a layer."""


class Signal(msgspec.Struct, frozen=True):
    """The output of a layer: its sizes, and the index of the layer.

    ``choices`` are names, one of which must be chosen: the several outputs of a layer, or inputs of a model.
    """

    flow: Flow | None
    source: int = INPUT
    choices: tuple[str, ...] = ()


def entering(inputs: tuple[ModelInput, ...]) -> Signal:
    """Return what flows into the first layer of a model."""
    if len(inputs) > 1:
        return Signal(UNKNOWN, choices=tuple(one.name for one in inputs))
    return Signal(inputs[0].flow if inputs else None)


class Signals:
    """The inputs of the model and the outputs of its layers so far, by path."""

    def __init__(self, inputs: tuple[ModelInput, ...], mistakes: Mistakes) -> None:
        self.mistakes = mistakes
        self.model = entering(inputs)
        named = {one.name: (Signal(one.flow, INPUT - i), one) for i, one in enumerate(inputs) if one.name}
        self.found = {name: signal for name, (signal, _) in named.items()}
        self.lines = {name: one.location.line for name, (_, one) in named.items()}
        self.aside = {} if named or not inputs else {MODEL_INPUT: self.model}
        self.lost: set[str] = set()

    def remember(self, path: str, location: Location, signal: Signal) -> None:
        """Keep an output under its path, which must be new."""
        if path in self.found:
            self.mistakes.add(
                location.of("name"),
                f"the name '{path}' is used twice; the first is on line {self.lines[path]}",
            )
        self.lines.setdefault(path, location.line)
        self.found[path] = signal

    def lose(self, path: str) -> None:
        """Keep the path of a layer with a mistake: it may have been a group, and what its layers are called is not known.

        The path of a layer without a name is that of the group around it.
        """
        self.lost.add(path)

    def _may_be_lost(self, name: str, scope: tuple[str, ...]) -> bool:
        """Return whether a name may be that of a layer which a mistake hides."""
        return bool(self.lost) and any(
            not self.lost.isdisjoint(_groups_of(path)) for path in outward(name, scope)
        )

    def named(
        self, name: str, location: Location, start: Signal, scope: tuple[str, ...], how: str = BY_FROM
    ) -> Signal:
        """Return the output that ``name`` means in a group, else outward; ``start`` is the group's input."""
        if name == "input":
            return self.chosen(start, location, how)
        for path in outward(name, scope):
            if path in self.found:
                return self.chosen(self.found[path], location, how)
        if name in self.aside:
            return self.aside[name]
        if self._may_be_lost(name, scope):
            return Signal(UNKNOWN)
        hint = self.mistakes.suggest(name, self.found, (*self.aside, "input"))
        self.mistakes.add(location, f"no earlier layer is called {show(name)}{hint}")
        return Signal(UNKNOWN)

    def output(self, name: str, location: Location) -> Signal:
        """Return what the output of the model called ``name`` means."""
        return self.named(name, location, self.model, (), "name one of them")

    def refuse_param(self, layer: Layer, name: str, location: Location) -> None:
        """Note that the layer that ``name`` means is a `param`, from which nothing flows."""
        if isinstance(layer, Param):
            advice = "queries give learned vectors to other layers"
            self.mistakes.add(location, f"nothing flows out of the param {show(name)}; {advice}")

    def chosen(self, signal: Signal, location: Location, how: str = BY_FROM) -> Signal:
        """Return a signal, which must be a single one; ``how`` is what to write if it is not."""
        if not signal.choices:
            return signal
        names = ", ".join(signal.choices)
        self.mistakes.add(location, f"several flows arrive here; {how}: {names}")
        return Signal(UNKNOWN)

    def input_hint(self, names: str | Sequence[str] | None, sources: Sequence[Signal]) -> str:
        """Return what ``input`` means to a layer of a group that cannot take it, if that is not the model's only input."""
        named = zip((names,) if isinstance(names, str) else names or (), sources, strict=False)
        if not self.aside or not any(name == "input" and one.source > INPUT for name, one in named):
            return ""
        return f"; 'input' is what flows into the group; write {MODEL_INPUT} for what flows into the model"


def _groups_of(path: str) -> list[str]:
    """Return the paths of the groups around a layer, the model's, which is empty, first.

    >>> _groups_of("a.b.c")
    ['', 'a', 'a.b']
    """
    return ["", *accumulate(path.split(".")[:-1], "{}.{}".format)]
