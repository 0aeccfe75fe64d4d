"""Base class of embeddings of tokens and of positions: a table of vectors."""

from __future__ import annotations

from typing import Annotated, ClassVar

from winitgen.catalog.init import Init
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.kinds import Size
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.tied import Tieable, Tied, TiedTo
from winitgen.catalog.layers.weight import Weight


class Table(Layer, Tieable, frozen=True, kw_only=True):
    """``count`` vectors of ``dim`` values each."""

    family: ClassVar[str] = "table"

    count: Annotated[Size, "Vectors in the table: tokens, or positions"]
    dim: Annotated[Size, "Features of a vector"]
    tied_to: Annotated[TiedTo | None, meanings.TIED_TO] = None
    tied: Annotated[Tied | None, meanings.TIED] = None

    def embeddings(self, *, zeroed: tuple[int, int] | None = None) -> Weight:
        """Return the table (count, dim): only one input is 1 at a time, so fan_in = 1 and fan_out = dim.

        ``auto`` is N(0, 1/dim), the convention of Flax and MLX, which gives vectors of length 1.
        """
        auto = Init("variance_scaling", scale=1.0, mode="fan_out", distribution="normal")
        shape = (self.count, self.dim)
        return Weight("embeddings", shape, "init", 1, self.dim, auto, zeroed=zeroed)
