"""The plan: an ordered, frozen list of parameters, with everything decided and nothing drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from winitgen.catalog.layers.layer import Flow, Layer
    from winitgen.drawing.distributions.distribution import Distribution
    from winitgen.spec.mistakes import Location

INPUT = -1
"""The index of the model's input among the sources of a layer."""

STREAM = 1
"""The version of the drawing; it changes when any drawn bit does."""


class Parameter(NamedTuple):
    """One logical array of the model.

    ``id`` is ``<path>/<role>`` and, with the seed, determines the values; ``role`` is empty for a ``param``.
    ``path`` ends in ``part`` if the layer has several parts. ``mean`` and ``std`` are those of the values to
    be drawn. ``why`` says what chose the scheme. ``zeroed`` is a range of elements (first, end) that is
    always zero.
    """

    id: str
    path: str
    role: str
    type: str
    shape: tuple[int, ...]
    dtype: str
    fan_in: float | None
    fan_out: float | None
    scheme: str
    formula: str
    distribution: Distribution
    mean: float
    std: float
    why: str
    key: bytes
    zeroed: tuple[int, int] | None = None
    part: str = ""

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)


class PlannedLayer(NamedTuple):
    """One layer of the model with its parameters, for a layout to name and arrange.

    ``sources`` are the indices in `Plan.layers` of its inputs, `INPUT` for the model's input; ``incoming``
    is what flows in from the first of them. ``outgoing`` is what flows out, and ``consumers`` are the
    indices of the layers that take it, once for each time they do. ``omitted`` are parameters that the
    layer has but the file does not: copies of another layer's.
    """

    layer: Layer
    path: str
    sources: tuple[int, ...]
    incoming: Flow | None
    outgoing: Flow | None
    consumers: tuple[int, ...]
    parameters: tuple[Parameter, ...]
    omitted: tuple[Parameter, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Everything that is decided about one file, before a value is drawn.

    ``spec`` is the canonical layer-spec: with the seed, the dtype and the layout it gives this plan
    again. ``input`` is what flows into the model, None if it has no input. ``notes`` are lines for the user.
    ``locations`` are those of the layers in the spec, for messages: they make no difference to whether two
    plans are equal.
    """

    model: str
    seed: int
    dtype: str
    layout: str
    input: Flow | None
    layers: tuple[PlannedLayer, ...]
    spec: dict[str, Any]
    notes: tuple[str, ...]
    locations: tuple[Location, ...] = field(compare=False, repr=False)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters of all layers, in the order of the spec."""
        return tuple(parameter for layer in self.layers for parameter in layer.parameters)
