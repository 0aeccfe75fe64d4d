"""The JSON Schema of the layer-spec (draft-07), from the structs and tables that the reader uses.

It serves an editor: completion, texts under the pointer, the mistakes that one place alone shows.
Sizes that flow, names and variables are the planner's, so a file that fits may still be refused.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from winitgen.catalog import activations, schemes
from winitgen.catalog.activations import ACTIVATIONS
from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layers.composite import Composite
from winitgen.catalog.layers.layer import Layer, Quirks, Size, Switch
from winitgen.catalog.layouts import LAYOUTS
from winitgen.catalog.presets import PRESETS
from winitgen.catalog.schemes import SCHEMES
from winitgen.catalog.schemes.options import Gain, Option
from winitgen.numeric.dtypes import FLOAT_DTYPES
from winitgen.spec.defaults import RULE
from winitgen.spec.document import LARGEST_SEED, TOP_LEVEL, Input
from winitgen.spec.field_kinds import allows_none, kind_of
from winitgen.spec.fields import description_of, fields_of, hints_of
from winitgen.spec.values import Distribution, Real

Schema = dict[str, Any]

EXPRESSION: Schema = {"type": "string", "pattern": r"\$\{", "description": "arithmetic: '${4 * d}'"}
TEXT: Schema = {"type": ["string", "integer"]}
NAME: Schema = {**TEXT, "pattern": r"^([A-Za-z0-9_.-]|\$?\{[^{}]*\})+$"}


def json_schema() -> Schema:
    """Return the schema of a whole layer-spec.

    >>> json_schema()["$schema"]
    'http://json-schema.org/draft-07/schema#'
    """
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "winitgen layer-spec",
        **_closed(_top_level(), ["layers"]),
        "definitions": {
            "expression": EXPRESSION,
            "layer": _layer(),
            "layers": {"type": "array", "items": _ref("layer"), "minItems": 1},
            "init": _named("scheme", _schemes()),
            "activation": _named("name", _activations()),
            "gain": _gain(),
            "dtype": {"enum": list(FLOAT_DTYPES)},
            "rule": _rule(),
            **{f"{name}_layer": _words(kind) for name, kind in sorted(LAYERS.items())},
        },
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _closed(properties: Schema, required: list[str]) -> Schema:
    """Return the schema of a mapping with these keys and no others."""
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": required} if required else schema


def _top_level() -> Schema:
    """Return the keys of the document, each with its description."""
    tokens = _closed({"tokens": _of(Size)}, ["tokens"])
    kinds: Schema = {
        "model": TEXT,
        "winitgen": {"type": "string", "pattern": r"^\s*>=\s*\d"},
        "seed": _number({"type": "integer", "minimum": 0, "maximum": LARGEST_SEED}),
        "dtype": _ref("dtype"),
        "layout": {"enum": list(LAYOUTS)},
        "input": {"anyOf": [_of(Input), tokens]},
        "vars": {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
            "additionalProperties": _of(Real),
        },
        "defaults": _defaults(),
        "rules": {"type": "array", "items": _ref("rule")},
        "layers": _ref("layers"),
    }
    nullable = {key: kind if key == "layers" else _or_null(kind) for key, kind in kinds.items()}
    return {key: _described(nullable[key], text) for key, text in TOP_LEVEL.items()}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _described(schema: Schema, text: str) -> Schema:
    """Return ``schema`` with a description; draft-07 reads nothing beside a ``$ref``."""
    return {"description": text, **({"allOf": [schema]} if "$ref" in schema else schema)}


def _defaults() -> Schema:
    return _closed(
        {
            "init": _described(_ref("init"), "for every kernel and embedding whose layer says nothing"),
            "bias_init": _described(_ref("init"), "for every bias whose layer says nothing"),
            "distribution": _of(Distribution),
            "use_bias": _of(Switch),
            "quirks": _of(Quirks),
            "preset": {"enum": list(PRESETS), "description": "draw what this framework draws by itself"},
        },
        [],
    )


def _rule() -> Schema:
    words: Schema = {
        "match": _described(TEXT, "a pattern over parameter ids; '*' crosses '.' and '/'"),
        "init": _ref("init"),
        "type": {"enum": sorted(LAYERS), "description": "only parameters of this layer type"},
        "role": _described(TEXT, "only parameters of this role, such as kernel"),
    }
    return {"description": f"the last rule that matches wins: {RULE}", **_closed(words, ["match", "init"])}


def _layer() -> Schema:
    """Return the choice among the layer types, by ``type``."""
    choices = [
        {
            "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
            "then": _ref(f"{name}_layer"),
        }
        for name in sorted(LAYERS)
    ]
    kinds = [{"const": name, "description": _summary(kind)} for name, kind in sorted(LAYERS.items())]
    return {
        "type": "object",
        "properties": {"type": {"anyOf": kinds}},
        "required": ["type"],
        "allOf": choices,
    }


def _summary(kind: type[Layer]) -> str:
    return (kind.__doc__ or "").partition("\n")[0]


def _words(kind: type[Layer]) -> Schema:
    """Return the words of one layer type, from its struct."""
    properties = {key: _word(kind, hint) for key, hint in hints_of(kind).items()}
    required = [field.encode_name for field in fields_of(kind) if field.required]
    schema = _closed({"type": {"const": kind.type}, **properties}, ["type", *required])
    return {"description": _summary(kind), **schema}


def _word(kind: type[Layer], hint: Any) -> Schema:
    """Return one word of a layer type: a definition where its kind has one, else what its type allows."""
    match kind_of(hint).definition:
        case "":
            return _of(hint)
        case "name":
            schema = _described(NAME, description_of(hint))
        case "names":
            parts = kind.parts if issubclass(kind, Composite) else ()
            schema = _described(_closed(dict.fromkeys(parts, NAME), []), "other names for the parts")
        case "layers":
            schema = _described(_ref("layers"), description_of(hint))
        case definition:
            schema = _ref(definition)
    return _or_null(schema) if allows_none(hint) else schema


def _of(kind: Any) -> Schema:
    """Return msgspec's schema of a type, with ``${...}`` wherever it takes a number."""
    schema: Schema = _number(msgspec.json.schema(kind))
    return schema


