"""The types of layer options: how their values are read, and their schema."""

from __future__ import annotations

from collections.abc import Callable
from types import NoneType
from typing import Any, get_args

import msgspec

from winitgen.catalog.activations import Applied
from winitgen.catalog.init import Init
from winitgen.catalog.layers.containers import GroupName, IndexedName, Layers
from winitgen.catalog.layers.kernel_norm import NormOfKernel
from winitgen.catalog.layers.kinds import (
    AnyDtype,
    Dtype,
    From,
    Name,
    Names,
    Pair,
    Parts,
    Reference,
    Sources,
)
from winitgen.catalog.layers.tied import TiedTo
from winitgen.spec.fields import Scope, description_of, value_of
from winitgen.spec.kernel_norms import read_kernel_norm
from winitgen.spec.layer_names import read_from, read_name, read_parts, read_reference, read_tied_to
from winitgen.spec.nodes import Node
from winitgen.spec.values import read_activation, read_any_dtype, read_dtype, read_init


class FieldKind(msgspec.Struct, frozen=True):
    """One kind of field.

    ``read`` returns the value of a node, or `BAD`; unless ``finished``, the value is then converted to the
    field's type. ``definition`` is the name of the schema of the values, empty if the type determines it, and
    ``expected`` describes them, empty likewise.
    """

    read: Callable[[Node, str, Scope], Any] = value_of
    finished: bool = False
    definition: str = ""
    expected: str = ""


PLAIN = FieldKind()
LAYERS = FieldKind(definition="layers")
"""Nested layers, which the reader of layers reads itself."""
NAMES = FieldKind(definition="names")
"""Other names for a layer's parts; the layer determines which parts can be named."""

KINDS: dict[Any, FieldKind] = {
    Applied: FieldKind(
        read_activation,
        finished=True,
        definition="activation",
        expected="the name of an activation, or a mapping such as {name: leaky_relu, slope: 0.2}",
    ),
    Init: FieldKind(
        read_init,
        finished=True,
        definition="init",
        expected="the name of a scheme, or a mapping such as {scheme: normal, std: 0.02}",
    ),
    Dtype: FieldKind(read_dtype, definition="dtype"),
    AnyDtype: FieldKind(read_any_dtype, definition="any_dtype"),
    Name: FieldKind(read_name, definition="name"),
    IndexedName: FieldKind(read_name, definition="name"),
    TiedTo: FieldKind(read_tied_to, definition="tied_to"),
    NormOfKernel: FieldKind(read_kernel_norm, finished=True, definition="kernel_norm"),
    GroupName: FieldKind(read_tied_to),
    From: FieldKind(read_from),
    Reference: FieldKind(read_reference),
    Sources: FieldKind(read_from),
    Pair: FieldKind(read_from),
    Parts: FieldKind(read_parts),
    Layers: LAYERS,
    Names: NAMES,
}
"""The types whose values have a reader or a schema of their own; all others are `PLAIN`."""


def kind_of(hint: Any) -> FieldKind:
    """Return the kind of a field from its type, whether or not None is allowed too."""
    if hint in KINDS:
        return KINDS[hint]
    return next((KINDS[part] for part in get_args(hint) if part in KINDS), PLAIN)


def expected_of(hint: Any) -> str:
    """Return what the fields of a type take, in words."""
    return kind_of(hint).expected or description_of(hint)


def allows_none(hint: Any) -> bool:
    """Return whether a field of this type may be null."""
    return NoneType in get_args(hint)
