"""Tables of the JSON reports: the keys of each object, from the types of which their schemas are made."""

from __future__ import annotations

from typing import Any

from specs.reference.tables.markdown import code, table
from winitgen.report.schemas.of_reports import REPORTS, report_schema


def report(names: str, before: str) -> str:
    """Return the keys of each object in the report of a command, but of those that the commands before it have, too."""
    parts = report_schema(names)["$defs"]
    earlier = list(REPORTS)[: list(REPORTS).index(names)]
    shown = {name for command in earlier for name in report_schema(command)["$defs"]}
    return "\n\n".join(
        f"`{name}`: {part['description']}\n\n{_keys(part)}"
        for name, part in sorted(parts.items(), key=lambda pair: "report" not in pair[1]["properties"])
        if name not in shown
    )


def _keys(part: dict[str, Any]) -> str:
    required = part.get("required", ())
    rows = (
        [code(key), _kind(value), value.get("description", "") + ("" if key in required else "; optional")]
        for key, value in sorted(part["properties"].items())
    )
    return table(["key", "value", "meaning"], rows)


def _kind(value: dict[str, Any]) -> str:
    """Return what a value is, in a few words."""
    if "$ref" in value:
        return code(value["$ref"].rpartition("/")[2])
    if "anyOf" in value:
        return " or ".join(map(_kind, value["anyOf"]))
    if "enum" in value:
        return " or ".join(code(str(one)) for one in value["enum"])
    if value.get("type") == "array":
        return f"list of {_kind(value['items'])}"
    if value.get("type") == "object":
        return f"object, by name, of {_kind(value.get('additionalProperties', {}))}"
    return _KINDS.get(value.get("type", ""), "any value")


_KINDS = {
    "integer": "whole number",
    "number": "number",
    "string": "text",
    "boolean": "true or false",
    "null": "null",
}
