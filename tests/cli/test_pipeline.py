"""The recipe for a pipeline: its script and its workflow work, and detect changes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
RECIPE = ROOT / "specs/pipeline"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with a model, in the form the recipe expects."""
    shutil.copy(ROOT / "specs/mlp.yaml", tmp_path / "model.yaml")
    return tmp_path


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same repository after the first run of the script."""
    folder = tmp_path_factory.mktemp("seeded")
    shutil.copy(ROOT / "specs/mlp.yaml", folder / "model.yaml")
    assert 0 == seed(folder).returncode
    return folder


@pytest.fixture
def seeded(first_run: Path, tmp_path: Path) -> Path:
    """A copy of that repository, which the test may change."""
    return shutil.copytree(first_run, tmp_path / "repository")


def bash(*args: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run bash with this Python's winitgen on the path."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "GITHUB_STEP_SUMMARY": str(cwd / "summary.md")}
    return subprocess.run(
        ["bash", *args], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def seed(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the script once."""
    return bash(RECIPE / "seed.sh", "model.yaml", "weights.safetensors", cwd=folder)


def test_the_script_draws_and_then_finds_no_change(folder: Path) -> None:
    """A second run changes nothing, and without the weights the script draws the same bytes."""
    assert 0 == seed(folder).returncode
    first = (folder / "weights.safetensors").read_bytes()

    assert 0 == seed(folder).returncode
    (folder / "weights.safetensors").unlink()

    assert 0 == seed(folder).returncode
    assert first == (folder / "weights.safetensors").read_bytes()


def test_the_script_notices_an_edited_spec(seeded: Path) -> None:
    """Weights of another seed are neither accepted nor replaced."""
    with (seeded / "model.yaml").open("a") as spec:
        spec.write("\nseed: 1\n")

    run = seed(seeded)

    assert 3 == run.returncode
    assert (
        "winitgen: weights.safetensors exists and differs: its seed is 0, not 1; --force replaces it\n"
        == run.stderr
    )


def test_the_script_notices_changed_bytes(seeded: Path) -> None:
    """If the weights are drawn again from an edited spec, the committed checksum does not match."""
    (seeded / "weights.safetensors").unlink()
    with (seeded / "model.yaml").open("a") as spec:
        spec.write("\nseed: 1\n")

    run = seed(seeded)

    assert 1 == run.returncode
    assert run.stderr.startswith("weights.safetensors: its sha256 is ")
    assert run.stderr.endswith(", not the one in weights.safetensors.sha256\n")


def test_the_script_goes_by_the_content(seeded: Path) -> None:
    """The path under which the weights were first drawn does not matter."""
    (seeded / "out").mkdir()
    path = seeded / "out" / "weights.safetensors"
    assert 0 == bash(RECIPE / "seed.sh", "model.yaml", path, cwd=seeded).returncode
    (seeded / "model.yaml").rename(seeded / "out" / "model.yaml")

    assert 0 == seed(seeded / "out").returncode
    assert (seeded / "out" / "weights.safetensors.sha256").read_text().endswith("  weights.safetensors\n")


def steps() -> list[str]:
    """Return the commands of the workflow, except the installation."""
    workflow = YAML(typ="safe").load(RECIPE / "workflow.yml")
    commands = [step["run"] for step in workflow["jobs"]["weights"]["steps"] if "run" in step]
    return [command for command in commands if not command.startswith("pip install")]


def test_the_steps_of_the_workflow_run(seeded: Path) -> None:
    """Each of them ends with 0, and the summary has the table of tensors."""
    runs = [bash("-ec", command, cwd=seeded) for command in steps()]

    assert 5 == len(runs)
    assert [""] * 5 == [run.stderr if run.returncode else "" for run in runs]
    assert "| fc1.weight |" in (seeded / "summary.md").read_text()


@pytest.mark.parametrize("step", range(1, 5))
def test_every_check_of_the_workflow_can_fail(seeded: Path, step: int) -> None:
    """Each step that reads the weights finds a changed byte on its own."""
    weights = seeded / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-3] ^= 1
    weights.write_bytes(content)

    assert 0 != bash("-ec", steps()[step], cwd=seeded).returncode
