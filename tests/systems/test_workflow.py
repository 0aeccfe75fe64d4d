"""The workflow of GitHub runs on every Python that the package's own description names, and may change nothing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def workflow() -> dict[str, Any]:
    """Return the workflow as data."""
    found: dict[str, Any] = YAML(typ="safe").load(ROOT / ".github/workflows/ci.yml")
    return found


def test_every_python() -> None:
    """Each Python of the classifiers runs the tests, and the first is the one that is required."""
    prefix = "Programming Language :: Python :: 3."
    minors = [row.removeprefix(prefix) for row in PROJECT["classifiers"] if row.startswith(prefix)]

    assert minors == [str(minor) for minor in range(11, 11 + len(minors))]
    assert PROJECT["requires-python"] == f">=3.{minors[0]}"
    matrix = workflow()["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix["python"] == [f"3.{minor}" for minor in minors]
    assert {row["python"] for row in matrix["include"]} <= set(matrix["python"])


def test_every_system() -> None:
    """Linux on two architectures, macOS and Windows run them, by images whose contents do not change under a name."""
    matrix = workflow()["jobs"]["tests"]["strategy"]["matrix"]
    systems = {*matrix["system"], *(row["system"] for row in matrix["include"])}

    assert {"ubuntu", "macos", "windows"} == {system.partition("-")[0] for system in systems}
    assert any(system.endswith("-arm") for system in systems)
    assert not any("latest" in system for system in systems)


def test_pinned_and_read_only() -> None:
    """Each action is pinned to a commit, tokens may only read, and an older run of a branch is ended."""
    whole = workflow()

    assert {"contents": "read"} == whole["permissions"]
    assert whole["concurrency"]["cancel-in-progress"] is True
    steps = [step for job in whole["jobs"].values() for step in job["steps"]]
    actions = [step["uses"] for step in steps if "uses" in step]
    assert 4 == len(actions)
    assert [] == [action for action in actions if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action)]
    assert all(job["timeout-minutes"] for job in whole["jobs"].values())
    assert "bash .ci/run" in [step.get("run") for step in steps]
