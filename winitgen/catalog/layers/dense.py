"""The fully connected layer."""

from __future__ import annotations

from typing import Annotated, ClassVar

from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.flow import UNKNOWN, Flow, Refusal
from winitgen.catalog.layers.kernel import Kernel
from winitgen.catalog.layers.kernel_norm import MEANING, NormedKernel, NormOfKernel
from winitgen.catalog.layers.kinds import Size
from winitgen.catalog.layers.last_axis import refuse_image
from winitgen.catalog.layers.layer import refuse_tokens, size_of
from winitgen.catalog.layers.stored import Storable, Stored
from winitgen.catalog.layers.weight import Weight


class Dense(Kernel, Storable, NormedKernel, frozen=True, kw_only=True):
    """Fully connected: y = f(W x + b) on the last axis."""

    type: ClassVar[str] = "dense"
    family: ClassVar[str] = "dense"
    tied_role: ClassVar[str] = "kernel"

    units: Annotated[Size, "Features that flow out"]
    stored: Annotated[Stored | None, meanings.STORED] = None
    kernel_norm: Annotated[NormOfKernel | None, MEANING] = None

    def flow(self, incoming: Flow | None) -> Flow:
        """Replace the last axis by ``units``."""
        if self.tied == "omit" and self.target_of("kernel") and self.stored is not None:
            raise Refusal("stored", "nothing is stored with 'tied: omit'; leave stored out")
        if self.kernel_norm is not None and self.stored is not None:
            raise Refusal(
                "stored", f"PyTorch has no {self.kernel_norm.type} of such a kernel; leave stored out"
            )
        refuse_tokens(self, incoming)
        size_of(self, incoming, -1)
        if incoming is None:
            return Flow((self.units,))
        if incoming.shape is None:
            return UNKNOWN
        refuse_image(self, incoming)
        return Flow((*incoming.shape[:-1], self.units))

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """Kernel (units, inputs) with fan_in = inputs and fan_out = units; bias (units,)."""
        inputs = size_of(self, incoming, -1)
        if inputs is None:
            return []
        kernel = Weight("kernel", (self.units, inputs), "init", inputs, self.units)
        return [kernel, *self.bias(self.units, inputs, self.units)]
