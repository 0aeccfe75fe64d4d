"""The activations: the function of each, its gain, and the scheme that suits it.

A layer's activation decides how its kernel is drawn (`init: auto`):

========================  ==================  =====================================
the activation is         the scheme is       with variance
========================  ==================  =====================================
bounded or linear         ``xavier``          2 / (fan_in + fan_out)
of the ReLU family        ``he``              gain^2 / fan_in
SELU                      ``lecun``           1 / fan_in
========================  ==================  =====================================

An activation's gain is 1 / sqrt(E[f(z)^2]) for z ~ N(0, 1): the factor on the standard deviation
that keeps the second moment of the signal (He et al. 2015, section 2.2, carried over from ReLU).
`gains` has two more rules. The gains are recorded constants, rounded to float64 from 50 digits, because files
depend on their bits.
"""

from __future__ import annotations

import msgspec

from winitgen.catalog.activations.activation import ActivationRow
from winitgen.catalog.activations.bounded import BOUNDED
from winitgen.catalog.activations.gains import Gains
from winitgen.catalog.activations.rectified import RECTIFIED
from winitgen.catalog.activations.smooth import SMOOTH

__all__ = ["ACTIVATIONS", "ALIASES", "LINEAR", "ActivationRow", "Applied"]

ACTIVATIONS = {row.name: row for row in (*BOUNDED, *RECTIFIED, *SMOOTH)}
"""Every activation by its name. Softmax has no gain of its own: it is read as linear."""

ALIASES = {alias: row.name for row in ACTIVATIONS.values() for alias in row.aliases}
"""Aliases, each with the name in the table."""


class Applied(msgspec.Struct, frozen=True):
    """An activation as a layer applies it: its name, and its number if it has one."""

    name: str
    value: float | None = None

    @property
    def row(self) -> ActivationRow:
        """The activation's row in the table."""
        return ACTIVATIONS[self.name]

    @property
    def gain(self) -> float:
        """The gain, for the number given; raises ValueError if it is not finite.

        >>> Applied("leaky_relu", 0.2).gain
        1.3867504905630728
        """
        return self.gains.forward

    @property
    def gains(self) -> Gains:
        """The gains by every rule, for the number given; raises ValueError if one is not finite."""
        row = self.row
        if row.gains_for is None or self.value is None or self.value == row.default:
            return row.gains
        return row.gains_for(self.value)

    @property
    def number(self) -> float:
        """The number given, or its default (0 if it has none)."""
        return self.row.default if self.value is None else self.value

    @property
    def largest_slope(self) -> float | None:
        """The largest abs(f'), for the number given, or None if it has no bound (relu2).

        >>> Applied("sin", 30.0).largest_slope
        30.0
        """
        row = self.row
        return row.largest_slope_for(self.number) if row.largest_slope_for else row.largest_slope

    @property
    def torch_gain(self) -> float | None:
        """The gain that ``torch.nn.init.calculate_gain`` returns for it, or None."""
        if self.name == "leaky_relu":
            return self.gain
        return self.row.torch_gain

    def __str__(self) -> str:
        row = self.row
        if row.parameter and self.value not in (None, row.default):
            return f"{self.name}({self.value:g})"
        return self.name


LINEAR = Applied("linear")
