"""Fixed sinusoids: positions as sines and cosines."""

from __future__ import annotations

import math
from typing import cast

from winitgen.catalog.schemes.options import SIZES, SWITCH, Choice, Option
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest, Unfit


def sinusoidal(request: SchemeRequest) -> DrawSpec:
    """Return a table of sines and cosines of the positions, whose frequencies fall from 1 to about 1 / base."""
    from winitgen.drawing.distributions.sinusoidal import MOST_FREQUENCIES, MOST_POSITIONS, Sinusoidal
    from winitgen.drawing.distributions.sinusoidal_grid import SinusoidalGrid

    rows, features = _sizes(request)
    grid = cast("tuple[int, ...] | None", request.init.options.get("grid"))
    if grid is not None:
        rows, features = _of_a_coordinate(grid, rows, features)
    start, endpoint = request.option("start", int), request.option("endpoint", bool)
    if features % 2:
        raise Unfit(f"sinusoids come in pairs of sine and cosine, but a position has {features} features")
    if endpoint and features < 4:
        raise Unfit("endpoint needs at least 4 features, two frequencies; leave it out")
    if start + rows > MOST_POSITIONS:
        raise Unfit(f"positions up to {start + rows - 1:,}; at most 2^26 - 1 can be computed exactly")
    if features > 2 * MOST_FREQUENCIES:
        raise Unfit(f"a position has {features:,} features; at most {2 * MOST_FREQUENCIES:,} are computed")
    base, halves = request.option("base", float), request.option("order", str) == "halves"
    table = Sinusoidal(rows, features, start, base, halves, endpoint)
    distribution = table if grid is None else SinusoidalGrid(grid[0], grid[1], table)
    order = "sines, then cosines" if halves else "sines and cosines in turn"
    if grid is not None:
        order = f"{grid[0]}x{grid[1]} places, of each coordinate {order}"
    mean = distribution.mean()
    std = math.sqrt(max(0.5 - mean * mean, 0.0))  # the squares of sine and cosine add up to 1
    return DrawSpec("sinusoidal", f"{order}, base {base:g}", distribution, mean, std)


def _of_a_coordinate(grid: tuple[int, ...], rows: int, features: int) -> tuple[int, int]:
    """Return the positions and the features of the table of one coordinate; half of the features are of each."""
    if len(grid) != 2:
        raise Unfit(f"a grid has a height and a width, as in [14, 14], not {list(grid)}")
    if math.prod(grid) != rows:
        raise Unfit(
            f"a grid of {grid[0]}x{grid[1]} has {math.prod(grid):,} places, but there are {rows:,} positions"
        )
    if features % 4:
        raise Unfit(
            f"a grid needs a sine and a cosine of each coordinate, but a position has {features} features"
        )
    return max(grid), features // 2


def _sizes(request: SchemeRequest) -> tuple[int, int]:
    """Return the positions and the features of a table: all axes but these two have the size 1."""
    shape = request.weight.shape
    if request.weight.role in ("", "embeddings") and len(shape) > 1:
        positions = [size for size in shape[:-1] if size > 1]
        if len(positions) < 2:
            return math.prod(positions), shape[-1]
    text = "x".join(str(size) for size in shape) or "()"
    raise Unfit(
        "the scheme sinusoidal needs a table of positions, an embedding or a param of shape "
        f"[positions, features], but {request.what} has the shape {text}"
    )


OPTIONS: dict[str, Option] = {
    "order": Choice("interleaved", "halves").means(
        "Whether each sine is followed by its cosine, or all sines by all cosines"
    ),
    "base": Option("a number above 1", gt=1, le=1e30).means("Longest period over 2 pi, about"),
    "endpoint": SWITCH.means("Whether the last frequency is 1 / base, or the next one would be"),
    "start": Option("a whole number from 0 to 2^26", int, ge=0, le=2**26).means("Position of the first row"),
}
"""The options of sinusoids, for the scheme and for the layer."""

SINUSOIDAL = Scheme(
    "sinusoidal",
    "sin(p w) and cos(p w) for position p, w = base^(-i / d), d = features / 2, or d = features / 2 - 1 with endpoint",
    "Vaswani et al. 2017, 3.5",
    sinusoidal,
    {
        **OPTIONS,
        "grid": SIZES.means(
            "Height and width of a grid of positions, of which half of the features are the column's and half the row's; if absent, positions are numbers"
        ),
    },
    defaults={"order": "interleaved", "base": 10000.0, "endpoint": False, "start": 0},
    computed=lambda weight: weight.shape[-1] // 2 if weight.shape else 0,
)
