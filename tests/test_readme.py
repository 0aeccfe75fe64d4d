"""The README is true: its blocks run in order, as printed, and print what it shows."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.blocks import Block, Command, Ran, blocks, commands, run, transcript
from tests.needed import missing
from winitgen.cli import COMMANDS, group

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = blocks(README)
INSTALL = "python3 -m venv .venv && . .venv/bin/activate && pip install . && "
SECTION = README.split("## Commands")[1].split("\n## ")[0]


def for_users() -> list[Command]:
    """Return the commands of all blocks but the one that runs the tests."""
    return [command for command in commands(BLOCKS) if not command.text.endswith("/pytest")]


def clone(folder: Path) -> Path:
    """Copy what a clone has that the README's commands use."""
    shutil.copytree(ROOT / "specs", folder / "specs", ignore=shutil.ignore_patterns("schema.json"))
    shutil.copy(ROOT / ".gitignore", folder)
    return folder


def git(folder: Path, *args: str) -> str:
    """Return what git prints."""
    if not shutil.which("git"):
        missing("git", "install it with: apt-get install git")
    return subprocess.run(["git", *args], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which all blocks are run, once."""
    return clone(tmp_path_factory.mktemp("clone"))


@pytest.fixture(scope="module")
def ran(folder: Path) -> list[Ran]:
    """What every command printed; winitgen is installed already."""
    return run([Command(text.removeprefix(INSTALL), shown) for text, shown in for_users()], folder)


def test_every_block_prints_what_the_readme_shows(ran: list[Ran]) -> None:
    """The tables, the probe, the mistake and the Python example are the tool's own output, times apart."""
    expected, actual = transcript(for_users(), ran)

    assert expected == actual


def test_every_block_is_run() -> None:
    """The two commands for setting up, the two samples of output, the spec and the Python examples."""
    kinds = ["sh", "yaml", "text", "console", "console", "python", "text", "python", "text", "sh"]

    assert kinds == [block.kind for block in BLOCKS]
    assert README.count("```") == 2 * len(kinds)


@pytest.mark.slow
def test_the_readme_works_as_printed_in_a_fresh_clone(tmp_path: Path) -> None:
    """The first command makes the environment, and every later line runs in it."""
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "winitgen", tmp_path / "winitgen", ignore=shutil.ignore_patterns("__pycache__"))
    installed = Command("command -v winitgen", [str(tmp_path / ".venv/bin/winitgen")])
    found = [*for_users(), installed]

    ran = run(found, clone(tmp_path), {"PYTHONPATH": ""})

    if "No matching distribution found for hatchling" in "\n".join(ran[0].printed):
        missing("a package index", "connect to the one that pip is set up for")
    expected, actual = transcript(found, ran)
    assert expected == actual


def test_git_ignores_what_its_commands_write(folder: Path, ran: list[Ran]) -> None:
    """After all of its lines a clone has nothing new to commit."""
    assert {"weights.npz", "weights.safetensors"} <= {path.name for path in folder.iterdir()}

    git(folder, "init", "--quiet")
    listed = git(folder, "ls-files", "--others", "--exclude-standard").splitlines()

    assert {".gitignore", "specs"} == {path.partition("/")[0] for path in listed}


def test_the_spec_it_shows_is_the_one_in_specs() -> None:
    """The layers in the README are those of specs/mlp.yaml."""
    (block,) = [block for block in BLOCKS if block.kind == "yaml"]
    shown = [line for line in block.text.splitlines() if not line.startswith("#")]
    stored = [line for line in (ROOT / "specs/mlp.yaml").read_text().splitlines() if not line.startswith("#")]

    assert [line.split() for line in stored if line] == [line.split() for line in shown if line]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_mentioned(name: str) -> None:
    """The section on commands names each command in its table."""
    assert re.search(rf"^\|.*`(?:winitgen )?{name}\b", SECTION, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_options_it_names_exist(name: str) -> None:
    """Each option in a command's row is one of that command."""
    command = group.get_command(None, name)  # type: ignore[arg-type]
    row = next(line for line in SECTION.splitlines() if re.match(rf"\|.*`(?:winitgen )?{name}\b", line))
    options = {word for option in command.params for word in option.opts}

    assert set() == set(re.findall(r"`(--[\w-]+)", row)) - options


def test_every_picture_is_there() -> None:
    """What the README shows, and what the gallery of the specs shows, is in the repository."""
    for page in (ROOT / "README.md", ROOT / "specs/README.md"):
        pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", page.read_text(encoding="utf-8"))

        assert pictures
        assert [] == [picture for picture in pictures if not (page.parent / picture).is_file()]


def test_the_commands_for_setting_up_are_one_line_each() -> None:
    """One has the main job, the other the tests; CI runs the latter as printed."""
    setup, tests = (block.text.strip() for block in BLOCKS if block.kind == "sh")

    assert setup.startswith(INSTALL)
    assert setup.endswith("winitgen init specs/mlp.yaml -o weights.safetensors")
    assert tests.endswith("/pytest")
    assert "\n" not in setup + tests
    assert tests == next(line for line in README.splitlines() if line.endswith("/pytest"))


SAMPLE = [
    Block("sh", "echo begun\necho done\n"),
    Block("yaml", "# two.yaml\ntwo: 2\n"),
    Block("text", "done\n"),
    Block("console", "$ echo a; echo b\na\n...\n$ false\n$ echo $?\n1\n"),
    Block("python", "# two.py\nprint(2)\n"),
    Block("console", "$ python two.py; cat two.yaml\n2\n# two.yaml\ntwo: 2\n"),
]


def test_a_page_that_is_true_is_found_true(tmp_path: Path) -> None:
    """Commands share one session; files are written; a failure is excused where its exit code is shown."""
    expected, actual = transcript(commands(SAMPLE), run(commands(SAMPLE), tmp_path))

    assert expected == actual


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(Block("console", "$ echo a\nb\n"), id="another output"),
        pytest.param(Block("console", "$ echo a\n"), id="output not shown"),
        pytest.param(Block("console", "$ false\n"), id="a failure"),
        pytest.param(Block("sh", "false\n"), id="a failure without output"),
        pytest.param(Block("console", "$ true\n$ echo $?\n1\n"), id="another exit code"),
        pytest.param(Block("console", "$ (echo 1; echo 2) >&2\n...\n1\n"), id="lines missing at the end"),
    ],
)
def test_a_page_that_is_not_true_is_noticed(block: Block, tmp_path: Path) -> None:
    """The tests above can fail."""
    found = commands([block])
    expected, actual = transcript(found, run(found, tmp_path))

    assert expected != actual
