"""Tables of the presets: what each framework draws, and where its source says so."""

from __future__ import annotations

from specs.reference.tables.markdown import code, codes, table
from winitgen.catalog.init import Init
from winitgen.catalog.presets import PRESETS
from winitgen.spec.descriptions import written


def preset(name: str, before: str) -> str:
    """Return the rows of one framework."""
    rows = ([codes(row.layers), codes(row.roles), _init(row.init), row.source] for row in PRESETS[name].rows)
    return f"Read in version {PRESETS[name].version}.\n\n" + table(
        ["layers", "parameters", "drawn by", "in the framework's source"], rows
    )


def _init(init: Init) -> str:
    """Return a scheme as a spec has it."""
    options = [f"{key}: {written(value)}" for key, value in init.options.items()]
    return code(f"{{scheme: {', '.join([init.scheme, *options])}}}" if options else init.scheme)
