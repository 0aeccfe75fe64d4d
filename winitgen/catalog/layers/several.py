"""Base class of layers with several outputs."""

from __future__ import annotations

from winitgen.catalog.layers.flow import Flow
from winitgen.catalog.layers.layer import Layer


class Several(Layer, frozen=True, kw_only=True):
    """A layer with several named outputs; in a plan, each output is a layer of its own."""

    def outputs(self, incoming: Flow | None) -> dict[str, Layer]:
        """Return, by the name of each output, a layer of one output that takes the same input.

        Raises `Refusal` if ``incoming`` does not fit.
        """
        raise NotImplementedError
