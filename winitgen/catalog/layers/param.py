"""A single tensor, for what no other layer covers."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from winitgen.catalog.init import Init
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.flow import Flow, Refusal
from winitgen.catalog.layers.kinds import AnyDtype, Index, Name, Size, Switch
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.tied import Tieable, Tied, TiedTo
from winitgen.catalog.layers.weight import Weight


class Param(Layer, Tieable, frozen=True, kw_only=True):
    """Any tensor that the other types do not cover; its id is its path."""

    type: ClassVar[str] = "param"
    either: ClassVar[tuple[str, ...]] = ("init", "tied_to")
    beside: ClassVar[bool] = True
    later: ClassVar[tuple[str, ...]] = ("buffer",)

    name: Annotated[Name, "Name of the tensor, which is its id"]
    shape: Annotated[
        tuple[Index, ...],
        Meta(max_length=8, description="a list of at most 8 whole numbers of at least 0"),
        "Shape of the tensor; [] for a scalar",
    ]
    init: Annotated[Init | None, "Scheme of the tensor; required unless it is tied"] = None
    fan_in: Annotated[Size | None, "Inputs of each output, for schemes that follow the fans"] = None
    fan_out: Annotated[Size | None, "Outputs of each input, for schemes that follow the fans"] = None
    padding_index: Annotated[Index | None, "Row of a table of two axes that starts at 0, for padding"] = None
    dtype: Annotated[AnyDtype | None, "Number format of the tensor; if absent, the model's"] = None
    buffer: Annotated[Switch, meanings.BUFFER] = False
    tied_to: Annotated[TiedTo | None, meanings.TIED_TO] = None
    tied: Annotated[Tied | None, meanings.TIED] = None

    def flow(self, incoming: Flow | None) -> Flow | None:
        """Return what comes in; raise `Refusal` if there is no row to be zero."""
        if self.padding_index is not None and self.tied_to is not None:
            raise Refusal(
                "padding_index", f"state padding_index where the table is drawn, at '{self.tied_to}'"
            )
        if self.padding_index is not None and (len(self.shape) != 2 or self.padding_index >= self.shape[0]):
            shape = list(self.shape)
            raise Refusal("padding_index", f"{self.padding_index} is no row of a table of the shape {shape}")
        return incoming

    def weights(self, incoming: object) -> list[Weight]:
        """One tensor, with the fans that are stated; the row of ``padding_index`` is zero."""
        zeroed = None
        if self.padding_index is not None:
            zeroed = (self.padding_index * self.shape[1], (self.padding_index + 1) * self.shape[1])
        return [Weight("", self.shape, "init", self.fan_in, self.fan_out, zeroed=zeroed)]
