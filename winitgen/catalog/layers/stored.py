"""How a parameter is stored: transposed, or tied to another layer's and perhaps left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from winitgen.catalog.layers.layer import Layer, Refusal

Stored = Annotated[
    Literal["in_out"], Meta(description="'in_out', for kernels (inputs, units) in the torch layout")
]
TiedTo = Annotated[
    str, Meta(description="the layer, or the parameter id, whose values this layer has instead of its own")
]
Tied = Annotated[Literal["omit"], Meta(description="'omit', which leaves the copy out of the file")]


class Storable(Layer, frozen=True, kw_only=True):
    """A layer of dense kernels that a layout may store transposed."""

    if TYPE_CHECKING:  # each family has the field at another position in its order
        stored: Stored | None


class Tieable(Layer, frozen=True, kw_only=True):
    """A layer whose kernel can be tied to another layer's."""

    if TYPE_CHECKING:
        tied_to: TiedTo | None
        tied: Tied | None

    @property
    def is_tied(self) -> bool:
        """Whether the kernel is tied to another layer's."""
        return self.tied_to is not None

    def check_tie(self) -> None:
        """Raise `Refusal` for an option that has no effect with, or without, ``tied_to``."""
        if self.tied_to is None:
            if self.tied is not None:
                raise Refusal("tied", "tied needs 'tied_to', the layer whose values this one has")
            return
        if self.init is not None:
            raise Refusal("init", f"these values are those of '{self.tied_to}'; leave init out")
