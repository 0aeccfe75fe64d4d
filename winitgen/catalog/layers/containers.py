"""Layers that hold layers: a namespace, a residual branch, a repetition."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import Meta

from winitgen.catalog.activations import Applied
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.kinds import Index
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.tied import Tied

Layers = Annotated[tuple[Any, ...], Meta(min_length=1, description="a list of one or more layers")]

GroupName = Annotated[str, Meta(description="the name of another group")]

KerasModel = Annotated[Literal["sequential", "functional"], Meta(description="sequential or functional")]

IndexedName = Annotated[str, Meta(description="a name with the index in it, such as 'h.{i}'")]

VariableName = Annotated[
    str, Meta(pattern="^[A-Za-z_][A-Za-z0-9_]*$", description="a name of letters, digits and '_'")
]
Variables = Annotated[
    dict[str, Any], Meta(description="a mapping such as {width: 64}, later ones may use earlier ones")
]
Items = Annotated[tuple[Any, ...], Meta(description="a list, such as ${stages}")]


class Container(Layer, frozen=True, kw_only=True):
    """A layer that holds layers; its output is its last layer's."""

    layers: Annotated[Layers, "Layers inside, in order"]
    vars: Annotated[Variables | None, "Variables for the layers inside; if absent, none"] = None


class Group(Container, frozen=True, kw_only=True):
    """A namespace: its name goes before its layers' names; without one it only holds them together."""

    type: ClassVar[str] = "group"
    either: ClassVar[tuple[str, ...]] = ("layers", "tied_to")

    layers: Annotated[Layers, "Layers inside, in order; with tied_to they are those of the other group"] = ()
    tied_to: Annotated[
        GroupName | None,
        "Group whose layers this one has too, with the same values; if absent, it has its own",
    ] = None
    tied: Annotated[Tied | None, meanings.TIED] = None
    model: Annotated[
        KerasModel | None,
        "Class of the Keras model that the group is within the model, for Keras's own file; if absent, its layers stand in the model themselves",
    ] = None


class Residual(Container, frozen=True, kw_only=True):
    """Adds its input, through ``shortcut`` if there is one, to its layers' output."""

    type: ClassVar[str] = "residual"

    shortcut: Annotated[Layers | None, "Layers that change the input before the sum; if absent, none"] = None
    activation: Annotated[Applied | None, "Activation of the sum; if absent, none"] = None


class Repeat(Container, frozen=True, kw_only=True):
    """The same layers several times in a row, each time with new values."""

    type: ClassVar[str] = "repeat"

    name: Annotated[IndexedName | None, "Name of a repetition, with the index in braces; if absent, none"] = (
        None
    )
    times: Annotated[
        Index | None, "Repetitions; 0 leaves the layers out; if absent, one for each item of 'over'"
    ] = None
    over: Annotated[
        Items | None, "List with an item for each repetition; the fields of a mapping are variables inside"
    ] = None
    as_: Annotated[VariableName | None, "Variable that is the item of 'over'; if absent, item"] = (
        msgspec.field(default=None, name="as")
    )
    start: Annotated[Index, "Index of the first repetition"] = 0
    index: Annotated[
        VariableName, "Variable that counts the repetitions, for ${...} and, in braces, for names"
    ] = "i"
    vars: Annotated[Variables | None, "Variables for the layers inside, new in each repetition"] = None
