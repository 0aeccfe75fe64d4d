"""A model of four shards, and what one process writes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

import winitgen
from tests.cli.four_shards import SPEC, content


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A layer-spec whose model has four shards of at most 7 KB."""
    path = tmp_path_factory.mktemp("model") / "model.yaml"
    path.write_text(SPEC)
    return path


@pytest.fixture(scope="session")
def whole(model: Path) -> dict[str, bytes]:
    """The files that one process writes."""
    out = model.parent / "whole"
    winitgen.write(model, f"{out}/", max_shard_size="7KB")
    return content(out)
