"""The embedding: a table of vectors, looked up by token."""

from __future__ import annotations

from typing import Annotated, ClassVar

from winitgen.catalog.init import Init
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.flow import Flow, Refusal
from winitgen.catalog.layers.kinds import Dtype, Index, Quirks
from winitgen.catalog.layers.table import Table
from winitgen.catalog.layers.weight import Weight


class Embedding(Table, frozen=True, kw_only=True):
    """A table of vectors, one for each token; takes tokens, or starts a flow."""

    type: ClassVar[str] = "embedding"
    kernel: ClassVar[bool] = True

    padding_index: Annotated[Index | None, "Row that starts at 0, for padding; if absent, none"] = None
    init: Annotated[Init | None, meanings.TABLE_INIT] = None
    quirks: Annotated[Quirks | None, meanings.QUIRKS] = None
    dtype: Annotated[Dtype | None, meanings.DTYPE] = None

    def flow(self, incoming: Flow | None) -> Flow:
        """Add an axis of ``dim`` values after the tokens."""
        target = self.target_of("embeddings")
        if target and self.padding_index is not None:
            raise Refusal("padding_index", f"state padding_index where the table is drawn, at '{target}'")
        if self.padding_index is not None and self.padding_index >= self.count:
            raise Refusal("padding_index", f"{self.padding_index} must be below count, {self.count}")
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
        """The table; the vector of ``padding_index`` is zero."""
        zeroed = None
        if self.padding_index is not None:
            zeroed = (self.padding_index * self.dim, (self.padding_index + 1) * self.dim)
        return [self.embeddings(zeroed=zeroed)]
