"""Tables of the layer types: an overview, the keys of each, and the parameters of an example."""

from __future__ import annotations

import re

from specs.reference.tables.examples import blocks, planned
from specs.reference.tables.markdown import code, codes, table
from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.schemes.scheme import written as written_fan
from winitgen.spec.descriptions import KeyDescription, layer_keys, summary_of, written

HEAD = ["option", "takes", "default", "meaning"]


def overview(_: str, before: str) -> str:
    """Return every layer type with what it does, and the options that it needs."""
    rows = (
        [f"[{code(name)}](#{name})", summary_of(kind), codes(key.key for key in _own(kind) if key.required)]
        for name, kind in sorted(LAYERS.items())
    )
    return table(["type", "does", "needs"], rows)


def common(_: str, before: str) -> str:
    """Return the keys that every layer type has."""
    return table(HEAD, map(_row, layer_keys(Layer).values()))


def layer(name: str, before: str) -> str:
    """Return what a type does, and its keys but for those that all have; those of an earlier type are linked."""
    kind = LAYERS[name]
    keys = _own(kind)
    for earlier in re.findall(r"^<!-- generated: layer (\w+) -->$", before, re.MULTILINE):
        if keys and keys == _own(LAYERS[earlier]):
            return f"{summary_of(kind)}\n\nIts options are those of [{code(earlier)}](#{earlier})."
    return (
        f"{summary_of(kind)}\n\n{table(HEAD, map(_row, keys)) if keys else 'It has no options of its own.'}"
    )


def parameters(name: str, before: str) -> str:
    """Return the parameters that the example above has in layers of a type, with their fans and schemes."""
    rows = []
    for parameter in (found for of in planned(blocks(before)[-1]).layers for found in of.parameters):
        if parameter.type == name:
            fans = [
                written_fan(fan) if fan is not None else "" for fan in (parameter.fan_in, parameter.fan_out)
            ]
            drawn = f"{parameter.scheme} {parameter.formula}".strip()
            rows.append([code(parameter.id), str(parameter.shape), *fans, drawn])
    return table(["parameter", "shape", "fan_in", "fan_out", "drawn by"], rows)


def _own(kind: type[Layer]) -> list[KeyDescription]:
    """Return the keys that are more than those of every layer, the required ones first."""
    common = layer_keys(Layer)
    keys = [key for key in layer_keys(kind).values() if key != common.get(key.key)]
    return sorted(keys, key=lambda key: not key.required)


def _row(key: KeyDescription) -> list[str]:
    default = "required" if key.required else "" if key.default is None else code(written(key.default))
    return [code(key.key), key.expected, default, key.meaning]
