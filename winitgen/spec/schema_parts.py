"""What the JSON Schema is made of: references, closed mappings, and values that may be ``${...}``."""

from __future__ import annotations

from typing import Any

import msgspec

Schema = dict[str, Any]

EXPRESSION: Schema = {"type": "string", "pattern": r"\$\{", "description": "An expression: '${4 * d}'."}
VALUE: Schema = {"type": ["number", "boolean", "string", "array", "object", "null"]}
TEXT: Schema = {"type": ["string", "integer"]}
NAME: Schema = {**TEXT, "pattern": r"^([A-Za-z0-9_.-]|\$?\{[^{}]*\})+$"}


def ref(name: str) -> Schema:
    """Return a reference to a definition."""
    return {"$ref": f"#/definitions/{name}"}


def closed(properties: Schema, required: list[str]) -> Schema:
    """Return the schema of a mapping with these keys and no others."""
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": required} if required else schema


def or_null(schema: Schema) -> Schema:
    """Return the schema of what ``schema`` takes, and of null."""
    return {"anyOf": [schema, {"type": "null"}]}


def described(schema: Schema, text: str, **annotations: Any) -> Schema:
    """Return ``schema`` with a description; draft-07 reads nothing beside a ``$ref``."""
    return {**({"allOf": [schema]} if "$ref" in schema else schema), "description": text, **annotations}


def constant(value: str, text: str) -> Schema:
    """Return the schema of one word."""
    return {"const": value, "description": text}


def schema_of(kind: Any) -> Schema:
    """Return msgspec's schema of a type, with ``${...}`` wherever it takes more than text."""
    schema: Schema = with_expressions(msgspec.json.schema(kind))
    return schema


def with_expressions(schema: Any) -> Any:
    """Let all that is not text in ``schema`` be an expression too, and every name a whole number."""
    if isinstance(schema, list):
        return [with_expressions(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: value if key == "enum" else with_expressions(value) for key, value in schema.items()}
    if inner.get("type") in ("integer", "number", "boolean", "array") or "enum" in inner:
        text = inner.pop("description", None)
        either: Schema = {"anyOf": [inner, ref("expression")]}
        return {"description": text, **either} if text else either
    return {**inner, **TEXT} if inner.get("type") == "string" else inner
