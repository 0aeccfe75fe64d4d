"""Computes all hashes in another process, and compares them with the record."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.portable.record import recorded

ROOT = Path(__file__).parents[2]


def run(
    groups: Sequence[str],
    *arguments: str,
    python: Sequence[str] = (sys.executable,),
    environment: Mapping[str, str] | None = None,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the process ran on, and its hashes."""
    command = [*python, "-m", "tests.portable.compute", "--groups", *groups, *arguments]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
    )
    assert (0, "") == (done.returncode, done.stderr[-4000:])
    answer = json.loads(done.stdout)
    return answer["about"], answer["found"]


def differing(groups: Sequence[str], found: Mapping[str, str], missing: Sequence[str] = ()) -> list[str]:
    """Return the names of recorded hashes that differ; those of ``missing`` number formats may be absent."""
    expected = {
        name: digest
        for name, digest in recorded().items()
        if name.split("/")[0] in groups and not set(missing) & set(name.split("/"))
    }
    return sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
