"""The pages are true: every path exists; every room, folder, benchmark and guide has its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.bench.groups import GROUPS
from tests.test_imports import ROOMS

ROOT = Path(__file__).parents[1]
MAP = ROOT / "winitgen" / "README.md"
CONTRIBUTING = ROOT / ".github" / "CONTRIBUTING.md"
TESTS = ROOT / "tests" / "README.md"
BENCHMARKS = ROOT / "tests" / "bench" / "README.md"
PIPELINE = ROOT / "specs" / "pipeline" / "README.md"
GUIDES = ROOT / "specs" / "guides" / "README.md"
PAGES = [
    ROOT / "README.md",
    MAP,
    CONTRIBUTING,
    TESTS,
    BENCHMARKS,
    PIPELINE,
    *sorted(GUIDES.parent.glob("*.md")),
]

PATH = re.compile(r"`((?:[\w.-]+/)*[\w-]+\.(?:py|md|toml|txt|yaml|sh)|(?:[\w.-]+/)+)`")
"""What looks like a path in running text: it ends in a slash, or as a file does."""


FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def paths(page: Path) -> list[str]:
    """Return every path that a page names, in code or as the target of a link."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    links = [link for link in re.findall(r"\]\(([^)#]+)(?:#[\w-]+)?\)", text) if "://" not in link]
    return [*PATH.findall(text), *links]


def first_column(page: Path) -> list[str]:
    """Return the paths that begin the rows of a page's tables, in their order."""
    return re.findall(r"^\| `([^`]+)` \|", page.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_exists(page: Path) -> None:
    """A path is one from the page's own folder, or from the top of the repository."""
    named = paths(page)

    assert named
    assert [] == [path for path in named if not ((page.parent / path).exists() or (ROOT / path).exists())]


def test_a_path_that_does_not_exist_would_be_seen(tmp_path: Path) -> None:
    """The test above can fail: it sees paths in code and in links."""
    page = tmp_path / "page.md"
    page.write_text(
        "See `catalog/nothing.py` and [this](../nothing.md), but not `fc1/kernel`, `.npz` or `he_normal`."
    )

    assert ["catalog/nothing.py", "../nothing.md"] == paths(page)


def test_every_room_has_its_line_in_the_order_of_the_imports() -> None:
    """The map's first table is the list that the imports are held to."""
    rooms = [path.rstrip("/").removesuffix(".py") for path in first_column(MAP)]

    assert list(ROOMS) == rooms[: len(ROOMS)]


def test_every_folder_of_tests_has_its_line() -> None:
    """The page on the tests leaves out no folder."""
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name[0] not in "_."}

    assert folders == {path.rstrip("/") for path in first_column(TESTS)}


@pytest.mark.parametrize(
    "thing",
    [
        "a scheme",
        "an activation",
        "a distribution",
        "a layer type",
        "a family",
        "a layout",
        "a format",
        "a command",
    ],
)
def test_each_kind_of_thing_has_a_list_of_the_files_to_touch(thing: str) -> None:
    """Whoever adds one finds an exact list, which names at least one file."""
    text = CONTRIBUTING.read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### Adding ([^\n]+)\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL))

    assert PATH.search(sections[thing])


def test_every_guide_is_in_the_index() -> None:
    """The index of the guides links to each page beside it."""
    linked = re.findall(r"^\| \[[^]]+\]\(([^)]+)\) \|", GUIDES.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(path.name for path in GUIDES.parent.glob("*.md") if path != GUIDES) == sorted(linked)


def test_every_benchmark_has_its_line() -> None:
    """The page on the benchmarks has each group, in the order in which they run."""
    assert list(GROUPS) == [name for name in first_column(BENCHMARKS) if name.isalpha()]
