"""Writes the tables of the reference from what the code declares.

``python -m specs.reference.generate`` writes each table between its marks in the pages beside this file, and
with ``--check`` only says which pages are out of date, with exit code 1. A mark names the table::

    <!-- generated: layer conv2d -->
    <!-- end -->
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from specs.reference.tables import (
    commands,
    families,
    family_versions,
    files,
    language,
    laws,
    layers,
    layouts,
    presets,
    reports,
    schemes,
)

FOLDER = Path(__file__).parent

Table = Callable[[str, str], str]
"""From the words after the table's name in the mark, and the page before the mark, to Markdown."""

TABLES: dict[str, Table] = {
    "keys": language.keys,
    "dtypes": language.dtypes,
    "common": layers.common,
    "layers": layers.overview,
    "layer": layers.layer,
    "parameters": layers.parameters,
    "schemes": schemes.schemes,
    "options": schemes.options,
    "choices": schemes.choices,
    "activations": schemes.activations,
    "presets": presets.presets,
    "preset": presets.preset,
    "models": presets.models,
    "families": families.families,
    "family_versions": family_versions.versions,
    "layouts": layouts.names,
    "formats": files.formats,
    "laws": laws.laws,
    "report": reports.report,
    "commands": commands.overview,
    "command": commands.command,
}

_MARK = re.compile(r"^(<!-- generated: (\w+) ?([^>]*?) -->\n)(.*?)^(<!-- end -->)$", re.MULTILINE | re.DOTALL)


def updated(page: str) -> str:
    """Return a page with every table as the code has it now.

    >>> updated("no marks")
    'no marks'
    """

    def written(mark: re.Match[str]) -> str:
        table = TABLES[mark[2]](mark[3], page[: mark.start()])
        return f"{mark[1]}{table}\n{mark[5]}"

    return _MARK.sub(written, page)


def main(args: list[str]) -> int:
    """Write the pages, or check them; return the exit code."""
    stale = 0
    for path in sorted(FOLDER.glob("*.md")):
        page = path.read_text(encoding="utf-8")
        current = updated(page)
        if current == page:
            continue
        print(f"{path.name} is out of date" if "--check" in args else f"{path.name} is written")
        stale += "--check" in args
        if "--check" not in args:
            path.write_text(current, encoding="utf-8")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
