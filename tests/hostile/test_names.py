"""Naughty strings in any text of a spec, a call or a path give plain lines, and no file beside OUT."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.hostile.strings import ALL
from tests.hostile.target import check_line
from tests.hostile.text_fields import TEXT_FIELDS
from tests.hostile.texts import as_yaml
from winitgen import api, load
from winitgen.errors import SpecError, UsageError
from winitgen.files.formats import FORMATS
from winitgen.files.recipe import metadata
from winitgen.layouts import LAYOUTS
from winitgen.spec.layer_names import DEVICES, name_problem

GRAMMAR = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
"""The names of specs/reference/language.md: letters, digits, _ and -, in segments joined by dots."""

EDGES = ("a", "0", "-", "_", "a-b", "A_9", "1.2.3", "--", "-rf", "e10", "x" * 180, "a.b.c.d.e", "a0.5")
"""Names at the edges of the grammar, none of which needs the file format to be known."""

FILES = {name: f"w{found.endings[0]}" for name, found in FORMATS.items()}


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_every_text_field_of_a_spec(field: str) -> None:
    """As YAML and as a mapping, a string is planned or refused in printable lines with a location."""
    for text in ALL:
        spec = TEXT_FIELDS[field](text)
        assert answer(as_yaml(spec, 0)) == answer(spec), ascii(text)


def answer(source: bytes | dict[str, Any]) -> list[str]:
    """Return the names of the tensors, or the messages about the mistakes, all of them printable."""
    try:
        spec = load.parse_spec(source, "m.yaml") if isinstance(source, bytes) else load.load_spec(source)
        names = [tensor["name"] for tensor in api.dry_run(load.plan(spec))["tensors"]]
    except SpecError as error:
        mistakes = error.mistakes
    else:
        assert all(name.isascii() and name.isprintable() for name in names)
        return names
    for mistake in mistakes:
        check_line(str(mistake))
    return [f"{mistake.path}: {mistake.message}" for mistake in mistakes]


@pytest.mark.parametrize("text", ALL, ids=range(len(ALL)))
def test_one_grammar(text: str) -> None:
    """A layer's name is refused exactly if the grammar or the list of reserved names excludes it."""
    segments = text.lower().split(".")
    fits = bool(GRAMMAR.fullmatch(text)) and len(text) <= 200 and text != "input"
    fits = fits and not DEVICES & {*segments} and "__metadata__" not in text.split(".")

    assert fits == (name_problem(text) == "")


def test_the_grammar_is_written_down() -> None:
    """The reference states the characters, the length and the reserved words of names."""
    reference = Path(__file__).parents[2] / "specs" / "reference"
    language, limits = (
        " ".join((reference / f"{page}.md").read_text("utf-8").split()) for page in ("language", "limits")
    )

    assert "A `name` consists of letters, digits, `_` and `-`, in segments joined by `.`." in language
    assert "| a name, an id | 200 bytes |" in limits
    assert "(`con`, `nul`, `com1` and the like) and `__metadata__` are refused" in limits


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_format_holds_every_name(tmp_path: Path, layout: str) -> None:
    """A name that the grammar allows can be written in every format, in every layout."""
    layers = [{"name": name, "type": "dense", "units": 2} for name in EDGES]
    spec = {"input": 2, "layout": layout, "layers": layers}
    for name, file in FILES.items():
        if name != "keras-h5" or layout == "keras":
            winitgen.write(spec, f"{tmp_path}/{name}-{file}", format=name, fsync=False)

    assert len(list(tmp_path.iterdir())) == len(FILES) - (layout != "keras")


@pytest.mark.parametrize("form", FILES)
def test_nothing_is_written_for_a_name_that_is_refused(tmp_path: Path, form: str) -> None:
    """In every format, a naughty name is refused before a file exists, or written inside OUT."""
    out = tmp_path / "in" / "out"
    out.parent.mkdir()
    layout = "keras" if form == "keras-h5" else "torch"
    for text in ALL:
        layers = [{"name": text, "type": "dense", "units": 2}]
        try:
            winitgen.write(
                {"input": 2, "layout": layout, "layers": layers},
                f"{out}{FILES[form]}",
                format=form,
                fsync=False,
                force=True,
            )
        except (SpecError, UsageError) as error:
            refusal: Exception | None = error
        else:
            refusal = None
        assert not name_problem(text) or text == "${1}" or isinstance(refusal, SpecError)
        check_line(str(refusal))
    found = {str(path.relative_to(tmp_path)).split("/")[1] for path in tmp_path.rglob("*") if path.is_file()}

    assert found == {Path(f"out{FILES[form]}").name}
    assert [] == [path for path in tmp_path.rglob("*") if path.is_symlink()]


@pytest.mark.parametrize("text", ALL, ids=range(len(ALL)))
def test_what_the_file_says_of_itself(text: str) -> None:
    """A model with any name is read back from the JSON that it writes."""
    try:
        plan = load.plan({"model": text, "input": 3, "layers": [{"type": "dense", "units": 2}]})
    except SpecError as error:
        assert re.search("[\ud800-\udfff]", text) or "${" in text
        check_line(str(error))
        return
    recipe: Any = json.loads(metadata(plan)["winitgen"])

    assert metadata(plan)["winitgen"].isascii()
    if "${" not in text:
        assert (text or None) == recipe["spec"].get("model")
    assert plan.parameters == load.plan(recipe["spec"]).parameters
