"""Schemes whose values the spec writes out: a list of numbers, and the two numbers of a mask."""

from __future__ import annotations

import math
from typing import cast

from winitgen.catalog.schemes.options import COUNT, NUMBERS, REAL
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest, Unfit, written
from winitgen.numeric.powers import near


def listed(request: SchemeRequest) -> DrawSpec:
    """Return the numbers in ``values``, each ``each`` times, as often as they fill the tensor."""
    from winitgen.drawing.distributions.listed import Listed

    values = cast("tuple[float, ...]", request.option("values", tuple))
    each = request.option("each", int)
    size, once = math.prod(request.weight.shape), len(values) * each
    if size % once:
        numbers = f"{len(values):,} values, each {each:,} times," if each > 1 else f"{len(values):,} values"
        raise Unfit(
            f"{request.what} has {size:,} elements, but {numbers} fill a multiple of {once:,}; "
            "change the values, each, or the shape"
        )
    mean, std = spread(values)
    formula = f"{shown_values(values)}, each {each:,} times" if each > 1 else shown_values(values)
    return DrawSpec("listed", formula, Listed(values, each, request.narrow), mean, std)


def spread(values: tuple[float, ...]) -> tuple[float, float]:
    """Return mean and standard deviation of numbers, whose sums and squares may be beyond float64.

    >>> spread((1e300, -1e300)), spread((1.0, 2.0, 6.0))
    ((0.0, 1e+300), (3.0, 2.160246899469287))
    """
    scale = near(max(map(abs, values)))
    scaled = [value / scale for value in values]
    mean = math.fsum(scaled) / len(scaled)
    std = math.sqrt(math.fsum((value - mean) ** 2 for value in scaled) / len(scaled))
    return mean * scale, std * scale


def shown_values(values: tuple[float, ...]) -> str:
    """Return a list for a table; of a long one the first values.

    >>> shown_values((1.0, 0.5)), shown_values((1.0, 2.0, 3.0, 4.0, 5.0))
    ('1, 0.5', '1, 2, 3, ... (5 values)')
    """
    if len(values) <= 4:
        return ", ".join(f"{value:.4g}" for value in values)
    return f"{', '.join(f'{value:.4g}' for value in values[:3])}, ... ({len(values):,} values)"


def causal_mask(request: SchemeRequest) -> DrawSpec:
    """Return ``below`` where the column is at most the row, in the last two axes, and ``above`` elsewhere."""
    from winitgen.drawing.distributions.causal_mask import CausalMask

    shape = request.weight.shape
    if len(shape) < 2:
        raise Unfit(
            f"the scheme causal_mask needs rows and columns, but {request.what} has the shape {list(shape)}; "
            "write ones, or listed"
        )
    rows, columns = shape[-2:]
    below, above = request.option("below", float), request.option("above", float)
    full = min(rows, columns)
    allowed = full * (full + 1) // 2 + (rows - full) * columns
    share = allowed / (rows * columns)
    mean = above + (below - above) * share
    std = abs(below - above) * math.sqrt(share * (1 - share))
    if not math.isfinite(below - above):  # their distance is beyond float64, but not its half
        mean = below * share + above * (1 - share)
        std = abs(below / 2 - above / 2) * math.sqrt(share * (1 - share)) * 2
    formula = f"{below:g} for {written(allowed)} of {rows}x{columns}, else {above:g}"
    distribution = CausalMask(rows, columns, below, above, request.narrow)
    return DrawSpec("causal_mask", formula, distribution, mean, std)


WRITTEN_OUT = (
    Scheme(
        "listed",
        "the values in C order, each as often as each says, and again from the first",
        "",
        listed,
        {
            "values": NUMBERS.means("Values of the elements, in C order"),
            "each": COUNT.means("How often each value stands in a row"),
        },
        needs=("values",),
        defaults={"each": 1},
        whole=True,
    ),
    Scheme(
        "causal_mask",
        "below where column <= row in the last two axes, above elsewhere",
        "",
        causal_mask,
        {
            "below": REAL.means("Value on and below the diagonal"),
            "above": REAL.means("Value above the diagonal"),
        },
        defaults={"below": 1.0, "above": 0.0},
        whole=True,
    ),
)
