"""How a parameter is stored: turned round, or not at all because it is another layer's."""

from __future__ import annotations

from typing import Annotated, Literal, Protocol

from msgspec import Meta

from winitgen.catalog.layers.layer import Refusal
from winitgen.catalog.schemes import Init

Stored = Annotated[
    Literal["in_out"], Meta(description="'in_out', for kernels (inputs, units) in the torch layout")
]
TiedTo = Annotated[
    str, Meta(description="the layer, or the parameter id, whose values this layer has instead of its own")
]
Tied = Annotated[Literal["omit"], Meta(description="'omit', which leaves the copy out of the file")]


class Tying(Protocol):
    """A layer whose kernel can be another layer's."""

    @property
    def init(self) -> Init | None:
        """How the kernel would be drawn."""

    @property
    def tied_to(self) -> str | None:
        """Whose kernel it is."""

    @property
    def tied(self) -> str | None:
        """Whether the copy is written."""


def check_tie(layer: Tying) -> None:
    """Raise `Refusal` for a word that has no effect beside, or without, ``tied_to``."""
    if layer.tied_to is None:
        if layer.tied is not None:
            raise Refusal("tied", "tied goes with 'tied_to', the layer whose values this one has")
        return
    if layer.init is not None:
        raise Refusal("init", f"these values are those of '{layer.tied_to}'; leave init out")
    if layer.tied == "omit" and getattr(layer, "stored", None) is not None:
        raise Refusal("stored", "nothing is stored with 'tied: omit'; leave stored out")
