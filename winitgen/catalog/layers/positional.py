"""The table of learned position vectors that is added to a sequence."""

from __future__ import annotations

from typing import Annotated, ClassVar

from winitgen.catalog.init import Init
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.composite import check_sequence
from winitgen.catalog.layers.layer import Dtype, Flow, Quirks, Refusal, Weight
from winitgen.catalog.layers.table import Table


class PositionalEmbedding(Table, frozen=True, kw_only=True):
    """Adds a learned vector to each position of a sequence, from a table of ``count`` of them."""

    type: ClassVar[str] = "positional_embedding"
    transparent: ClassVar[bool] = True

    init: Annotated[Init | None, meanings.TABLE_INIT] = None
    quirks: Annotated[Quirks | None, meanings.QUIRKS] = None
    dtype: Annotated[Dtype | None, meanings.DTYPE] = None

    def flow(self, incoming: Flow | None) -> Flow:
        """Leave the shape (positions, dim) as it is; the table must be long enough."""
        check_sequence(self, incoming)
        if incoming is None:
            return Flow((None, self.dim))
        if incoming.shape is None:
            return incoming
        length, features = incoming.shape
        if features is not None and features != self.dim:
            raise Refusal("dim", f"{self.dim} does not match what flows in, {incoming}; write {features}")
        if length is not None and length > self.count:
            raise Refusal(
                "count",
                f"the table has {self.count} positions, but {length} flow in; write at least {length}",
            )
        return incoming._replace(shape=(length, self.dim))

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """The table."""
        return [self.embeddings()]
