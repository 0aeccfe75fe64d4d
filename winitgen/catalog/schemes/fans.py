"""The formula that most schemes share, variance = scale / fan, and its options.

::

    std   = sqrt(scale / fan)           of a normal or truncated normal
    limit = sqrt(3 * scale / fan)       half the width of a uniform

where fan is ``fan_in``, ``fan_out`` or their mean ``fan_avg``, and scale is the square of the gain.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from winitgen.catalog.schemes.options import DISTRIBUTION, GAIN, GAIN_RULE, MODE
from winitgen.catalog.schemes.scheme import DrawSpec, SchemeRequest, Unfit, written
from winitgen.catalog.schemes.spread import CUT_OPTIONS, cut_of, drawn

if TYPE_CHECKING:
    from winitgen.catalog.activations import Applied
    from winitgen.catalog.init import Init

SPREAD_OPTIONS = {"distribution": DISTRIBUTION, **CUT_OPTIONS}
GAIN_OPTIONS = {"gain": GAIN, "gain_rule": GAIN_RULE}
FAN_OPTIONS = {**GAIN_OPTIONS, "mode": MODE, **SPREAD_OPTIONS}

SMALLEST_GAIN, LARGEST_GAIN = 1e-150, 1e150
"""The gains whose squares are normal numbers of float64."""


def by_fans(request: SchemeRequest, factor: float = 1.0, gain: float | None = None) -> DrawSpec:
    """Return the spread that follows from the fans, with the standard deviation multiplied by ``factor``.

    ``gain`` is used unless the spec gives another.
    """
    init, row = request.init, request.row
    distribution = row.distribution or init.get("distribution", str) or request.distribution
    mode = init.get("mode", str) or row.mode
    fan, fan_text = fan_of(request, mode)
    scale = _scale(request, factor, gain)
    root = math.sqrt(3.0 * scale / fan) if distribution == "uniform" else math.sqrt(scale / fan)
    numerator = scale * (3 if distribution == "uniform" else 1) * (2 if mode == "fan_avg" else 1)
    formula = (
        f"{'limit' if distribution == 'uniform' else 'std'} = sqrt({numerator:.4g}/{fan_text}) = {root:.4g}"
    )
    general = row.name == "variance_scaling"
    if scale != row.scale and not general:
        formula = f"gain {math.sqrt(scale):.6g}: {formula}"
    label = row.name if row.distribution or general else f"{row.name}_{distribution}"
    if distribution != "uniform":
        return drawn(label, formula, root, 0.0, cut_of(init, distribution))
    return _uniform(label, formula, root, math.sqrt(scale / fan))


def _scale(request: SchemeRequest, factor: float, gain: float | None) -> float:
    """Return the numerator over the fan: the square of the gain, or the row's own scale."""
    given = request.init.get("scale", float)
    asked = gain_of(request.init, request.activation)
    gain = gain if asked is None else asked
    if gain is None:
        return (request.row.scale if given is None else given) * factor * factor
    check_gain(gain)
    if given is not None:
        raise Unfit("scale and gain mean the same, scale = gain^2; leave one out")
    return scale_of(gain)


def _uniform(label: str, formula: str, limit: float, std: float) -> DrawSpec:
    from winitgen.drawing.distributions.constant import Constant
    from winitgen.drawing.distributions.uniform import Uniform

    return DrawSpec(label, formula, Uniform(-limit, limit) if limit else Constant(0.0), 0.0, std)


def fan_of(request: SchemeRequest, mode: str) -> tuple[float, str]:
    """Return the fan for ``mode``, and its text in a formula (times 2 for the mean)."""
    weight = request.weight
    if weight.fan_in is None or weight.fan_out is None:
        needed = {"fan_in": weight.fan_in, "fan_out": weight.fan_out}.get(mode)
        if needed is None:
            advice = "use zeros, ones, constant, normal, uniform or truncated_normal"
            advice = advice if weight.role else "state fan_in and fan_out"
            scheme = request.init.scheme
            raise Unfit(f"the scheme {scheme} needs fans, which {request.what} does not have; {advice}")
        return needed, written(needed)
    if mode == "fan_avg":
        return (weight.fan_in + weight.fan_out) / 2, f"({written(weight.fan_in)}+{written(weight.fan_out)})"
    fan = weight.fan_in if mode == "fan_in" else weight.fan_out
    return fan, written(fan)


def gain_of(init: Init, activation: Applied) -> float | None:
    """Return the gain that the options request, or None if they leave it to the scheme.

    ``gain_rule`` chooses among an activation's gains; without ``gain``, those of the activation met.
    """
    rule = init.get("gain_rule", str)
    gain = init.options.get("gain", None if rule is None else "auto")
    if gain is None:
        return None
    if isinstance(gain, str) and gain != "torch":
        from winitgen.catalog.activations import Applied

        gains = activation.gains if gain == "auto" else Applied(gain).gains
        return float(getattr(gains, rule or "forward"))
    if rule is not None:
        raise Unfit("gain_rule needs 'gain: auto' or an activation's name; leave it out")
    assert not isinstance(gain, tuple)
    return _torch_gain(activation) if isinstance(gain, str) else gain


def _torch_gain(activation: Applied) -> float:
    if activation.torch_gain is None:
        raise Unfit(f"torch has no gain for {activation}; write a number, or auto")
    return activation.torch_gain


def check_gain(gain: float) -> None:
    """Raise `Unfit` for a gain whose square is not a normal number of float64."""
    if gain and not SMALLEST_GAIN <= gain <= LARGEST_GAIN:
        raise Unfit(
            f"the square of a gain of {gain:g} is too {'small' if gain < 1 else 'large'} to compute with; "
            f"write 0, or a gain from {SMALLEST_GAIN:g} to {LARGEST_GAIN:g}"
        )


def scale_of(gain: float) -> float:
    """Return gain^2, and exactly 2 for the gain of ReLU, whose square in float64 is a little more.

    >>> scale_of(2 ** 0.5), scale_of(1.0)
    (2.0, 1.0)
    """
    return 2.0 if gain == math.sqrt(2.0) else gain * gain
