"""Which formula a number is: a spread that follows the fans has a name, or at least a comment."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from winitgen.importing.trace.laws import TensorLaw

EXACT = 1e-6
"""Relative error up to which two numbers are one: libraries compute some in float32."""


CUT_AT_TWO = 0.87962566103423978
"""Standard deviation of N(0, 1) cut at -2 and 2."""

KINDS = {
    "normal": ("normal", 1.0),
    "uniform": ("uniform", math.sqrt(1 / 3)),
    "truncated": ("truncated_normal", CUT_AT_TWO),
}
"""The ending of a scheme that follows the fans, and what makes the second number of a law its standard deviation."""


class NamedScheme(NamedTuple):
    """A scheme as a layer-spec writes it, the fans that it needs, and a comment on the number."""

    init: str | Mapping[str, Any]
    fans: tuple[float, float] | None = None
    comment: str = ""


def named(law: TensorLaw, fans: tuple[int, int] | None) -> NamedScheme:
    """Return a law as a scheme; ``fans`` are fan_in and fan_out as the framework counts them, None if it has none.

    A law around 0, uniform, normal or cut at two standard deviations, whose number is that of Xavier, He or LeCun has that name, with the fans. Other
    numbers that follow the fans are commented.
    """
    if law.kind in {"constant", "integers"}:
        return NamedScheme(law.scheme())
    law = TensorLaw(law.kind, tuple(float(f"{number:.15g}") for number in law.numbers))
    if fans is None or law.kind not in KINDS or not _is_centred(law):
        return NamedScheme(law.scheme())
    number = law.numbers[1]
    if float(f"{number:.3g}") == number:
        return NamedScheme(law.scheme())
    kind, factor = KINDS[law.kind]
    for name, value in schemes(*fans):
        if math.isclose(number * factor, value, rel_tol=1e-12):
            return NamedScheme(f"{name}_{kind}", fans)
    for text, value in _numbers(*fans):
        if math.isclose(number, value, rel_tol=EXACT):
            return NamedScheme(law.scheme(), None, text)
    return NamedScheme(law.scheme())


def torch_fans(shape: tuple[int, ...]) -> tuple[int, int] | None:
    """Return fan_in and fan_out of a tensor whose first axis is the outputs', as PyTorch counts them."""
    inner = math.prod(shape[2:])
    return (shape[1] * inner, shape[0] * inner) if len(shape) > 1 else None


def _is_centred(law: TensorLaw) -> bool:
    if law.kind == "truncated":
        mean, std, low, high = law.numbers
        return mean == 0 and -low == high and math.isclose(high, 2 * std, rel_tol=1e-12)
    low, high = law.numbers
    return low == (0 if law.kind == "normal" else -high)


def schemes(fan_in: int, fan_out: int) -> Iterator[tuple[str, float]]:
    """Yield the schemes that follow the fans, with their standard deviations."""
    yield "xavier", math.sqrt(2 / (fan_in + fan_out))
    yield "he", math.sqrt(2 / fan_in)
    yield "lecun", math.sqrt(1 / fan_in)


def _numbers(fan_in: int, fan_out: int) -> Iterator[tuple[str, float]]:
    """Yield the formulas of a standard deviation or of the end of a uniform law, with their numbers."""
    for fan, name in ((fan_in, "fan_in"), (fan_out, "fan_out")):
        for top in (1, 2, 3, 6):
            text = f"sqrt({top}/{name})" if top > 1 else f"1/sqrt({name})"
            yield f"{text}, {name} {fan}", math.sqrt(top / fan)
