"""Schemes whose values follow from the positions of the elements: ranges of numbers, and indices into tables."""

from __future__ import annotations

import math
from typing import cast

from winitgen.catalog.schemes.options import REAL, SIZES
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest, Unfit


def arange(request: SchemeRequest) -> DrawSpec:
    """Return start, start + step, start + 2 step, ... in C order, as ``numpy.arange``."""
    from winitgen.drawing.distributions.arange import Arange

    start, step = request.option("start", float), request.option("step", float)
    distribution = Arange(float(start), float(step), math.prod(request.weight.shape))
    first, last = distribution.first, distribution.last
    std = abs(step) * math.sqrt((distribution.size**2 - 1) / 12)
    formula = f"{first:.10g} to {last:.10g}"
    return DrawSpec("arange", formula, distribution, first + (last - first) / 2, std)


def relative_position_index(request: SchemeRequest) -> DrawSpec:
    """Return the row of the table of position biases for each pair of places in a window (Liu et al. 2021)."""
    from winitgen.drawing.distributions.relative_position_index import RelativePositionIndex

    window = cast("tuple[int, ...]", request.option("window", tuple))
    places = math.prod(window)
    shape = request.weight.shape
    if shape not in ((places, places), (places**2,)):
        text = "x".join(str(size) for size in window)
        raise Unfit(
            f"a window of {text} has {places} places, so that {request.what} needs the shape [{places}, {places}] or "
            f"[{places**2}], not {list(shape)}"
        )
    distribution = RelativePositionIndex(window)
    variance, stride = 0.0, 1
    for size in reversed(window):
        variance += stride**2 * (size**2 - 1) / 6
        stride *= 2 * size - 1
    formula = f"rows 0 to {distribution.largest}"
    return DrawSpec(
        "relative_position_index", formula, distribution, distribution.largest / 2, math.sqrt(variance)
    )


COUNTING = (
    Scheme(
        "arange",
        "start + step n for element n",
        "",
        arange,
        {
            "start": REAL.means("First element"),
            "step": REAL.means("Difference between an element and the one before it"),
        },
        defaults={"start": 0.0, "step": 1.0},
        whole=True,
    ),
    Scheme(
        "relative_position_index",
        "for places i, j of a window, the digits i - j + w - 1 to the bases 2 w - 1",
        "Liu et al. 2021 (Swin)",
        relative_position_index,
        {"window": SIZES.means("Size of the window along each axis")},
        needs=("window",),
        whole=True,
    ),
)
