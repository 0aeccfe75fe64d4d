"""`specs/README.md` and the pages of `specs/reference/`: examples are planned, links lead somewhere, nothing is left out."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from specs.reference.tables.examples import blocks, whole
from winitgen.catalog import activations, schemes
from winitgen.catalog.activations import ACTIVATIONS
from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layouts import LAYOUTS
from winitgen.catalog.schemes import SCHEMES
from winitgen.numeric.dtypes import FLOAT_DTYPES
from winitgen.planning.plan import Plan
from winitgen.spec.defaults import DEFAULTS, RULE_KEYS
from winitgen.spec.document import TOP_LEVEL
from winitgen.spec.fields import hints_of

Planned = Callable[..., Plan]

SPECS = Path(__file__).parents[2] / "specs"
PAGES = [SPECS / "README.md", *sorted((SPECS / "reference").glob("*.md"))]
TEXTS = {path: path.read_text(encoding="utf-8") for path in PAGES}
BLOCKS = [(path, block) for path, text in TEXTS.items() for block in blocks(text)]
EXAMPLES = [
    pytest.param(block, id=f"{path.stem} {number}")
    for path, text in TEXTS.items()
    for number, block in enumerate(blocks(text), 1)
]


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping inside ``value``."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from mappings(inner)


def used(block: str) -> list[dict[str, Any]]:
    """Return every mapping in an example."""
    return list(mappings(YAML(typ="safe", pure=True).load(whole(block))))


OPTIONS = dict.fromkeys(option for row in SCHEMES.values() for option in row.options)
USED = [found for _, block in BLOCKS for found in used(block)]


@pytest.mark.parametrize("block", EXAMPLES)
def test_examples(planned: Planned, block: str) -> None:
    """Every example on the pages can be planned."""
    assert planned(whole(block)).parameters


def test_every_page_with_yaml_has_examples() -> None:
    """The pages that describe the language show it."""
    with_examples = {path.stem for path, _ in BLOCKS}

    assert {"README", "language", "layers", "schemes", "activations", "presets", "layouts"} == with_examples


def test_every_key_has_an_example() -> None:
    """Every key of the language is used in an example."""
    keys = {key for kind in LAYERS.values() for key in hints_of(kind)}
    numbers = {row.parameter for row in ACTIVATIONS.values() if row.parameter}
    known = {*TOP_LEVEL, *DEFAULTS, *RULE_KEYS, *keys, *OPTIONS, *numbers, "type", "scheme", "tokens"}

    assert set() == known - {key for mapping in USED for key in mapping}


SECTIONS = dict(
    re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", TEXTS[SPECS / "reference/layers.md"], re.MULTILINE | re.DOTALL)
)


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_type_has_a_section_with_an_example(name: str) -> None:
    """The example under a type's heading uses the type."""
    types = [mapping.get("type") for block in blocks(SECTIONS[name]) for mapping in used(block)]

    assert name in types


@pytest.mark.parametrize("name", LAYERS)
def test_every_section_lists_what_its_example_draws(planned: Planned, name: str) -> None:
    """A type with parameters has a table of them, and says their shapes in words."""
    (example, *_) = blocks(SECTIONS[name])
    drawn = any(parameter.type == name for parameter in planned(whole(example)).parameters)

    assert drawn == (f"<!-- generated: parameters {name} -->" in SECTIONS[name])
    assert drawn == ("\nParameters: " in SECTIONS[name])


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("layers", LAYERS),
        ("schemes", [*SCHEMES, *schemes.ALIASES, *OPTIONS]),
        ("activations", [*ACTIVATIONS, *activations.ALIASES]),
        ("language", [*FLOAT_DTYPES, *LAYOUTS, *TOP_LEVEL, *DEFAULTS, *RULE_KEYS]),
        ("layouts", LAYOUTS),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_everything_is_mentioned(page: str, names: list[str]) -> None:
    """Every layer type, scheme, activation, number format, layout and option is on its page."""
    text = TEXTS[SPECS / f"reference/{page}.md"]

    assert [] == [name for name in names if f"`{name}`" not in text]


@pytest.mark.parametrize("name", [row.name for row in ACTIVATIONS.values()])
def test_the_table_of_choices(name: str) -> None:
    """The table says of each activation the scheme that the code chooses."""
    rows = [
        line
        for line in TEXTS[SPECS / "reference/schemes.md"].splitlines()
        if line.startswith("|") and "fan_in" in line and f"`{name}`" in line.split("|")[1].split()
    ]
    heading = {"xavier": "Xavier", "he": "He", "lecun": "LeCun"}[activations.ACTIVATIONS[name].scheme]

    assert [heading] == [row.split("|")[2].strip() for row in rows]


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(
        r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    return {re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links(page: Path) -> None:
    """Every link on a page leads somewhere: to a file, and to a heading in it."""
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[page]):
        name, _, anchor = target.partition("#")
        path = page.parent / name if name else page
        if not path.is_file() or (anchor and anchor not in anchors(path.read_text(encoding="utf-8"))):
            broken.append(target)

    assert [] == broken


def test_every_page_and_every_example_is_listed() -> None:
    """The index names every page of the reference and every spec, which begins with the editor's line."""
    index = TEXTS[SPECS / "README.md"]

    assert [] == [path.name for path in PAGES[1:] if f"(reference/{path.name})" not in index]
    for path in SPECS.glob("*.yaml"):
        assert f"[{path.name}]({path.name})" in index
        assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=schema.json\n")
