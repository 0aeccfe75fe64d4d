"""The laws that an initialization can draw by, and what adding, scaling and cutting make of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import NormalDist
from typing import Any, NamedTuple

FAR = 8.0
"""A normal distribution that is cut this many standard deviations away is a plain one: 1e-15 is outside."""


class TensorLaw(NamedTuple):
    """A distribution: its kind and the numbers of that kind.

    ``constant`` has a value; ``normal`` a mean and a standard deviation; ``uniform`` both ends; ``truncated`` a mean
    and a standard deviation before the cut, and both ends of the cut; ``log_uniform`` both ends of the uniform law
    whose logarithm it is; ``orthogonal`` a gain; ``integers`` the smallest whole number, and the one after the largest.
    """

    kind: str
    numbers: tuple[float, ...]

    def affine(self, factor: float, shift: float = 0.0) -> TensorLaw | None:
        """Return the law of ``factor`` times a value plus ``shift``; None if it has no name."""
        numbers = self.numbers
        if self.kind == "orthogonal":
            return TensorLaw(self.kind, (numbers[0] * factor,)) if shift == 0 and factor > 0 else None
        if factor == 0:
            return constant(shift)
        if self.kind in {"log_uniform", "integers"}:
            return self if (factor, shift) == (1, 0) else self._moved(factor, shift)
        moved = [factor * number + shift for number in numbers]
        if self.kind == "normal":
            return normal(moved[0], abs(factor) * numbers[1])
        if self.kind == "truncated":
            low, high = sorted(moved[2:])
            return TensorLaw(self.kind, (moved[0], abs(factor) * numbers[1], low, high))
        return TensorLaw(self.kind, tuple(sorted(moved)))

    def _moved(self, factor: float, shift: float) -> TensorLaw | None:
        """Return the law of whole numbers that are moved by a whole number, or mirrored before that; None for any others."""
        if self.kind != "integers" or abs(factor) != 1 or not float(shift).is_integer():
            return None
        low, high = self.numbers
        ends = (low, high) if factor == 1 else (1 - high, 1 - low)
        return integers(*(end + shift for end in ends))

    def clamped(self, low: float, high: float) -> TensorLaw | None:
        """Return the law of values cut to ``low`` to ``high``, if that changes at most the last digits of the ends."""
        if self.kind == "constant":
            return constant(min(max(self.numbers[0], low), high))
        if self.kind == "integers":
            return self if low <= self.numbers[0] and self.numbers[1] - 1 <= high else None
        if self.kind not in {"truncated", "uniform"}:
            return None
        *kept, first, last = self.numbers
        slack = 1e-5 * (last - first)
        if low > first + slack or high < last - slack:
            return None
        ends = (low if low > first - slack else first, high if high < last + slack else last)
        return TensorLaw(self.kind, (*kept, *ends))

    def inverse_erf(self) -> TensorLaw | None:
        """Return the law of erfinv(x): from a uniform law within -1 and 1 comes a cut normal of variance 1/2."""
        if self.kind != "uniform" or self.numbers[0] < -1 or self.numbers[1] > 1:
            return None
        low, high = (_inverse_erf(number) for number in self.numbers)
        return truncated(0.0, math.sqrt(0.5), low, high)

    def logarithm(self) -> TensorLaw | None:
        """Return the law of log(x), for a uniform law of positive values."""
        return (
            TensorLaw("log_uniform", self.numbers)
            if self.kind == "uniform" and self.numbers[0] >= 0
            else None
        )

    def scheme(self) -> str | Mapping[str, Any]:
        """Return the law as a layer-spec writes it."""
        if self.kind == "constant":
            value = self.numbers[0]
            return {0.0: "zeros", 1.0: "ones"}.get(value, {"scheme": "constant", "value": value})
        if self.kind == "integers":
            low, high = map(int, self.numbers)
            return {"scheme": "integers", **({"low": low} if low else {}), "high": high}
        keys = {
            "normal": ("mean", "std"),
            "uniform": ("low", "high"),
            "truncated": ("mean", "std", "low", "high"),
            "log_uniform": ("low", "high"),
            "orthogonal": ("gain",),
        }[self.kind]
        name = {"truncated": "trunc_normal", "log_uniform": "mamba2_a_log"}.get(self.kind, self.kind)
        found = dict(zip(keys, self.numbers, strict=True))
        if found.get("mean") == 0:
            del found["mean"]
        usual = {"orthogonal": {"gain": 1}, "mamba2_a_log": {"low": 1, "high": 16}}.get(name)
        return name if found == usual else {"scheme": name, **found}


def constant(value: float) -> TensorLaw:
    """Return the law of one value."""
    return TensorLaw("constant", (value,))


def normal(mean: float, std: float) -> TensorLaw:
    """Return a normal law, which is a constant if it has no spread."""
    return TensorLaw("normal", (mean, std)) if std else constant(mean)


def uniform(low: float, high: float) -> TensorLaw:
    """Return a uniform law, which is a constant if its ends are one."""
    return TensorLaw("uniform", (low, high)) if low != high else constant(low)


def integers(low: float, high: float) -> TensorLaw:
    """Return the law of whole numbers from ``low`` to before ``high``, which is a constant if there is only one."""
    return TensorLaw("integers", (low, high)) if high - low > 1 else constant(low)


def truncated(mean: float, std: float, low: float, high: float) -> TensorLaw:
    """Return a normal law of ``std`` before the cut at ``low`` and ``high``; a plain one if the cut is far out."""
    if std == 0:
        return constant(min(max(mean, low), high))
    if low <= mean - FAR * std and high >= mean + FAR * std:
        return normal(mean, std)
    return TensorLaw("truncated", (mean, std, low, high))


def _inverse_erf(value: float) -> float:
    if abs(value) >= 1:
        return math.copysign(math.inf, value)
    return NormalDist().inv_cdf((value + 1) / 2) * math.sqrt(0.5)
