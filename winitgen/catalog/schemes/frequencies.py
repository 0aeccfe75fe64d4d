"""Numbers that fall by a constant factor: the frequencies of rotary positions, the slopes of linear biases."""

from __future__ import annotations

import math

from winitgen.catalog.schemes.options import SWITCH, Option
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest, Unfit
from winitgen.catalog.schemes.written_out import shown_values, spread

MOST = 1 << 16
"""The most elements; each is computed with many digits."""


def frequencies(request: SchemeRequest) -> DrawSpec:
    """Return base^(-(n + start) / d) in C order, to the last digit of float64."""
    from winitgen.drawing.distributions.listed import Powers
    from winitgen.numeric.digits import digits, falling

    count, endpoint = math.prod(request.weight.shape), request.option("endpoint", bool)
    base, start = request.option("base", float), request.option("start", int)
    if count > MOST:
        raise Unfit(f"{request.what} has {count:,} elements; at most {MOST:,} frequencies are computed")
    if endpoint and count < 2:
        raise Unfit("endpoint needs at least 2 elements; leave it out")
    divisor = count - 1 if endpoint else count
    with digits(70) as mp:
        values = tuple(map(float, falling(mp, base, divisor, start, count)))
    mean, std = spread(values)
    return DrawSpec("frequencies", shown_values(values), Powers(values, 1, request.narrow), mean, std)


FREQUENCIES = Scheme(
    "frequencies",
    "base^(-(n + start) / d) for element n of d, or of d + 1 with endpoint",
    "Su et al. 2021 (RoPE); Press, Smith & Lewis 2021 (ALiBi)",
    frequencies,
    {
        "base": Option("a number above 1", gt=1, le=1e30).means("What is raised to a power"),
        "start": Option("a whole number from 0 to 2^16", int, ge=0, le=2**16).means(
            "Number of the first element"
        ),
        "endpoint": SWITCH.means(
            "Whether the last element, counted from 0, is 1 / base, or the next one would be"
        ),
    },
    defaults={"base": 10000.0, "start": 0, "endpoint": False},
    computed=lambda weight: math.prod(weight.shape),
)
