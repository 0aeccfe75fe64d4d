"""The embedding: a table of vectors, looked up by token."""

from __future__ import annotations

from typing import ClassVar

from winitgen.catalog.layers.layer import Flow, Index, Layer, Quirks, Refusal, Size, Weight
from winitgen.catalog.layers.stored import Tied, TiedTo, check_tie
from winitgen.catalog.schemes import Init


class Embedding(Layer, frozen=True, kw_only=True):
    """A table of vectors, one for each token; takes tokens, or begins a flow."""

    type: ClassVar[str] = "embedding"
    kernel: ClassVar[bool] = True

    count: Size
    dim: Size
    padding_index: Index | None = None
    tied_to: TiedTo | None = None
    tied: Tied | None = None
    init: Init | None = None
    quirks: Quirks | None = None
    dtype: str | None = None

    def flow(self, incoming: Flow | None) -> Flow:
        """Add an axis of ``dim`` values behind the tokens."""
        check_tie(self)
        if self.tied_to is not None and self.padding_index is not None:
            raise Refusal(
                "padding_index", f"state padding_index where the table is drawn, at '{self.tied_to}'"
            )
        if self.padding_index is not None and self.padding_index >= self.count:
            raise Refusal("padding_index", f"{self.padding_index} is not below count, {self.count}")
        if incoming is None:
            return Flow((None, self.dim))
        if incoming.shape is None:
            return incoming
        if not incoming.tokens:
            raise Refusal(
                "", f"an embedding takes tokens, but {incoming} flows in; write 'input: {{tokens: N}}'"
            )
        return Flow((*incoming.shape, self.dim))

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """Embeddings (count, dim): one input is one at a time, so fan_in = 1 and fan_out = dim.

        ``auto`` is N(0, 1/dim), the convention of Flax and MLX, which gives vectors of length 1.
        """
        zeroed = None
        if self.padding_index is not None:
            zeroed = (self.padding_index * self.dim, (self.padding_index + 1) * self.dim)
        auto = Init("variance_scaling", scale=1.0, mode="fan_out", distribution="normal")
        tied = self.tied_to is not None
        return [
            Weight("embeddings", (self.count, self.dim), "init", 1, self.dim, auto, zeroed=zeroed, tied=tied)
        ]
