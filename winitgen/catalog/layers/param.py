"""A single tensor, for what no other layer covers."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from winitgen.catalog.init import Init
from winitgen.catalog.layers.layer import AnyDtype, Layer, Name, Size, Weight


class Param(Layer, frozen=True, kw_only=True):
    """Any tensor that the other types do not cover; its id is its path."""

    type: ClassVar[str] = "param"

    name: Annotated[Name, "Name of the tensor, which is its id"]
    shape: Annotated[
        tuple[Size, ...],
        Meta(max_length=8, description="a list of at most 8 whole numbers of at least 1"),
        "Shape of the tensor; [] for a scalar",
    ]
    init: Annotated[Init, "Scheme of the tensor"]
    fan_in: Annotated[Size | None, "Inputs of each output, for schemes that follow the fans"] = None
    fan_out: Annotated[Size | None, "Outputs of each input, for schemes that follow the fans"] = None
    dtype: Annotated[AnyDtype | None, "Number format of the tensor; if absent, the model's"] = None

    def weights(self, incoming: object) -> list[Weight]:
        """One tensor, with the fans that are stated."""
        return [Weight("", self.shape, "init", self.fan_in, self.fan_out)]
