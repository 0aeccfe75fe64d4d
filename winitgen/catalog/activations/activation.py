"""The row of one activation: everything known about it but its function for whole arrays."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from winitgen.catalog.activations.gains import Gains


class ActivationRow(msgspec.Struct, frozen=True):
    """One row of the table; ``summary`` says what it does, ``source`` is the paper that introduced it.

    Effect on a layer's parameters:

    ``scheme`` is the one that `init: auto` uses for a kernel before it, scaled by one of its ``gains``, and
    ``bias`` the value of a bias. ``torch_gain`` is the result of ``torch.nn.init.calculate_gain``, None
    if it does not know the activation.

    Properties of the function:

    ``ends`` are the two limits of an activation that saturates on both sides (a sine is bounded too,
    but does not stay at a limit), ``kinks`` the points where f' or f'' jumps: between them every
    derivative is continuous. ``largest_slope`` is the largest abs(f'), None if there is no bound;
    ``binary_slope`` says that f' is 0 or 1 everywhere, ``scale_free`` that f(c x) = c f(x) for all c > 0.

    ``parameter``, ``meaning`` and ``default`` are the one number that the activation takes; ``gains_for`` and
    ``largest_slope_for`` compute the facts that depend on it for any other number.
    """

    name: str
    formula: str
    summary: str
    source: str
    scheme: str
    gains: Gains
    aliases: tuple[str, ...] = ()
    bias: float = 0
    torch_gain: float | None = None
    ends: tuple[float, float] | None = None
    kinks: tuple[float, ...] = ()
    largest_slope: float | None = 1.0
    binary_slope: bool = False
    scale_free: bool = False
    parameter: str = ""
    meaning: str = ""
    default: float = 0.0
    gains_for: Callable[[float], Gains] | None = None
    largest_slope_for: Callable[[float], float] | None = None

    @property
    def gain(self) -> float:
        """The gain that keeps the second moment."""
        return self.gains.forward


def steeper_side(number: float) -> float:
    """Return the largest slope of a function with slope 1 on the right and up to abs(number) on the left."""
    return max(1.0, abs(number))
