"""The scripts that measure a sharded model run, at a tiny size."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.options import HERE

pytest.importorskip("torch")

pytestmark = pytest.mark.slow


def printed(*words: object) -> dict[str, float]:
    """Return the figures that a script of ``peers/`` prints."""
    command = [sys.executable, *map(str, words)]
    found: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


def test_both_ways_are_measured(tmp_path: Path) -> None:
    """A rank that draws, one that loads what it has written, and one of four alone."""
    script = HERE / "peers" / "live_ranks.py"
    for who in ("winitgen", "torch"):
        assert printed(script, who, tmp_path / who, 1, 2, 16)[""] > 0
    assert {"s", "MB beside its shard"} == set(printed(HERE / "peers" / "live_alone.py", 4, 2, 16))
