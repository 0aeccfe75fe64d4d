"""The schema of what has a name and options: schemes and activations."""

from __future__ import annotations

from typing import NamedTuple

from winitgen.catalog import activations, schemes
from winitgen.catalog.activations import ACTIVATIONS
from winitgen.catalog.layers.kernel_norm import KernelNorm
from winitgen.catalog.schemes import SCHEMES
from winitgen.catalog.schemes.options import GAIN, MOST_BLOCKS, Gain, Inits, Option
from winitgen.spec.descriptions import KeyDescription, activation_number, scheme_options
from winitgen.spec.fields import hints_of, meanings_of
from winitgen.spec.kernel_norms import NORMS
from winitgen.spec.schema_parts import Schema, closed, constant, described, or_null, ref, schema_of
from winitgen.spec.values import Real


class _Row(NamedTuple):
    """A name with its aliases: a text, the schema of a mapping with it, whether it needs one."""

    names: list[str]
    text: str
    mapping: Schema
    needs_mapping: bool = False


def init() -> Schema:
    """Return what ``init`` takes: the name of a scheme, or a mapping with its options."""
    rows = []
    for name, row in SCHEMES.items():
        text = f"{row.formula} ({row.paper})." if row.paper else f"{row.formula}."
        keys = {"scheme": {"description": text}}
        for key, option in scheme_options(row).items():
            keys[key] = _option(row.options[key], option)
        mapping = closed(keys, ["scheme", *row.needs])
        rows.append(_Row(_also(name, schemes.ALIASES), text, mapping, needs_mapping=bool(row.needs)))
    return _named("scheme", "Name of the scheme.", rows)


def activation() -> Schema:
    """Return what ``activation`` takes: a name, or a mapping with a number."""
    rows = []
    for name, row in ACTIVATIONS.items():
        text = f"{row.summary}: {row.formula}. Suits {row.scheme}."
        keys: Schema = {"name": {"description": text}}
        for key, number in activation_number(row).items():
            keys[key] = described(or_null(schema_of(Real)), number.text, default=number.default)
        rows.append(_Row(_also(name, activations.ALIASES), text, closed(keys, ["name"])))
    return _named("name", "Name of the activation.", rows)


def kernel_norm() -> Schema:
    """Return what ``kernel_norm`` takes: a name, a mapping, or an expression."""
    names: Schema = {"enum": list(NORMS)}
    meanings = meanings_of(KernelNorm)
    keys = {
        key: described(schema_of(hint) if key == "type" else or_null(schema_of(hint)), f"{meanings[key]}.")
        for key, hint in hints_of(KernelNorm).items()
    }
    mapping = described(closed(keys, ["type"]), "A mapping.")
    return {"anyOf": [described(names, "The name of the norm."), mapping, ref("expression")]}


def gain() -> Schema:
    """Return what ``gain`` takes: a number, or whose gain it is."""
    words = ["auto", "torch", *ACTIVATIONS, *activations.ALIASES]
    either: Schema = {"anyOf": [{"type": "number", "minimum": 0}, ref("expression"), {"enum": words}]}
    return described(either, f"{GAIN.meaning}.", examples=["auto", "tanh", 1.5])


def _named(key: str, text: str, rows: list[_Row]) -> Schema:
    """Return the choice between a name and a mapping with the name under ``key``."""
    choices = [
        {"if": {"properties": {key: {"enum": row.names}}, "required": [key]}, "then": row.mapping}
        for row in rows
    ]
    names = [constant(name, row.text) for row in rows for name in row.names]
    every = described({"anyOf": [*names, ref("expression")]}, text)
    mapping = {"type": "object", "properties": {key: every}, "required": [key], "allOf": choices}
    short = [constant(name, row.text) for row in rows if not row.needs_mapping for name in row.names]
    return {"if": {"type": "object"}, "then": mapping, "else": {"anyOf": [*short, ref("expression")]}}


def _option(option: Option, description: KeyDescription) -> Schema:
    """Return what one option takes; a gain is a definition of its own, as it lists every activation."""
    if isinstance(option, Inits):
        several = {"type": "array", "items": ref("init"), "minItems": 1, "maxItems": MOST_BLOCKS}
        schema: Schema = {"anyOf": [several, ref("expression")]}
    else:
        schema = ref("gain") if isinstance(option, Gain) else schema_of(option.hint)
    schema = schema if description.required else or_null(schema)
    default = {} if description.default is None else {"default": description.default}
    return described(schema, description.text, **default)


def _also(name: str, aliases: dict[str, str]) -> list[str]:
    """Return a name with its aliases."""
    return [name, *(alias for alias, known in aliases.items() if known == name)]
