"""Limits on sizes, and names that cannot both be stored in one file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.schemes.scheme import Unfit
from winitgen.numeric.dtypes import DTYPES
from winitgen.planning.flow import Step
from winitgen.planning.name_clash import LONGEST_NAME, clash
from winitgen.planning.plan import PlannedLayer
from winitgen.spec.mistakes import Location, Mistakes, TooManyMistakes

MOST_ELEMENTS = 2**50
"""The limit for one parameter: a file of petabytes, and far less than every format can address."""

MOST_PARAMETERS = 100_000
"""The limit for one model, above the largest known: each takes memory and a tenth of a millisecond."""

MOST_BYTES = 2**62
"""The limit for all parameters together: a signed 64-bit number can count them, with a bit to spare."""


def check_count(steps: Iterable[Step], counts: Iterable[int], mistakes: Mistakes) -> None:
    """Note the layer that exceeds the number of parameters, before anything is decided about them."""
    count = 0
    for step, own in zip(steps, counts, strict=True):
        count += own
        if count > MOST_PARAMETERS:
            message = f"more than {MOST_PARAMETERS:,} parameters, with repeats expanded"
            mistakes.add(step.location._replace(rounds=()), message)
            raise TooManyMistakes


def check_size(weight: Weight, parameter_id: str) -> None:
    """Raise `Unfit` for a parameter with too many elements, or too long an id."""
    count = math.prod(size or 1 for size in weight.shape)  # libraries multiply the other sizes too
    if count > MOST_ELEMENTS:
        raise Unfit(f"{count:.3g} elements of shape {list(weight.shape)}; at most 2^50 can be written")
    if len(parameter_id.encode()) > LONGEST_NAME:
        raise Unfit(f"the id has {len(parameter_id.encode())} bytes; at most {LONGEST_NAME} can be stored")


def check_total(layers: Sequence[PlannedLayer], mistakes: Mistakes) -> None:
    """Note that the parameters together have more bytes than a file can have."""
    parameters = [parameter for layer in layers for parameter in layer.parameters]
    if sum(parameter.size * DTYPES[parameter.dtype].itemsize for parameter in parameters) > MOST_BYTES:
        message = f"the {len(parameters)} parameters have more than 2^62 bytes; use smaller sizes"
        mistakes.add(Location(0, 0, "layers"), message)


def check_names(steps: Sequence[Step], layers: Sequence[PlannedLayer], mistakes: Mistakes) -> None:
    """Note two ids that cannot both be stored in one file, at the location of the second."""
    pair = clash([parameter.id for layer in layers for parameter in layer.parameters])
    if pair:
        first, second = pair
        message = f"the parameters '{first}' and '{second}' cannot both be stored in one file; rename one"
        own = [
            step
            for step, layer in zip(steps, layers, strict=True)
            if any(parameter.id == second for parameter in layer.parameters)
        ]
        mistakes.add(own[-1].location.of("name"), message)
