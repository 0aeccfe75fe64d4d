"""A parameter that the torch layout may store transposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from winitgen.catalog.layers.layer import Layer

Stored = Annotated[
    Literal["in_out"], Meta(description="'in_out', for kernels (inputs, units) in the torch layout")
]


class Storable(Layer, frozen=True, kw_only=True):
    """A layer of dense kernels that a layout may store transposed."""

    if TYPE_CHECKING:  # each family has the field at another position in its order
        stored: Stored | None
