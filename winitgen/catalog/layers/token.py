"""Learned vectors as positions of a sequence: class and register tokens among others, queries by themselves."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from winitgen.catalog.init import Init
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.flow import Flow, Refusal
from winitgen.catalog.layers.kinds import Index, Size
from winitgen.catalog.layers.last_axis import check_sequence
from winitgen.catalog.layers.layer import size_of
from winitgen.catalog.layers.learned import Learned, StoredShape, check_shape
from winitgen.catalog.layers.weight import Weight
from winitgen.numeric.amount import amount

NORMAL = Init("normal", std=0.02)
"""N(0, 0.02^2), as in BERT (Devlin et al. 2019), BEiT and MAE (He et al. 2022)."""

Place = Annotated[
    Literal["start", "end"] | Index,
    Meta(description="'start', 'end', or the number of positions that stay before it"),
]


class Token(Learned, frozen=True, kw_only=True):
    """Learned vectors that are put before, after or between the positions of a sequence: class tokens, registers."""

    type: ClassVar[str] = "token"
    family: ClassVar[str] = "token"
    start: ClassVar[Init] = NORMAL

    count: Annotated[Size, "Positions that are added"] = 1
    at: Annotated[Place, "Where they are added"] = "start"
    shape: Annotated[
        StoredShape | None,
        "Shape with which the vectors are stored, of as many values; if absent, [1, count, features]",
    ] = None
    init: Annotated[Init | None, "Scheme of the vectors; if absent, normal of std 0.02"] = None
    inputs: Annotated[Size | None, meanings.INPUTS] = None

    def flow(self, incoming: Flow | None) -> Flow:
        """Return ``count`` more positions."""
        check_sequence(self, incoming)
        if incoming is not None and incoming.shape is None:
            return incoming
        features = size_of(self, incoming, -1)
        check_shape(self.shape, (self.count, features or 1))
        positions = incoming.shape[0] if incoming is not None and incoming.shape else None
        if positions is not None and isinstance(self.at, int) and self.at > positions:
            raise Refusal(
                "at",
                f"only {amount(positions, 'position flows in', 'positions flow in')}; write at most {positions}, or end",
            )
        return Flow((None if positions is None else positions + self.count, features))

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """One tensor, (1, count, features) unless ``shape`` says otherwise."""
        features = size_of(self, incoming, -1)
        return [] if features is None else self.tensor((1, self.count, features))


class Queries(Learned, frozen=True, kw_only=True):
    """Learned vectors, the same for every sample, that other layers take by name: queries, latents."""

    type: ClassVar[str] = "queries"
    family: ClassVar[str] = "queries"
    beside: ClassVar[bool] = True
    start: ClassVar[Init] = NORMAL

    count: Annotated[Size, "Vectors, which are the positions that flow out"]
    dim: Annotated[Size, "Features of a vector"]
    shape: Annotated[
        StoredShape | None,
        "Shape with which the vectors are stored, of as many values; if absent, [count, dim]",
    ] = None
    init: Annotated[Init | None, "Scheme of the vectors; if absent, normal of std 0.02"] = None

    def flow(self, incoming: object) -> Flow:
        """Return (count, dim); nothing flows in."""
        if self.from_ is not None:
            raise Refusal("from", "nothing flows into queries; leave from out")
        check_shape(self.shape, (self.count, self.dim))
        return Flow((self.count, self.dim))

    def weights(self, incoming: object) -> list[Weight]:
        """One tensor, (count, dim) unless ``shape`` says otherwise."""
        return self.tensor((self.count, self.dim))
