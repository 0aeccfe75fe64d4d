"""What is known of one activation."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from winitgen.catalog.gains import Gains


class ActivationRow(NamedTuple):
    """One row of the table; ``source`` is the paper that brought it in.

    ``parameter`` and ``default`` name the one number the activation may be given; ``gains_for``
    computes the gains for another number than the default. ``torch_gain`` is what
    ``torch.nn.init.calculate_gain`` answers, None where it has no answer.
    """

    name: str
    formula: str
    scheme: str
    gains: Gains
    source: str
    torch_gain: float | None = None
    parameter: str = ""
    default: float = 0.0
    gains_for: Callable[[float], Gains] | None = None
    aliases: tuple[str, ...] = ()

    @property
    def gain(self) -> float:
        """The gain that keeps the second moment."""
        return self.gains.forward