def _number(schema: Any) -> Any:
    """Let every number in ``schema`` be an expression too, and every name a whole number."""
    if isinstance(schema, list):
        return [_number(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: _number(value) for key, value in schema.items()}
    if inner.get("type") in ("integer", "number"):
        text = inner.pop("description", None)
        either: Schema = {"anyOf": [inner, _ref("expression")]}
        return {"description": text, **either} if text else either
    return {**inner, **TEXT} if inner.get("type") == "string" else inner


def _gain() -> Schema:
    """Return what ``gain`` takes: a number, or whose gain it is."""
    words = ["auto", "torch", *ACTIVATIONS, *activations.ALIASES]
    return {"anyOf": [{"type": "number", "minimum": 0}, _ref("expression"), {"enum": words}]}


class _Row(NamedTuple):
    """A name with its aliases: what it is, the mapping it may stand in, whether it may stand alone."""

    names: list[str]
    text: str
    mapping: Schema
    alone: bool = True


def _named(key: str, rows: list[_Row]) -> Schema:
    """Return the choice between a name alone and a mapping with the name under ``key``."""
    choices = [
        {"if": {"properties": {key: {"enum": row.names}}, "required": [key]}, "then": row.mapping}
        for row in rows
    ]
    every = {"enum": [name for row in rows for name in row.names]}
    mapping = {"type": "object", "properties": {key: every}, "required": [key], "allOf": choices}
    alone = [{"const": name, "description": row.text} for row in rows if row.alone for name in row.names]
    return {"if": {"type": "object"}, "then": mapping, "else": {"anyOf": alone}}


def _schemes() -> list[_Row]:
    rows = []
    for name, row in SCHEMES.items():
        words = {"scheme": {}, **{key: _option(option) for key, option in row.options.items()}}
        text = f"{row.formula} ({row.paper})" if row.paper else row.formula
        mapping = _closed(words, ["scheme", *row.needs])
        rows.append(_Row(_also(name, schemes.ALIASES), text, mapping, not row.needs))
    return rows


def _option(option: Option) -> Schema:
    """Return what one option takes; a gain is a definition of its own, as it lists every activation."""
    return _described(_ref("gain"), option.expected) if isinstance(option, Gain) else _of(option.hint)


def _activations() -> list[_Row]:
    rows = []
    for name, row in ACTIVATIONS.items():
        words = {"name": {}, **({row.parameter: _of(Real)} if row.parameter else {})}
        text = f"{row.formula}; suits {row.scheme}"
        rows.append(_Row(_also(name, activations.ALIASES), text, _closed(words, ["name"])))
    return rows


def _also(name: str, aliases: dict[str, str]) -> list[str]:
    """Return a name with its aliases."""
    return [name, *(alias for alias, known in aliases.items() if known == name)]
