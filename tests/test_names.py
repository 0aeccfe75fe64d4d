"""Names mean one thing: no two classes share one, and files of one name mirror each other."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "winitgen"

VAGUE = {"base.py", "common.py", "figures.py", "helpers.py", "names.py", "utils.py"}
"""Names of files that say nothing unless there is only one of them."""


def test_no_two_classes_share_a_name() -> None:
    """A class is found by its name alone, those that a module keeps to itself too."""
    homes = defaultdict(list)
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(str(path.relative_to(PACKAGE)))

    assert {} == {name: files for name, files in homes.items() if len(files) > 1}


def test_no_vague_name_is_used_twice() -> None:
    """A file whose name is vague stands alone under that name."""
    found = defaultdict(list)
    for path in PACKAGE.rglob("*.py"):
        if path.name in VAGUE:
            found[path.name].append(str(path.relative_to(PACKAGE)))

    assert {} == {name: files for name, files in found.items() if len(files) > 1}
