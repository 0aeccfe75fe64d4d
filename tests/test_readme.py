"""The README is true: its examples run and print what it shows."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from winitgen.cli import COMMANDS, group

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def blocks(kind: str) -> list[str]:
    """Return the README's code blocks of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def console(start: str) -> list[str]:
    """Return the lines of the console block whose command starts like this."""
    (found,) = [block for block in blocks("console") if block.startswith(f"$ winitgen {start}")]
    return found.splitlines()


def test_the_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lines print the shape, the scheme and the verdicts, and write the file."""
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    monkeypatch.chdir(tmp_path)
    printed = io.StringIO()

    with contextlib.redirect_stdout(printed):
        exec(blocks("python")[0], {})  # noqa: S102  # the README's own code

    assert "(500, 784) he_normal\n['healthy', 'healthy']\n" == printed.getvalue()
    assert (tmp_path / "weights.npz").exists()


def test_the_spec_it_shows_is_the_one_in_specs() -> None:
    """The layers in the README are those of specs/mlp.yaml."""
    shown = [line for line in blocks("yaml")[0].splitlines() if not line.startswith("#")]
    stored = [line for line in (ROOT / "specs/mlp.yaml").read_text().splitlines() if not line.startswith("#")]

    assert [line.split() for line in stored if line] == [line.split() for line in shown if line]


def test_the_table_it_shows_is_what_the_command_prints(tmp_path: Path) -> None:
    """Every figure of the sample is the tool's own; the time taken alone may differ."""
    command, *expected = console("init")
    args = shlex.split(command.removeprefix("$ winitgen "))
    args[args.index("-o") + 1] = str(tmp_path / "weights.safetensors")

    run = subprocess.run(
        [sys.executable, "-m", "winitgen", *args], capture_output=True, text=True, cwd=ROOT, check=True
    )

    assert expected[:-1] == run.stdout.splitlines()[:-1]


def test_the_probe_it_shows_is_what_the_command_prints() -> None:
    """Every figure of the comparison is the tool's own."""
    command, *expected = console("probe")
    args = shlex.split(command.removeprefix("$ winitgen "))

    run = subprocess.run(
        [sys.executable, "-m", "winitgen", *args], capture_output=True, encoding="utf-8", cwd=ROOT, check=True
    )

    assert expected == run.stdout.splitlines()


def test_the_file_it_looks_into_is_the_one_it_wrote(tmp_path: Path) -> None:
    """Every figure of the inspection is the tool's own, of the file from the first example."""
    command, *expected = console("inspect")
    winitgen = [sys.executable, "-m", "winitgen"]
    subprocess.run(
        [*winitgen, "init", ROOT / "specs/mlp.yaml", "-o", tmp_path / "weights.safetensors"],
        capture_output=True,
        check=True,
    )

    args = [*winitgen, *shlex.split(command.removeprefix("$ winitgen "))]
    run = subprocess.run(args, capture_output=True, encoding="utf-8", cwd=tmp_path, check=True)

    assert expected == run.stdout.splitlines()


def test_the_mistake_it_shows_is_what_the_command_prints(tmp_path: Path) -> None:
    """The line under ``winitgen plan model.yaml`` is the tool's own."""
    (tmp_path / "model.yaml").write_text(
        "model: m\ninput: 784\nlayers:\n  - {name: fc1, type: dense, units: 500, activation: rellu}\n"
    )

    args = [sys.executable, "-m", "winitgen", "plan", "model.yaml"]
    run = subprocess.run(args, capture_output=True, text=True, cwd=tmp_path, check=False)

    assert console("plan")[1:] == run.stderr.splitlines()


@pytest.mark.parametrize("name", ["init", "inspect", "diff", "verify", "probe"])
def test_every_command_and_its_options_are_mentioned(name: str) -> None:
    """The section on commands names each command, and each option of those with many."""
    section = README.split("## Commands")[1].split("\n## ")[0]
    command = group.get_command(None, name)  # type: ignore[arg-type]
    options = [word for option in command.params for word in option.opts if word.startswith("--")]

    missing = [word for word in (*COMMANDS, *options) if word not in section and word != "--output"]
    assert [] == missing


def test_every_picture_is_there() -> None:
    """What the README shows, and what the gallery of the specs shows, is in the repository."""
    for page in (ROOT / "README.md", ROOT / "specs/README.md"):
        pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", page.read_text(encoding="utf-8"))

        assert pictures
        assert [] == [picture for picture in pictures if not (page.parent / picture).is_file()]


def test_the_commands_for_setting_up_are_one_line_each() -> None:
    """The first screen has the main job and the tests; CI runs the latter as printed."""
    setup, tests = (block.strip() for block in blocks("sh")[:2])

    assert setup.endswith("winitgen init specs/mlp.yaml -o weights.safetensors")
    assert tests.endswith("/pytest")
    assert "\n" not in setup + tests
