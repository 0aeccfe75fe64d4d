"""What a scheme draws for a kernel of 500 x 500: its formula with these numbers, and its density as lines of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen import load
from winitgen.drawing.density import pdf
from winitgen.errors import SpecError

if TYPE_CHECKING:
    from winitgen.drawing.density import Density
    from winitgen.drawing.distributions.distribution import Span

FAN = 500
"""Inputs and outputs of the example, a dense relu layer."""

_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "uniform": {"low": -0.1, "high": 0.1},
    "scaled_residual": {"layers": 12},
    "deepnorm": {"encoder_layers": 12},
    "t_fixup": {"encoder_layers": 6},
    "fixup": {"blocks": 16, "depth": 2},
    "small_init": {"width": FAN},
    "wang_init": {"layers": 12, "width": FAN},
    "mup": {"part": "hidden", "base_width": 125},
    "siren": {"w0": 30},
}
"""The options of the example, where a scheme needs some."""

WIDTH, HEIGHT = 61, 7
"""Columns and rows of a picture."""

_BESIDE = 1.15
"""The width of a picture over that of a density with ends, so that these are seen."""


class SchemeExample(NamedTuple):
    """The init of the example, as a spec has it, its formula, mean and standard deviation, and the density of its values."""

    init: dict[str, Any]
    formula: str
    mean: float
    std: float
    density: Density
    span: Span


def scheme_example(scheme: str) -> SchemeExample | None:
    """Return the example of a scheme, or None if it draws no such kernel from a known density."""
    init = {"scheme": scheme, **_OPTIONS.get(scheme, {})}
    layer = {"name": "fc", "type": "dense", "units": FAN, "activation": "relu", "init": init}
    try:
        kernel = load.plan({"input": FAN, "layers": [layer]}).parameters[0]
    except SpecError:
        return None
    density = kernel.distribution.density()
    if density is None:
        return None
    return SchemeExample(init, kernel.formula, kernel.mean, kernel.std, density, kernel.distribution.span())


def density_lines(density: Density, span: Span, bars: str) -> list[str]:
    """Return the picture of a density: bars from the low to the high end of a span, and the values below them.

    ``bars`` are the characters from an empty to a full one. The highest bar is that of the largest density.
    """
    low, high = span
    middle, half = (low + high) / 2, (high - low) / 2
    if "low" in density:
        half *= _BESIDE
    step = 2 * half / (WIDTH - 1)
    heights = [pdf(density, middle - half + place * step) for place in range(WIDTH)]
    full = len(bars) - 1
    eighths = [round(height / max(heights) * HEIGHT * full) for height in heights]
    rows = [
        "".join(bars[min(max(eighth - row * full, 0), full)] for eighth in eighths)
        for row in reversed(range(HEIGHT))
    ]
    return [*rows, "-" * WIDTH, _scale(middle - half, middle, middle + half)]


def _scale(*values: float) -> str:
    """Return three numbers below the left end, the middle and the right end."""
    left, middle, right = (f"{value:.4g}" for value in values)
    start = (WIDTH - len(middle)) // 2
    return f"{left.ljust(start)}{middle}{right.rjust(WIDTH - start - len(middle))}"
