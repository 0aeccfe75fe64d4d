"""The workflow of GitHub runs on every Python that the package's own description names, and may change nothing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def workflow(name: str = "ci") -> dict[str, Any]:
    """Return a workflow as data."""
    found: dict[str, Any] = YAML(typ="safe").load(ROOT / f".github/workflows/{name}.yml")
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


@pytest.mark.parametrize("name", ["ci", "wheels"])
def test_pinned_and_read_only(name: str) -> None:
    """Each action is pinned to a commit, tokens may only read, and an older run of a branch is ended."""
    whole = workflow(name)

    assert {"contents": "read"} == whole["permissions"]
    assert whole["concurrency"]["cancel-in-progress"] is True
    steps = [step for job in whole["jobs"].values() for step in job["steps"]]
    actions = [step["uses"] for step in steps if "uses" in step]
    assert len(actions) >= 4
    assert [] == [action for action in actions if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action)]
    assert all(job["timeout-minutes"] for job in whole["jobs"].values())


def test_what_is_run() -> None:
    """Everything that this repository checks runs there; wheels are built on each system, and one without C."""
    ran = {
        name: [step.get("run", "") for job in workflow(name)["jobs"].values() for step in job["steps"]]
        for name in ("ci", "wheels")
    }

    assert "bash .ci/run" in ran["ci"]
    assert any("cibuildwheel" in command for command in ran["wheels"])
    assert any("WINITGEN_KERNELS=numpy" in command for command in ran["wheels"])
    systems = {
        row.partition("-")[0] for row in workflow("wheels")["jobs"]["wheels"]["strategy"]["matrix"]["system"]
    }
    assert {"ubuntu", "macos", "windows"} == systems
