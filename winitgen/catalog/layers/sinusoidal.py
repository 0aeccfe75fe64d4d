"""Fixed sinusoids that are added to a sequence."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from winitgen.catalog.init import Init
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.flow import Flow, Refusal
from winitgen.catalog.layers.kinds import Dtype, Index, Size, Switch
from winitgen.catalog.layers.last_axis import check_sequence
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.weight import Weight
from winitgen.numeric.amount import amount

TableShape = Annotated[
    tuple[Size, ...],
    Meta(
        min_length=2, max_length=8, description="a list such as [1, 5000, 512]: positions, and features last"
    ),
]


class SinusoidalEmbedding(Layer, frozen=True, kw_only=True):
    """Adds fixed sines and cosines of its position to each vector of a sequence; nothing is learned."""

    type: ClassVar[str] = "sinusoidal_embedding"
    transparent: ClassVar[bool] = True

    shape: Annotated[
        TableShape | None,
        "Shape of the table in the file, under the layer's name; if absent, it is not stored",
    ] = None
    order: Annotated[
        Literal["interleaved", "halves"],
        Meta(description="interleaved or halves"),
        "Whether each sine is followed by its cosine, or all sines by all cosines",
    ] = "interleaved"
    base: Annotated[
        float, Meta(gt=1, le=1e30, description="a number above 1"), "Longest period over 2 pi, about"
    ] = 10000.0
    endpoint: Annotated[Switch, "Whether the last frequency is 1 / base, or the next one would be"] = False
    start: Annotated[Index, "Position of the first vector"] = 0
    dtype: Annotated[Dtype | None, meanings.DTYPE] = None

    @property
    def scheme(self) -> Init:
        """The scheme of the table."""
        return Init("sinusoidal", order=self.order, base=self.base, endpoint=self.endpoint, start=self.start)

    def flow(self, incoming: Flow | None) -> Flow:
        """Leave the shape (positions, features) as it is; a stored table must be long enough, and fit."""
        check_sequence(self, incoming)
        stored = self.shape[-1] if self.shape is not None else None
        if incoming is None:
            return Flow((None, stored))
        if incoming.shape is None:
            return incoming
        length, features = incoming.shape
        if stored is not None and features not in (None, stored):
            raise Refusal(
                "shape",
                f"{amount(stored, 'feature does', 'features do')} not match what flows in, {incoming}; write {features}",
            )
        features = features if stored is None else stored
        if features is not None and features % 2:
            raise Refusal("", f"sinusoids come in pairs of sine and cosine, but {incoming} flows in")
        if features is not None and self.endpoint and features < 4:
            raise Refusal(
                "endpoint", f"endpoint needs at least 4 features, but {incoming} flows in; leave it out"
            )
        count = math.prod(self.shape[:-1]) if self.shape is not None else None
        if count is not None and length is not None and length > count:
            raise Refusal(
                "shape",
                f"the table has {amount(count, 'position')}, but {length} flow in; write at least {length}",
            )
        return incoming._replace(shape=(length, features))

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """The table, a buffer, if it is stored."""
        return [Weight("", self.shape, "", auto=self.scheme)] if self.shape is not None else []
