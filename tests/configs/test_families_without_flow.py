"""Families whose layer-spec does not say how the layers are joined: the page names them, and a probe says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import winitgen
from winitgen.configs.family import names
from winitgen.errors import SpecError

ROOT = Path(__file__).parents[2]
FLOW = re.compile(r"^input:", re.MULTILINE)


def test_the_page_names_them() -> None:
    """Those without an input, and no others."""
    page = (ROOT / "specs" / "reference" / "families.md").read_text()
    section = page.partition("## What a probe can follow\n")[2].partition("\n## ")[0].partition("but for ")[2]
    told = re.findall(r"`([^`]+)`", section.partition(". ")[0])
    files = {name: ROOT / "winitgen" / "families" / f"{name}.yaml" for name in names()}

    assert [name for name, file in files.items() if not FLOW.search(file.read_text())] == told


def test_a_probe_says_so(tmp_path: Path) -> None:
    """It does not ask for an input that would not fit."""
    config = tmp_path / "config.json"
    config.write_text('{"model_type": "mamba"}')
    with pytest.raises(SpecError) as caught:
        winitgen.probe(config)

    assert "nothing says how they are joined" in str(caught.value)
