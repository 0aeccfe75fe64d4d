"""The table of learned position vectors that is added to a sequence."""

from __future__ import annotations

from typing import Annotated, ClassVar

from winitgen.catalog.init import Init
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.flow import Flow, Refusal
from winitgen.catalog.layers.kinds import Dtype, Index, Quirks, Switch
from winitgen.catalog.layers.last_axis import check_sequence
from winitgen.catalog.layers.learned import StoredShape, check_shape
from winitgen.catalog.layers.table import Table
from winitgen.catalog.layers.weight import Weight
from winitgen.numeric.amount import amount


class PositionalEmbedding(Table, frozen=True, kw_only=True):
    """Adds a learned vector to each position of a sequence, from a table of ``count`` of them."""

    type: ClassVar[str] = "positional_embedding"
    transparent: ClassVar[bool] = True
    later: ClassVar[tuple[str, ...]] = ("offset", "bare")

    offset: Annotated[Index, "Vectors before that of the first position"] = 0
    bare: Annotated[Switch, "Whether the table is called as the layer is, without a name of its own"] = False
    shape: Annotated[
        StoredShape | None,
        "Shape with which a bare table is stored, of as many values; if absent, [count, dim]",
    ] = None
    init: Annotated[Init | None, meanings.TABLE_INIT] = None
    quirks: Annotated[Quirks | None, meanings.QUIRKS] = None
    dtype: Annotated[Dtype | None, meanings.DTYPE] = None

    def flow(self, incoming: Flow | None) -> Flow:
        """Leave the shape (positions, dim) as it is; the table must be long enough."""
        check_sequence(self, incoming)
        if self.shape is not None and not self.bare:
            raise Refusal(
                "shape", "only a table that is called as its layer is has a shape; add 'bare: true'"
            )
        check_shape(self.shape, (self.count, self.dim))
        if self.offset >= self.count:
            raise Refusal("offset", f"{self.offset} must be below count, {self.count}")
        if incoming is None:
            return Flow((None, self.dim))
        if incoming.shape is None:
            return incoming
        length, features = incoming.shape
        if features is not None and features != self.dim:
            raise Refusal("dim", f"{self.dim} does not match what flows in, {incoming}; write {features}")
        if length is not None and length > self.count - self.offset:
            after = f" after the first {self.offset}" if self.offset else ""
            raise Refusal(
                "count",
                f"the table has {amount(self.count - self.offset, 'position')}{after}, but {length} flow in; "
                f"write at least {length + self.offset}",
            )
        return incoming._replace(shape=(length, self.dim))

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """The table."""
        table = self.embeddings()
        return [table._replace(bare=True, shape=self.shape or table.shape)] if self.bare else [table]
