"""Layers that hold layers: a namespace, a residual branch, a repetition."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from winitgen.catalog.activations import Applied
from winitgen.catalog.layers.layer import Index, Layer

Layers = Annotated[tuple[Any, ...], Meta(min_length=1, description="a list of one or more layers")]

IndexedName = Annotated[str, Meta(description="a name with the index in it, such as 'h.{i}'")]


class Container(Layer, frozen=True, kw_only=True):
    """A layer that holds layers; its output is its last layer's."""

    layers: Layers


class Group(Container, frozen=True, kw_only=True):
    """A namespace: its name goes before its layers' names; without one it only holds them together."""

    type: ClassVar[str] = "group"


class Residual(Container, frozen=True, kw_only=True):
    """Adds its input, through ``shortcut`` if there is one, to its layers' output."""

    type: ClassVar[str] = "residual"

    shortcut: Layers | None = None
    activation: Applied | None = None


class Repeat(Container, frozen=True, kw_only=True):
    """The same layers several times in a row, each time with new values."""

    type: ClassVar[str] = "repeat"

    name: IndexedName | None = None
    times: Index
    start: Index = 0
    index: Annotated[
        str, Meta(pattern="^[A-Za-z_][A-Za-z0-9_]*$", description="a name of letters, digits and '_'")
    ] = "i"
