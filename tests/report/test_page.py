"""The HTML pages: their policy, what they load, and that every name on them is text."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.report import samples
from tests.report.parsed import Page
from winitgen.api import dry_run, write_plan
from winitgen.files.output.options import WriteOptions
from winitgen.report import html, probe_html

NASTY = (
    "<script>alert('|')</script> *a* `b` [c](d)",
    "</title></style></script><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x=\'',
    "&lt;b&gt; &#60; &amp;amp;",
    "javascript:alert(1)",
    "<!--",
    "]]><svg onload=alert(1)>",
    "{title} {0} %s ${n}",
)

UNSEEN = {
    "gnp.exe\u202etxt": r"gnp.exe\u202etxt",
    "\u2066a\u2069 \u200fb": r"\u2066a\u2069 \u200fb",
    "bell\x07 escape\x1b[31m line\nend": r"bell\x07 escape\x1b[31m line\nend",
    "half \udc80": r"half \udc80",
    "nothing\u200b\ufeff": r"nothing\u200b\ufeff",
}


def planned(model: str, **changes: Any) -> dict[str, Any]:
    """Return the report of a dry run, with a name in every field that a user controls."""
    layer = {"name": "fc", "type": "dense", "units": 4, "activation": "relu"}
    report = dry_run(winitgen.plan({"model": "m", "input": 3, "layers": [layer]}))
    about = {"file": f"{model}.npz", "format": "npz", "file_bytes": 7, "command": f"winitgen init {model}"}
    return {**report, "model": model, "notes": [model], **about, **changes}


def probed(model: str) -> dict[str, Any]:
    """Return the report of a probe, with a name in every field that a user controls."""
    run = samples.run(model)
    run["findings"] = [{"verdict": model, "layer": model, "text": model}]
    run["layers"][0] |= {"layer": model, "type": model, "activation": model}
    run["weights"][0] |= {"id": model, "scheme": model}
    return samples.probe(run, samples.run("other"), model=model, input=model, notes=[model], command=model)


PAGES = {
    "init": lambda name: html.render(planned(name)),
    "probe": lambda name: probe_html.render(probed(name), [(name, name, samples.PLOT, samples.PLOT)]),
}


@pytest.fixture(params=PAGES)
def render(request: pytest.FixtureRequest) -> Any:
    """Return a function that renders a page about a model of this name."""
    return PAGES[request.param]


def skeleton(page: Page) -> list[tuple[str, list[str]]]:
    """Return the elements and the names of their attributes."""
    return [(tag, sorted(attributes)) for tag, attributes in page.elements]


@pytest.mark.parametrize("name", NASTY)
def test_markup_in_names_is_text(render: Any, name: str) -> None:
    """The page has the same elements and attributes as with a harmless name, and shows this one."""
    expected, found = Page(render("harmless")), Page(render(name))

    assert skeleton(expected) == skeleton(found)
    assert name in found.texts
    assert [] == found.open


@pytest.mark.parametrize(("name", "shown"), UNSEEN.items())
def test_invisible_characters_are_escaped(render: Any, name: str, shown: str) -> None:
    """Direction marks cannot reverse text, and there are no control characters."""
    content = render(name)

    assert shown in Page(content).texts
    assert set() == {character for character in name if not character.isprintable()} & set(
        re.sub(r"\n|<script>.*</script>|<style>.*</style>", "", content, flags=re.DOTALL)
    )


def test_letters_of_any_script_stay_as_they_are(render: Any) -> None:
    """Names are isolated, so that right-to-left names do not reorder the text around them."""
    content = render("نموذج 模型 ñ 👩\u200d💻")

    assert "<bdi>نموذج 模型 ñ 👩\u200d💻</bdi>" in content


def source(content: str) -> str:
    """Return the source expression of a policy for a style or a script with this content."""
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def test_the_policy_allows_exactly_what_the_page_has(render: Any) -> None:
    """The policy allows one style and one script, each by its hash, images inside the page, and nothing else."""
    content = render("m")

    (style,) = re.findall(r"<style>(.*?)</style>", content, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", content, re.DOTALL)
    (policy,) = [
        meta["content"]
        for meta in Page(content).of("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    ]
    expected = (
        f"default-src 'none'; style-src {source(style)}; script-src {source(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert expected == policy


def test_nothing_is_loaded_and_nothing_runs_in_an_attribute(render: Any) -> None:
    """There is no address, no style attribute and no handler; images and link targets are inside the page."""
    content = render("m")

    attributes = [pair for _, found in Page(content).elements for pair in found.items()]
    names = {name for name, _ in attributes}
    assert "http" not in content.replace("http-equiv", "")
    assert set() == {name for name in names if name == "style" or name.startswith("on")}
    assert all(
        str(value).startswith("data:image/svg+xml;base64,")
        for name, value in attributes
        if name in ("src", "srcset")
    )
    assert all(str(value).startswith("#run-") for name, value in attributes if name == "href")


def test_links_lead_to_sections_of_the_page() -> None:
    """Each run in the table of verdicts has its section, and no id occurs twice."""
    page = Page(PAGES["probe"]("m"))

    ids = [found["id"] for _, found in page.elements if "id" in found]
    assert ["#run-1", "#run-2"] == [link["href"] for link in page.of("a")]
    assert ["run-1", "run-2"] == ids


def test_the_page_can_be_read_by_a_screen_reader(render: Any) -> None:
    """The page has a language, a title, one main heading, a caption for each table, and a scope for each heading."""
    page = Page(render("m"))

    tables = len(page.of("table"))
    assert ("en", 1, 1) == (
        page.of("html")[0]["lang"],
        len(page.of("title")) - len(page.of("svg")),
        len(page.of("h1")),
    )
    assert (tables, tables) == (len(page.of("caption")), len(page.of("tbody")))
    assert {"col", "row", "colgroup"} >= {head["scope"] for head in page.of("th")}
    assert len([head for head in page.of("th") if head["scope"] == "col"]) == len(page.of("button"))
    assert all(image["alt"] for image in page.of("img"))


def test_every_row_has_as_many_cells_as_there_are_columns(render: Any) -> None:
    """A heading over several columns counts for each of them."""
    for table in re.findall(r"<table.*?</table>", render("m"), re.DOTALL):
        rows = re.findall(r"<tr.*?</tr>", table, re.DOTALL)
        widths = {
            sum(int(span or 1) for span in re.findall(r'<t[hd](?:[^>]*?colspan="(\d+)")?', row))
            for row in rows
        }
        assert 1 == len(widths)


def test_cells_sort_by_numbers_in_full() -> None:
    """The table shows four digits, and is sorted by all of them."""
    report = planned("m")
    report["tensors"] = [*report["tensors"]]
    report["tensors"][0]["planned"]["std"] = 0.123456789

    assert (
        '<td data-head="planned std" class="number" data-value="0.123456789"><bdi>0.1235</bdi></td>'
        in html.render(report)
    )


def test_a_dry_run_has_no_histograms() -> None:
    """If nothing was drawn, the table has the column "chosen by", and there is no histogram."""
    page = Page(html.render(planned("m")))

    assert [] == page.of("svg")
    assert "Histograms" not in page.texts
    assert "chosen by" in page.texts


def test_a_report_without_a_name_or_a_command_has_a_title() -> None:
    """A report from Python has no command, and a spec need not name its model."""
    page = Page(html.render(planned("", command="", notes=[])))

    assert "Initial weights" in page.texts
    assert {"Reproduce", "Notes"} & set(page.texts) == set()


def test_constants_are_folded(tmp_path: Path) -> None:
    """Tensors with one value are lines by that value, not histograms with one bar; the others are histograms."""
    layers = [{"name": f"l{index}", "type": "dense", "units": 3} for index in range(3)]
    spec = winitgen.plan({"input": 3, "layers": [*layers, {"name": "n", "type": "layer_norm"}]})
    options = WriteOptions(fsync=False, histograms=True)
    content = html.render(write_plan(spec, tmp_path / "w.npz", options).report)

    assert 3 == content.count("<figure>")
    assert "<summary>4 tensors are 0 throughout</summary>" in content
    assert "<summary>1 tensor is 1 throughout</summary>\n" in content
    assert '<ul class="names"><li><bdi>n.weight</bdi></li></ul>' in content


def test_the_page_proves_what_was_drawn(tmp_path: Path) -> None:
    """It has the text of the layer-spec, the hash of the recipe, the digests if asked for, and a glossary."""
    spec = tmp_path / "m.yaml"
    spec.write_text("input: 3\nlayers:\n  - {name: a, type: dense, units: 2}  # <i>\n")
    report = write_plan(
        winitgen.plan(spec), tmp_path / "w.npz", WriteOptions(fsync=False, digest=True)
    ).report
    content = html.render(report, spec.read_text())

    assert f"<dt>Recipe, SHA-256</dt><dd><bdi>{report['recipe']}</bdi></dd>" in content
    assert f"<dt>Content digest</dt><dd><bdi>{report['digests']['content']}</bdi></dd>" in content
    assert "  - {name: a, type: dense, units: 2}  # &lt;i&gt;</code></pre>" in content
    assert "<dt>stream</dt><dd>The version of the drawing." in content
