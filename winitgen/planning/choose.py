"""From a scheme, the fans and the activation to a distribution with its numbers.

Every number that reaches a file is computed with ``math.sqrt`` and the four operations alone, or
recorded: other functions differ between machines in their last bit.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from winitgen import truncation
from winitgen.activations import SQRT2, Applied
from winitgen.distributions import (
    Constant,
    ConstantMaps,
    Distribution,
    IntervalNormal,
    Normal,
    TruncatedNormal,
    Uniform,
)
from winitgen.dtypes import DType
from winitgen.layers.base import Weight
from winitgen.schemes import SCHEMES, Init

WIDEST_BOUND = 6.4
"""Beyond this many standard deviations a cut is without effect: no drawn value lies there."""

DRAWABLE = {"float32": (1e-25, 1e30), "float64": (1e-290, 1e290)}
"""The spreads that a drawing precision can hold with all its digits."""


class Unfit(Exception):
    """A scheme that cannot be used for this parameter; the text says why."""


class Choice(NamedTuple):
    """How one parameter is drawn: ``mean`` and ``std`` are those its values will have."""

    scheme: str
    formula: str
    distribution: Distribution
    mean: float
    std: float


class _Spread(NamedTuple):
    """The part of a distribution that its spread does not say."""

    distribution: str
    bounds: float | tuple[float, float]
    correct: bool


def choose(init: Init, weight: Weight, activation: Applied, default: str, dtype: DType) -> Choice:
    """Return how ``weight`` is drawn; ``default`` is the distribution of names without an ending.

    Raises `Unfit` where the scheme needs what the parameter or the number format does not have.
    """
    row = SCHEMES[init.scheme]
    if init.scheme in ("zeros", "ones", "constant"):
        value = {"zeros": 0.0, "ones": 1.0}.get(init.scheme, init.value or 0.0)
        choice = Choice(
            init.scheme, f"{value:g}" if init.scheme == "constant" else "", Constant(value), value, 0.0
        )
    elif init.scheme == "forget_bias":
        choice = _forget_bias(weight)
    elif init.scheme == "uniform":
        choice = _uniform(init.low or 0.0, init.high or 0.0)
    elif not row.mode and init.scheme != "auto":
        std = 1.0 if init.std is None else init.std
        spread = _spread(init, row.distribution)
        choice = _drawn(init.scheme, f"std = {std:g}", std, init.mean or 0.0, spread)
    else:
        choice = _by_fans(init, weight, activation, default)
    check_range(choice, dtype)
    return choice


def _forget_bias(weight: Weight) -> Choice:
    """Return 1 for the second of the four gates i, f, g, o, and 0 for the others."""
    if weight.role != "bias" or weight.maps != 4:
        raise Unfit("the scheme forget_bias is for the bias of an lstm; give it zeros")
    return Choice("forget_bias", "f 1, i g o 0", ConstantMaps((0.0, 1.0, 0.0, 0.0)), 0.25, math.sqrt(3.0) / 4)


def _uniform(low: float, high: float) -> Choice:
    std = (high - low) / math.sqrt(12.0)
    return Choice("uniform", f"U({low:g}, {high:g})", Uniform(low, high), (low + high) / 2, std)


def _spread(init: Init, distribution: str) -> _Spread:
    """Return what the words say about the distribution; bounds belong to a truncated one."""
    if distribution != "truncated_normal" and not (init.bounds is None and init.correct is None):
        words = "bounds go" if init.bounds is not None else "correct goes"
        raise Unfit(f"{words} with the distribution truncated_normal, not {distribution}")
    return _Spread(distribution, 2.0 if init.bounds is None else init.bounds, init.correct is not False)


def _by_fans(init: Init, weight: Weight, activation: Applied, default: str) -> Choice:
    """Return the choice of a scheme whose spread follows from the fans."""
    family = activation.row.scheme if init.scheme == "auto" else init.scheme
    row = SCHEMES[family]
    distribution = row.distribution or init.distribution or default
    mode = init.mode or row.mode
    fan, fan_text = _fan(weight, mode, init.scheme)
    gain = _gain(init, activation)
    if init.scheme == "auto" and init.gain is None and family == "he":
        gain = activation.gain
    scale = row.scale if init.scale is None else init.scale
    if gain is not None:
        if init.scale is not None:
            raise Unfit("scale and gain say the same thing, scale = gain^2; leave one out")
        scale = scale_of(gain)
    root = math.sqrt(3.0 * scale / fan) if distribution == "uniform" else math.sqrt(scale / fan)
    numerator = scale * (3 if distribution == "uniform" else 1) * (2 if mode == "fan_avg" else 1)
    formula = (
        f"{'limit' if distribution == 'uniform' else 'std'} = sqrt({numerator:.4g}/{fan_text}) = {root:.4g}"
    )
    label = family if row.distribution or family == "variance_scaling" else f"{family}_{distribution}"
    if distribution == "uniform":
        return Choice(
            label, formula, Uniform(-root, root) if root else Constant(0.0), 0.0, math.sqrt(scale / fan)
        )
    return _drawn(label, formula, root, 0.0, _spread(init, distribution))


def _fan(weight: Weight, mode: str, scheme: str) -> tuple[float, str]:
    """Return the fan that ``mode`` means, and how a formula writes it (times 2 for the mean)."""
    if weight.fan_in is None or weight.fan_out is None:
        needed = {"fan_in": weight.fan_in, "fan_out": weight.fan_out}.get(mode)
        if needed is None:
            what = f"this {weight.role}" if weight.role else "this param"
            advice = "give it zeros, ones, constant, normal, uniform or truncated_normal"
            advice = advice if weight.role else "state fan_in and fan_out"
            raise Unfit(f"the scheme {scheme} needs fans, which {what} does not have; {advice}")
        return needed, str(needed)
    if mode == "fan_avg":
        return (weight.fan_in + weight.fan_out) / 2, f"({weight.fan_in}+{weight.fan_out})"
    fan = weight.fan_in if mode == "fan_in" else weight.fan_out
    return fan, str(fan)


def _gain(init: Init, activation: Applied) -> float | None:
    """Return the gain that the words ask for, or None where they leave it to the scheme."""
    if init.gain is None or isinstance(init.gain, float | int):
        return init.gain
    if init.gain == "auto":
        return activation.gain
    if init.gain != "torch":
        return Applied(init.gain).gain
    if activation.torch_gain is None:
        raise Unfit(f"torch has no gain for {activation}; write a number, or auto")
    return activation.torch_gain


def scale_of(gain: float) -> float:
    """Return gain^2, and exactly 2 for the gain of ReLU, whose square in float64 is a little more.

    >>> scale_of(2 ** 0.5), scale_of(1.0)
    (2.0, 1.0)
    """
    return 2.0 if gain == SQRT2 else gain * gain


def _drawn(label: str, formula: str, std: float, mean: float, spread: _Spread) -> Choice:
    """Return a normal or a truncated normal with ``std`` after the cut (or before: ``correct: false``)."""
    if mean:
        formula = f"mean = {mean:g}, {formula}"
    if std == 0.0:
        return Choice(label, formula, Constant(mean), mean, 0.0)
    if spread.distribution == "normal":
        return Choice(label, formula, Normal(std, mean), mean, std)
    if isinstance(spread.bounds, tuple):
        return _interval(label, formula, std, mean, spread)
    bound = spread.bounds
    formula += f", cut at {bound:g} sigma" + ("" if spread.correct else ", before the cut")
    if bound >= WIDEST_BOUND:
        return Choice(label, formula, Normal(std, mean), mean, std)
    tau = truncation.tau(bound)
    parent = std / tau if spread.correct else std
    return Choice(
        label, formula, TruncatedNormal(parent, bound, *truncation.tails(bound), mean), mean, parent * tau
    )


def _interval(label: str, formula: str, std: float, mean: float, spread: _Spread) -> Choice:
    """Return a normal cut differently below and above; ``mean`` is the one before the cut."""
    assert isinstance(spread.bounds, tuple)
    low, high = spread.bounds
    cut = truncation.interval(low, high)
    parent = std / cut.std if spread.correct else std
    formula += f", cut at {low:g} and {high:g} sigma" + ("" if spread.correct else ", before the cut")
    distribution = IntervalNormal(parent, low, high, cut.lower, cut.upper, mean)
    return Choice(label, formula, distribution, mean + parent * cut.mean, parent * cut.std)


def check_range(choice: Choice, dtype: DType) -> None:
    """Raise `Unfit` where the values would not keep their digits, or not fit the number format."""
    distribution = choice.distribution
    if isinstance(distribution, Constant | ConstantMaps):
        values = distribution.values if isinstance(distribution, ConstantMaps) else (distribution.value,)
        reach = max(abs(value) for value in values)
        widths = []
    elif isinstance(distribution, Uniform):
        reach = max(abs(distribution.low), abs(distribution.high))
        widths = [(distribution.high - distribution.low) / 2]
    else:
        assert isinstance(distribution, Normal | TruncatedNormal | IntervalNormal)
        std = distribution.std
        reach = abs(choice.mean) + 10.0 * std
        widths = [std]
    smallest, largest = DRAWABLE[dtype.drawn_in]
    for width in widths:
        if not smallest <= width <= largest:
            raise Unfit(
                f"a spread of {width:.4g} is outside {smallest:g} to {largest:g}, what {dtype.name} is drawn in"
            )
    if not reach <= dtype.largest:
        raise Unfit(
            f"values up to {reach:.4g} do not fit {dtype.name}, whose largest number is {dtype.largest:.4g}"
        )
