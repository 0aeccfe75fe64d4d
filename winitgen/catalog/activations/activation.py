"""All that is known of one activation."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from winitgen.catalog.activations.gains import Gains


class ActivationRow(NamedTuple):
    """One row of the table; ``summary`` says what it does, ``source`` is the paper that brought it in.

    What it decides of a layer's parameters:

    ``scheme`` is what `init: auto` takes for a kernel before it, scaled by one of its ``gains``, and
    ``bias`` the value of a bias. ``torch_gain`` is what ``torch.nn.init.calculate_gain`` answers, None
    if it has no answer.

    What its function is like:

    ``ends`` are the two limits of an activation that saturates on both sides (a sine is bounded too,
    but does not stay at an end), ``kinks`` the places where f' or f'' jumps: between them every
    derivative is continuous. ``largest_slope`` is the largest abs(f'), None if there is no bound;
    ``binary_slope`` says that f' is 0 or 1 everywhere, ``scale_free`` that f(c x) = c f(x) for all c > 0.

    ``parameter``, ``meaning`` and ``default`` are the one number that the activation may be given; ``gains_for`` and
    ``largest_slope_for`` compute the two facts that depend on it for another number than the default.
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
    """Return the largest slope of a function with 1 on the right and up to abs(number) on the left."""
    return max(1.0, abs(number))
