"""The tables of `specs/reference/` are what the code declares, and the commands on its pages run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from specs.reference import generate
from winitgen.cli import COMMANDS, group
from winitgen.files.formats import FORMATS

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "specs" / "reference"
COMMANDS_PAGE = (REFERENCE / "commands.md").read_text(encoding="utf-8")


PAGES = sorted(REFERENCE.glob("*.md"))


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.stem != "families"], ids=lambda page: page.stem
)
def test_tables_are_up_to_date(page: Path) -> None:
    """Each table is what `python -m specs.reference.generate` writes today.

    The table of families takes seconds, and is only made once: by the command as a module, below.
    """
    text = page.read_text(encoding="utf-8")

    assert generate.updated(text) == text


def test_every_table_is_used() -> None:
    """No table is made that no page has."""
    pages = "".join(page.read_text(encoding="utf-8") for page in REFERENCE.glob("*.md"))

    assert set(generate.TABLES) == set(re.findall(r"^<!-- generated: (\w+)", pages, re.MULTILINE))


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of one page, in the folder that the command works in."""
    monkeypatch.setattr(generate, "FOLDER", tmp_path)
    return shutil.copy(REFERENCE / "formats.md", tmp_path / "formats.md")


def test_a_page_out_of_date_is_found_and_written(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --check the page is named and left alone, with exit code 1; without, it is written."""
    current = copied.read_text(encoding="utf-8")
    copied.write_text(current.replace("a zip of NumPy arrays", "a tape"), encoding="utf-8")

    assert 1 == generate.main(["--check"])
    assert "a tape" in copied.read_text(encoding="utf-8")
    assert 0 == generate.main([])
    assert current == copied.read_text(encoding="utf-8")
    assert 0 == generate.main(["--check"])
    assert "formats.md is out of date\nformats.md is written\n" == capsys.readouterr().out


def test_the_command_runs_as_a_module() -> None:
    """`python -m specs.reference.generate --check` says nothing about pages that are up to date."""
    run = subprocess.run(
        [sys.executable, "-m", "specs.reference.generate", "--check"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )

    assert (0, "", "") == (run.returncode, run.stdout, run.stderr)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_its_options_are_listed(name: str) -> None:
    """The section of each command has every option of it."""
    section = COMMANDS_PAGE.split(f"\n## {name}\n")[1].split("\n## ")[0]
    command = group.get_command(None, name)  # type: ignore[arg-type]
    options = [word for option in command.params for word in option.opts if word.startswith("-")]

    assert [] == [word for word in options if word not in section]


def test_every_format_has_a_line() -> None:
    """The page on formats says of each what is in the file."""
    text = (REFERENCE / "formats.md").read_text(encoding="utf-8")

    assert [] == [name for name in FORMATS if f"- **{name}**: " not in text]


def test_the_commands_run(tmp_path: Path) -> None:
    """All lines of the page on commands run one after the other, in a folder with the specs."""
    shutil.copytree(ROOT / "specs", tmp_path / "specs", ignore=shutil.ignore_patterns("gallery"))
    program = tmp_path / "bin" / "winitgen"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m winitgen "$@"\n')
    program.chmod(0o755)
    lines = "".join(re.findall(r"^```sh\n(.*?)^```$", COMMANDS_PAGE, re.MULTILINE | re.DOTALL))
    paths = {"PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}

    run = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", lines],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, **paths},
        check=False,
    )

    assert (0, 41) == (run.returncode, lines.count("winitgen ")), run.stderr
