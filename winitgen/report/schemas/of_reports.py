"""The JSON Schema of the report of a command."""

from __future__ import annotations

from typing import Any

from winitgen.on_demand import OnDemand
from winitgen.report.schemas.parts import ReportPart

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_HERE = __name__.rpartition(".")[0]

REPORTS: OnDemand[type[ReportPart]] = OnDemand(
    lambda: {
        "init": f"{_HERE}.drawn:InitReport",
        "plan": f"{_HERE}.drawn:PlanReport",
        "probe": f"{_HERE}.probed:ProbeReport",
        "inspect": f"{_HERE}.inspected:InspectReport",
        "verify": f"{_HERE}.verified:VerifyReport",
        "diff": f"{_HERE}.compared:DiffReport",
        "convert": f"{_HERE}.compared:ConvertReport",
        "finalize": f"{_HERE}.drawn:FinalizeReport",
        "summary": f"{_HERE}.layers:SummaryReport",
        "schemes": f"{_HERE}.listed:SchemesReport",
        "activations": f"{_HERE}.listed:ActivationsReport",
        "layers": f"{_HERE}.listed:LayersReport",
        "presets": f"{_HERE}.listed:PresetsReport",
        "formats": f"{_HERE}.listed:FormatsReport",
        "families": f"{_HERE}.listed:FamiliesReport",
        "example": f"{_HERE}.listed:ExamplesReport",
    }
)
"""The report of each command; some have `OTHERS`, too, and plan prints a list for several specs."""

OTHERS: OnDemand[type[ReportPart]] = OnDemand(
    lambda: {
        "verify": f"{_HERE}.verified:StatisticsReport",
        "schemes": f"{_HERE}.listed:SchemeReport",
        "activations": f"{_HERE}.listed:ActivationReport",
        "layers": f"{_HERE}.listed:LayerReport",
        "presets": f"{_HERE}.listed:PresetReport",
        "formats": f"{_HERE}.listed:FormatReport",
        "families": f"{_HERE}.listed:FamilyReport",
    }
)
"""The second report of a command: with `--statistics`, or of one entry of a list."""


def report_schema(command: str) -> dict[str, Any]:
    """Return the JSON Schema of what a command prints with ``--json``, in the dialect of 2020-12.

    An object has all keys that the schema does not call optional, and no others.
    """
    from msgspec.json import schema_components

    kinds = [REPORTS[command], *([OTHERS[command]] if command in OTHERS else [])]
    forms, parts = schema_components(kinds, ref_template="#/$defs/{name}")
    whole = [
        *forms,
        *({"type": "array", "items": form, "minItems": 2} for form in forms if command == "plan"),
    ]
    root = whole[0] if len(whole) == 1 else {"anyOf": whole}
    return {
        "$schema": DIALECT,
        "title": f"What winitgen {command} --json prints",
        **root,
        "$defs": dict(sorted(parts.items())),
    }
