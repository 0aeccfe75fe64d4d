"""The table of learned positions that is added to a sequence."""

from __future__ import annotations

from typing import ClassVar

from winitgen.layers.base import Flow, Layer, Quirks, Refusal, Size, Weight, refuse_tokens
from winitgen.schemes import Init


class PositionalEmbedding(Layer, frozen=True, kw_only=True):
    """Adds a learned vector to each position of a sequence, from a table of ``count`` of them."""

    type: ClassVar[str] = "positional_embedding"
    transparent: ClassVar[bool] = True

    count: Size
    dim: Size
    init: Init | None = None
    quirks: Quirks | None = None
    dtype: str | None = None

    def flow(self, incoming: Flow | None) -> Flow:
        """Leave the shape (positions, dim) as it is; the table must be long enough."""
        refuse_tokens(self, incoming)
        if incoming is None:
            return Flow((None, self.dim))
        if incoming.shape is None:
            return incoming
        if len(incoming.shape) != 2:
            raise Refusal("", f"{incoming} flows in; a positional_embedding takes (positions, features)")
        length, features = incoming.shape
        if features is not None and features != self.dim:
            raise Refusal("dim", f"{self.dim} is not the {features} features that flow in, {incoming}")
        if length is not None and length > self.count:
            raise Refusal("count", f"{self.count} is below the {length} positions that flow in, {incoming}")
        return incoming._replace(shape=(length, self.dim))

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """Embeddings (count, dim), with the fans and the ``auto`` of an embedding's."""
        auto = Init("variance_scaling", scale=1.0, mode="fan_out", distribution="normal")
        return [Weight("embeddings", (self.count, self.dim), "init", 1, self.dim, auto)]
