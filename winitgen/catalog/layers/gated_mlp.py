"""The gated feed-forward block of most language models."""

from __future__ import annotations

from typing import Annotated, ClassVar

from winitgen.catalog.activations import Applied
from winitgen.catalog.layers.composite import Composite
from winitgen.catalog.layers.flow import UNKNOWN, Flow
from winitgen.catalog.layers.kinds import Size
from winitgen.catalog.layers.last_axis import refuse_image, same_shape
from winitgen.catalog.layers.layer import refuse_tokens, size_of
from winitgen.catalog.layers.weight import Weight


class GatedMlp(Composite, frozen=True, kw_only=True):
    """Gated feed-forward: down(f(gate x) * (up x)), back to the size of its input."""

    type: ClassVar[str] = "gated_mlp"
    parts: ClassVar[tuple[str, ...]] = ("gate", "up", "down")

    units: Annotated[Size, "Features inside, of gate and up"]
    activation: Annotated[Applied, "Activation of the gate"] = Applied("silu")

    @property
    def applied(self) -> None:
        """Nothing: the activation is inside, the output is linear."""
        return

    def flow(self, incoming: Flow | None) -> Flow:
        """Leave the shape as it is."""
        self.check_names()
        self.check_biases()
        refuse_tokens(self, incoming)
        size = size_of(self, incoming, -1)
        if incoming is not None and incoming.shape is None:
            return UNKNOWN
        refuse_image(self, incoming)
        return same_shape(incoming, size)

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """Gate and up (units, features), down (features, units), each a dense part (Shazeer 2020)."""
        size = size_of(self, incoming, -1)
        if size is None:
            return []
        return [
            *self.dense("gate", size, self.units),
            *self.dense("up", size, self.units),
            *self.dense("down", self.units, size),
        ]
