"""Tables of the presets: what each draws, and where its source says so."""

from __future__ import annotations

from specs.reference.tables.markdown import code, codes, table
from winitgen.catalog.presets import PRESETS
from winitgen.spec.descriptions import written_init


def presets(_: str, before: str) -> str:
    """Return every preset with its version and what has these defaults."""
    rows = ([code(preset.name), preset.version, preset.draws] for preset in PRESETS.values())
    return table(["preset", "read in", "draws as"], rows)


def preset(name: str, before: str) -> str:
    """Return the rows of one framework."""
    found = PRESETS[name]
    rows = (
        [codes(row.layers), codes(row.roles), code(written_init(row.init)), row.source] for row in found.rows
    )
    rest = f" What it has no row for is as in `{found.base.name}`." if found.base else ""
    return f"Read in {found.version}.{rest}\n\n" + table(
        ["layers", "parameters", "drawn by", "in the framework's source"], rows
    )


def models(library: str, before: str) -> str:
    """Return the rows of all models of a library."""
    rows = (
        [
            code(found.name.removeprefix(f"{library}-")),
            codes(row.layers),
            codes(row.roles),
            code(row.match) if row.match else "",
            code(written_init(row.init)),
            row.source,
        ]
        for found in PRESETS.values()
        if found.base is not None and found.name.split("-")[0] == library
        for row in found.rows
    )
    return table(["model", "layers", "parameters", "ids", "drawn by", "in the library's source"], rows)
