"""A single tensor, for what no other layer covers."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from winitgen.catalog.init import Init
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.kinds import AnyDtype, Name, Size
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.tied import Tieable, Tied, TiedTo
from winitgen.catalog.layers.weight import Weight


class Param(Layer, Tieable, frozen=True, kw_only=True):
    """Any tensor that the other types do not cover; its id is its path."""

    type: ClassVar[str] = "param"
    either: ClassVar[tuple[str, ...]] = ("init", "tied_to")
    beside: ClassVar[bool] = True

    name: Annotated[Name, "Name of the tensor, which is its id"]
    shape: Annotated[
        tuple[Size, ...],
        Meta(max_length=8, description="a list of at most 8 whole numbers of at least 1"),
        "Shape of the tensor; [] for a scalar",
    ]
    init: Annotated[Init | None, "Scheme of the tensor; required unless it is tied"] = None
    fan_in: Annotated[Size | None, "Inputs of each output, for schemes that follow the fans"] = None
    fan_out: Annotated[Size | None, "Outputs of each input, for schemes that follow the fans"] = None
    dtype: Annotated[AnyDtype | None, "Number format of the tensor; if absent, the model's"] = None
    tied_to: Annotated[TiedTo | None, meanings.TIED_TO] = None
    tied: Annotated[Tied | None, meanings.TIED] = None

    def weights(self, incoming: object) -> list[Weight]:
        """One tensor, with the fans that are stated."""
        return [Weight("", self.shape, "init", self.fan_in, self.fan_out)]
