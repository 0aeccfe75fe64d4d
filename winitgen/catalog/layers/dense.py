"""The fully connected layer."""

from __future__ import annotations

from typing import Annotated, ClassVar

from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.last_axis import refuse_image
from winitgen.catalog.layers.layer import UNKNOWN, Flow, Kernel, Refusal, Size, Weight, refuse_tokens, size_of
from winitgen.catalog.layers.stored import Storable, Stored, Tieable, Tied, TiedTo


class Dense(Kernel, Storable, Tieable, frozen=True, kw_only=True):
    """Fully connected: y = f(W x + b) on the last axis."""

    type: ClassVar[str] = "dense"
    family: ClassVar[str] = "dense"

    units: Annotated[Size, "Features that flow out"]
    stored: Annotated[Stored | None, meanings.STORED] = None
    tied_to: Annotated[TiedTo | None, meanings.TIED_TO] = None
    tied: Annotated[Tied | None, meanings.TIED] = None

    def flow(self, incoming: Flow | None) -> Flow:
        """Replace the last axis by ``units``."""
        self.check_tie()
        if self.tied == "omit" and self.stored is not None:
            raise Refusal("stored", "nothing is stored with 'tied: omit'; leave stored out")
        refuse_tokens(self, incoming)
        size_of(self, incoming, -1)
        if incoming is None:
            return Flow((self.units,))
        if incoming.shape is None:
            return UNKNOWN
        refuse_image(self, incoming)
        return Flow((*incoming.shape[:-1], self.units))

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """Kernel (units, inputs) with fan_in = inputs and fan_out = units; bias (units,).

        A tied kernel has the values of another layer's, such as an embedding's table.
        """
        inputs = size_of(self, incoming, -1)
        if inputs is None:
            return []
        kernel = Weight("kernel", (self.units, inputs), "init", inputs, self.units, tied=self.is_tied)
        return [kernel, *self.bias(self.units, inputs, self.units)]
