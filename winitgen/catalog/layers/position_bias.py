"""Relative position bias: a learned number for each distance between two positions, and each head."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from msgspec import Meta

from winitgen.catalog.init import Init
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.flow import MOST_AXES, Flow, Refusal
from winitgen.catalog.layers.kinds import Dtype, Quirks, Size, Switch
from winitgen.catalog.layers.last_axis import check_sequence
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.weight import Weight
from winitgen.numeric.amount import amount

AUTO = Init("trunc_normal", std=0.02)
"""As the tables of Swin start (Liu et al. 2021, their code): N(0, 0.02^2) between -2 and 2."""

WindowSizes = Annotated[
    tuple[Size, ...],
    Meta(min_length=1, max_length=MOST_AXES, description="a list of sizes, one for each axis"),
]


class PositionBias(Layer, frozen=True, kw_only=True):
    """Learned biases of attention scores by relative position: in buckets of distances, or within a window."""

    type: ClassVar[str] = "position_bias"
    family: ClassVar[str] = "position_bias"
    beside: ClassVar[bool] = True
    reads: ClassVar[bool] = True

    heads: Annotated[Size, "Heads of the attention that adds it to its scores"]
    buckets: Annotated[
        Size | None, "Buckets of distances in a sequence; if absent, 32, unless there is a window"
    ] = None
    max_distance: Annotated[Size | None, "Distance from which all are in one bucket; if absent, 128"] = None
    bidirectional: Annotated[
        Switch | None, "Whether keys after the query have buckets of their own; if absent, true"
    ] = None
    window: Annotated[WindowSizes | None, "Window of a map, whose offsets each have a bias"] = None
    init: Annotated[Init | None, meanings.TABLE_INIT] = None
    quirks: Annotated[Quirks | None, meanings.QUIRKS] = None
    dtype: Annotated[Dtype | None, meanings.DTYPE] = None

    @property
    def table(self) -> tuple[int, int, bool]:
        """The buckets, the largest distance, and whether both directions have buckets."""
        return self.buckets or 32, self.max_distance or 128, self.bidirectional is not False

    @property
    def role(self) -> str:
        """The role of the table: an embedding of buckets, or a tensor that is called as the layer."""
        return "embeddings" if self.window is None else ""

    def flow(self, incoming: Flow | None) -> Flow:
        """Return (heads, queries, keys): each position of a sequence, or of a window, to each."""
        if self.window is not None:
            for key in ("buckets", "max_distance", "bidirectional"):
                if getattr(self, key) is not None:
                    raise Refusal(key, f"{key} is for distances in a sequence; leave it out, or 'window'")
            return Flow((self.heads, math.prod(self.window), math.prod(self.window)))
        self._check_buckets()
        if incoming is None:
            return Flow((self.heads, None, None))
        if not incoming.tokens:
            check_sequence(self, incoming)
        positions = incoming.shape[0] if incoming.shape else None
        return Flow((self.heads, positions, positions))

    def _check_buckets(self) -> None:
        """Raise `Refusal` unless single distances have buckets, and longer ones are left for the others."""
        buckets, most, both = self.table
        exact = buckets // (4 if both else 2)
        if not exact:
            least = 4 if both else 2
            raise Refusal(
                "buckets",
                f"{amount(buckets, 'bucket is', 'buckets are')} too few for a distance each; write at least {least}",
            )
        if most <= exact:
            raise Refusal(
                "max_distance",
                f"distances below {exact} have a bucket each; write more than {exact}, not {most}",
            )

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """The table: (buckets, heads), or (offsets, heads) with 2 w - 1 offsets along an axis of w positions.

        Only one row is read at a time, so fan_in = 1 and fan_out = heads.
        """
        rows = self.table[0] if self.window is None else math.prod(2 * size - 1 for size in self.window)
        return [Weight(self.role, (rows, self.heads), "init", 1, self.heads, AUTO)]
