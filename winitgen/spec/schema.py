"""The JSON Schema of the layer-spec (draft-07), from the structs and tables that the reader uses.

It serves an editor: completion, a description of every key, and the mistakes that can be seen in one value.
Sizes that flow, names and variables are the planner's, so a file that fits may still be refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from winitgen.catalog.init import Init
from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layers.composite import Composite
from winitgen.catalog.layers.kernel_norm import NormOfKernel
from winitgen.catalog.layers.kinds import Quirks, Size, Switch
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.tied import TiedTo
from winitgen.catalog.layouts import LAYOUTS
from winitgen.catalog.presets import PRESETS
from winitgen.catalog.presets.preset import Preset
from winitgen.numeric.dtypes import DTYPES, FLOAT_DTYPES
from winitgen.spec import schema_names
from winitgen.spec.defaults import DEFAULTS, RULE, RULE_KEYS
from winitgen.spec.descriptions import KeyDescription, layer_keys, summary_of
from winitgen.spec.document import LARGEST_SEED, TOP_LEVEL
from winitgen.spec.field_kinds import LAYERS as LAYERS_INSIDE
from winitgen.spec.field_kinds import allows_none, expected_of, kind_of
from winitgen.spec.fields import fields_of, hints_of
from winitgen.spec.interface import Input
from winitgen.spec.schema_parts import (
    EXPRESSION,
    NAME,
    TEXT,
    VALUE,
    Schema,
    closed,
    constant,
    described,
    or_null,
    ref,
    schema_of,
    with_expressions,
)
from winitgen.spec.values import Distribution

EXAMPLES: dict[str, list[Any]] = {
    "winitgen": [">=0.1"],
    "input": [784, [3, 32, 32], {"tokens": 1024}, {"image": [3, 32, 32], "table": 12}],
    "outputs": [["head"], {"logits": "head", "aux": "aux_head"}],
    "vars": [{"d": 64, "hidden": "${4 * d}"}, {"stages": [{"width": 64, "depth": 3}]}],
    "defaults": [{"init": "he", "distribution": "truncated_normal"}, {"preset": "torch"}],
    "rules": [[{"match": "*/kernel", "init": {"scheme": "normal", "std": 0.02}}]],
    "layers": [[{"name": "fc1", "type": "dense", "units": 500, "activation": "relu"}]],
}
"""Values of top-level keys that an editor can show."""


def json_schema() -> Schema:
    """Return the schema of a whole layer-spec.

    >>> json_schema()["$schema"]
    'http://json-schema.org/draft-07/schema#'
    """
    layers: Schema = {"type": "array", "items": ref("layer"), "minItems": 1}
    definitions = {
        "expression": EXPRESSION,
        "layer": _layer(),
        "layers": described(layers, "A list of one or more layers."),
        "init": described(schema_names.init(), f"A scheme: {expected_of(Init)}."),
        "activation": described(
            schema_names.activation(), "An activation: a name, or a mapping with a number."
        ),
        "gain": schema_names.gain(),
        "kernel_norm": described(schema_names.kernel_norm(), f"A norm: {expected_of(NormOfKernel)}."),
        "dtype": described(_one_of(FLOAT_DTYPES), "A number format."),
        "any_dtype": described(_one_of(DTYPES), "A number format, of fractions or of whole numbers."),
        "tied_to": described(_tied_to(), f"What a layer is tied to: {expected_of(TiedTo)}."),
        "rule": _rule(),
        **{f"{name}_layer": _keys(kind) for name, kind in sorted(LAYERS.items())},
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "winitgen layer-spec",
        "description": "A neural network, and how the first values of its parameters are drawn.",
        **closed(_top_level(), ["layers"]),
        "definitions": definitions,
    }


def _top_level() -> Schema:
    """Return the keys of the document, each with its description."""
    tokens = closed({"tokens": described(schema_of(Size), "Tokens in a sample.")}, ["tokens"])
    kinds: Schema = {
        "model": TEXT,
        "winitgen": {"type": "string", "pattern": r"^\s*>=\s*\d"},
        "seed": with_expressions({"type": "integer", "minimum": 0, "maximum": LARGEST_SEED}),
        "dtype": ref("dtype"),
        "layout": _one_of(LAYOUTS),
        "input": {"anyOf": [schema_of(Input), tokens, _by_name({"anyOf": [schema_of(Input), tokens]})]},
        "outputs": {"anyOf": [{"type": "array", "items": TEXT, "minItems": 1}, _by_name(TEXT)]},
        "vars": {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
            "additionalProperties": described(
                VALUE, "A number, text, true, false, a list or a mapping, or an expression with earlier ones."
            ),
        },
        "defaults": _defaults(),
        "rules": {"type": "array", "items": ref("rule")},
        "layers": ref("layers"),
    }
    kinds = {key: kind if key == "layers" else or_null(kind) for key, kind in kinds.items()}
    return _with_meanings(kinds, TOP_LEVEL, {"seed": 0, "dtype": "float32", "layout": "torch"})


def _one_of(words: Iterable[str]) -> Schema:
    """Return one of these words, or an expression."""
    return {"anyOf": [{"enum": list(words)}, ref("expression")]}


def _by_name(values: Schema) -> Schema:
    """Return a mapping from one or more names of inputs or outputs."""
    return {"type": "object", "minProperties": 1, "additionalProperties": values}


def _defaults() -> Schema:
    kinds: Schema = {
        "init": ref("init"),
        "bias_init": ref("init"),
        "distribution": schema_of(Distribution),
        "use_bias": schema_of(Switch),
        "preset": {
            "anyOf": [
                *(constant(name, _preset(preset)) for name, preset in PRESETS.items()),
                ref("expression"),
            ]
        },
        "quirks": schema_of(Quirks),
    }
    kinds = {key: or_null(kind) for key, kind in kinds.items()}
    return closed(_with_meanings(kinds, DEFAULTS, {"distribution": "normal", "use_bias": True}), [])


def _preset(preset: Preset) -> str:
    """Return what a preset draws, in one sentence."""
    return f"As {preset.draws} ({preset.version})."


def _tied_to() -> Schema:
    """Return one name for all roles, or a mapping of which at least one is not null."""
    roles: Schema = {"type": "object", "additionalProperties": or_null(TEXT)}
    return {"anyOf": [TEXT, {**roles, "not": {"additionalProperties": {"type": "null"}}}]}


def _rule() -> Schema:
    kinds: Schema = {"match": TEXT, "init": ref("init"), "type": _one_of(sorted(LAYERS)), "role": TEXT}
    kinds |= {key: or_null(kinds[key]) for key in ("type", "role")}
    keys = _with_meanings(kinds, RULE_KEYS, {})
    return described(closed(keys, ["match", "init"]), f"A rule: {RULE}. The last rule that matches wins.")


def _with_meanings(kinds: Schema, meanings: dict[str, str], defaults: dict[str, Any]) -> Schema:
    """Return the schema of each key with what it means, its default and its examples."""
    keys = {}
    for key, meaning in meanings.items():
        notes: Schema = {"default": defaults[key]} if key in defaults else {}
        notes |= {"examples": EXAMPLES[key]} if key in EXAMPLES else {}
        keys[key] = described(kinds[key], f"{meaning}.", **notes)
    return keys


def _layer() -> Schema:
    """Return the choice among the layer types, by ``type``."""
    choices = [
        {
            "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
            "then": ref(f"{name}_layer"),
        }
        for name in sorted(LAYERS)
    ]
    names = [constant(name, summary_of(kind)) for name, kind in sorted(LAYERS.items())]
    kinds = {"anyOf": [*names, ref("expression")]}
    return {
        "description": "A layer; its other keys depend on its type.",
        "type": "object",
        "properties": {"type": described(kinds, "Type of the layer. Required.")},
        "required": ["type"],
        "allOf": choices,
    }


def _keys(kind: type[Layer]) -> Schema:
    """Return the keys of one layer type, from its struct."""
    descriptions = layer_keys(kind)
    properties = {
        key: _key(kind, hint, descriptions[key], needed=key in kind.either)
        for key, hint in hints_of(kind).items()
    }
    # All that may be left out may be null, but for the one key on which the layer itself depends.
    properties["when"] = described(schema_of(Switch), descriptions["when"].text)
    required = [field.encode_name for field in fields_of(kind) if field.required]
    schema = closed({"type": constant(kind.type, summary_of(kind)), **properties}, ["type", *required])
    if kind.either:
        schema["anyOf"] = [{"required": [key]} for key in kind.either]
    return described(schema, summary_of(kind))


def _key(kind: type[Layer], hint: Any, description: KeyDescription, *, needed: bool) -> Schema:
    """Return one key of a layer type: a definition where its kind has one, else what its type allows.

    ``needed`` says that this key or another one has to be there.
    """
    match kind_of(hint).definition:
        case "":
            schema = schema_of(hint)
        case "name":
            schema = NAME
        case "names":
            parts = kind.parts if issubclass(kind, Composite) else ()
            named = closed(
                {part: described(or_null(NAME), f"Other name of the part {part}.") for part in parts}, []
            )
            schema = {"anyOf": [named, ref("expression")]}
        case definition:
            schema = ref(definition)
    if not description.required and (kind_of(hint).definition or not allows_none(hint)):
        schema = schema if kind_of(hint) is LAYERS_INSIDE and needed else or_null(schema)
    default = {} if description.default is None else {"default": description.default}
    return described(schema, description.text, **default)
