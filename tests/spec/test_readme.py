"""`specs/README.md`: every example is read and planned, and everything there is has one."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from winitgen.catalog import activations, schemes
from winitgen.catalog.activations import ACTIVATIONS
from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layouts import LAYOUTS
from winitgen.catalog.schemes import SCHEMES
from winitgen.numeric.dtypes import FLOAT_DTYPES
from winitgen.planning.plan import Plan
from winitgen.spec.document import TOP_LEVEL
from winitgen.spec.fields import hints_of
from winitgen.spec.model import Defaults, Rule

Planned = Callable[..., Plan]

SPECS = Path(__file__).parents[2] / "specs"
TEXT = (SPECS / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)


def whole(block: str) -> str:
    """Return a block as a whole spec, in the ways that the page describes.

    A part that begins with ``- `` goes under ``layers:``, its first line's comment above it; top-level
    only keys get a layer, and an input.
    """
    if re.search(r"^- ", block, flags=re.MULTILINE):
        first, _, rest = block.partition("\n")
        return f"{first.removeprefix('# ')}\nlayers:\n{rest}"
    if not re.search(r"^layers:", block, flags=re.MULTILINE):
        block += "layers: [{name: fc, type: dense, units: 10}]\n"
        block += "" if "input:" in block else "input: 784\n"
    return block


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping inside ``value``."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from mappings(inner)


OPTIONS = dict.fromkeys(option for row in SCHEMES.values() for option in row.options)
USED = [found for block in BLOCKS for found in mappings(YAML(typ="safe", pure=True).load(whole(block)))]


@pytest.mark.parametrize("block", BLOCKS, ids=[f"example {number}" for number in range(1, len(BLOCKS) + 1)])
def test_examples(planned: Planned, block: str) -> None:
    """Every example on the page can be planned."""
    assert planned(whole(block)).parameters


def test_every_key_has_an_example() -> None:
    """Every key of the language is in an example."""
    options = {key for kind in LAYERS.values() for key in hints_of(kind)}
    numbers = {row.parameter for row in ACTIVATIONS.values() if row.parameter}
    rule = {*Rule._fields} - {"location"}
    known = {*TOP_LEVEL, *Defaults._fields, *rule, *options, *OPTIONS, *numbers, "type", "scheme", "tokens"}

    assert set() == known - {key for mapping in USED for key in mapping}


def test_every_layer_type_has_an_example() -> None:
    """Every layer type is in an example."""
    assert set() == {*LAYERS} - {str(mapping.get("type")) for mapping in USED}


@pytest.mark.parametrize(
    "name",
    [
        *(f"`{name}`" for name in (*LAYERS, *SCHEMES, *ACTIVATIONS, *FLOAT_DTYPES, *LAYOUTS, *TOP_LEVEL)),
        *(f"`{option}`" for option in OPTIONS),
        *sorted({f"`{alias.partition('_')[0]}`" for alias in schemes.ALIASES}),
    ],
)
def test_everything_is_mentioned(name: str) -> None:
    """Every layer type, scheme, activation, number format, layout and option is on the page."""
    assert name in TEXT


@pytest.mark.parametrize("name", [row.name for row in ACTIVATIONS.values()])
def test_the_table_of_choices(name: str) -> None:
    """The table says of each activation the scheme that the code chooses."""
    rows = [
        line
        for line in TEXT.splitlines()
        if line.startswith("|") and "fan_in" in line and f"`{name}`" in line
    ]
    heading = {"xavier": "Xavier", "he": "He", "lecun": "LeCun"}[activations.ACTIVATIONS[name].scheme]

    assert [heading] == [row.split("|")[2].strip().partition(",")[0] for row in rows]


def test_links() -> None:
    """Every link on the page leads somewhere: a heading, or a file beside it."""
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in TEXT.splitlines()
        if line.startswith("#")
    }
    targets = re.findall(r"\]\(([^)]+)\)", TEXT)

    assert targets
    assert [] == [
        t for t in targets if not (t[1:] in headings if t.startswith("#") else (SPECS / t).is_file())
    ]


def test_every_example_is_listed() -> None:
    """Every spec beside the page is in its last table, and begins with the editor's line."""
    for path in SPECS.glob("*.yaml"):
        assert f"[{path.name}]({path.name})" in TEXT
        assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=schema.json\n")
