"""Random whole numbers between two ends, for buffers and for packed weights."""

from __future__ import annotations

import math

from winitgen.catalog.schemes.constants import number
from winitgen.catalog.schemes.options import WHOLE
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest, Unfit


def integers(request: SchemeRequest) -> DrawSpec:
    """Return the whole numbers from ``low`` up to, but not including, ``high``, all equally likely.

    n numbers in a row have the variance (n^2 - 1)/12.
    """
    from winitgen.drawing.distributions.integers import Integers

    low, high = request.option("low", int), request.option("high", int)
    if not low < high:
        raise Unfit(f"low must be below high, which is not drawn; got {low} and {high}")
    formula, last = f"{low} to {high - 1}", high - 1
    if low == last:
        return number("integers", f"{low}", float(low))
    std = math.sqrt(((high - low) ** 2 - 1) / 12)
    return DrawSpec("integers", formula, Integers(low, high), (low + last) / 2, std)


INTEGERS = Scheme(
    "integers",
    "whole numbers from low to high - 1, all equally likely",
    "torch.randint, NumPy's Generator.integers",
    integers,
    {
        "low": WHOLE.means("Smallest number"),
        "high": WHOLE.means("End, which is not drawn: the largest number is one less"),
    },
    needs=("high",),
    defaults={"low": 0},
    whole=True,
)
