"""The plan: an ordered, frozen list of parameters, with everything decided and nothing drawn."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from winitgen.catalog.layers.flow import Flow
from winitgen.catalog.layers.layer import Layer
from winitgen.numeric.kept_property import kept_property
from winitgen.planning.parameter import Parameter
from winitgen.spec.mistakes import Location

__all__ = ["INPUT", "STREAM", "InnerModel", "Output", "Parameter", "Plan", "PlannedLayer"]

INPUT = -1
"""The index of the model's input among the sources of a layer; further inputs have -2, -3 and so on."""

STREAM = 1
"""The version of the drawing; it changes when any drawn bit does."""


class InnerModel(NamedTuple):
    """A group that is a model of its own: its number among all of the spec, and its class, in lower case."""

    number: int
    kind: str


class PlannedLayer(NamedTuple):
    """One layer of the model with its parameters, for a layout to name and arrange.

    ``sources`` are the indices in `Plan.layers` of its inputs, `INPUT` and below for those of the model;
    ``entering`` is what flows in from each of them. ``outgoing`` is what flows out, and ``consumers`` are
    the indices of the layers that take it, once for each time they do. ``omitted`` are parameters that the
    layer has but the file does not: copies of another layer's. ``models`` are the groups around it that are models of
    their own, the outermost first.
    """

    layer: Layer
    path: str
    sources: tuple[int, ...]
    entering: tuple[Flow | None, ...]
    outgoing: Flow | None
    consumers: tuple[int, ...]
    parameters: tuple[Parameter, ...]
    omitted: tuple[Parameter, ...] = ()
    models: tuple[InnerModel, ...] = ()

    @property
    def incoming(self) -> Flow | None:
        """What flows in from the first source."""
        return self.entering[0]


class Output(NamedTuple):
    """One output of the model: its name, and the index in `Plan.layers` of the layer it comes from."""

    name: str
    layer: int


@dataclass(frozen=True)
class Plan:
    """Everything that is decided about one file, before a value is drawn.

    ``spec`` is the canonical layer-spec, kept as JSON: with the seed, the dtype and the layout it gives this plan
    again. ``inputs`` are what flows into the model, by name; the only input may have an empty one.
    ``stated_outputs`` are those that the spec states. ``notes`` are lines for the user. ``locations`` are
    those of the layers in the spec, for messages, and ``file`` is its path: they make no difference to whether
    two plans are equal.
    """

    model: str
    seed: int
    dtype: str
    layout: str
    named_inputs: tuple[tuple[str, Flow], ...]
    stated_outputs: tuple[Output, ...]
    layers: tuple[PlannedLayer, ...]
    _spec: str
    notes: tuple[str, ...]
    locations: tuple[Location, ...] = field(compare=False, repr=False)
    file: str = field(default="", compare=False, repr=False)
    _unchanged: bool = field(default=False, init=False, compare=False, repr=False)

    def sealed(self) -> Plan:
        """Return this plan, marked as it was made; what `dataclasses.replace` makes of it has no mark."""
        object.__setattr__(self, "_unchanged", True)
        return self

    @property
    def unchanged(self) -> bool:
        """Whether this is a plan as it was made, whose values are those that its spec gives."""
        return self._unchanged

    @property
    def inputs(self) -> dict[str, Flow]:
        """What flows into the model, by name."""
        return dict(self.named_inputs)

    @property
    def spec(self) -> dict[str, Any]:
        """The canonical layer-spec, which is the caller's own: a plan is kept, and drawn again as it was made."""
        spec: dict[str, Any] = json.loads(self._spec)
        return spec

    @kept_property
    def outputs(self) -> tuple[int, ...]:
        """The indices of the layers whose outputs are the model's: all that no layer takes, if none are stated."""
        if self.stated_outputs:
            return tuple(dict.fromkeys(output.layer for output in self.stated_outputs))
        ends = (i for i, layer in enumerate(self.layers) if not layer.consumers and not layer.layer.beside)
        return tuple(ends)

    def flow_from(self, source: int) -> Flow | None:
        """Return what flows out of a source of a layer, None for the input of a model without one."""
        if source > INPUT:
            return self.layers[source].outgoing
        return self.named_inputs[INPUT - source][1] if self.named_inputs else None

    @kept_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters of all layers, in the order of the spec."""
        return tuple(parameter for layer in self.layers for parameter in layer.parameters)
