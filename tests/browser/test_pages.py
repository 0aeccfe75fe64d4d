"""The HTML pages in a real browser: their appearance with and without a script, on screens and on paper."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import HOSTILE
from tests.browser.reader import CONTRASTS, Reader

pytestmark = pytest.mark.slow

Read = Callable[..., Reader]

WIDTHS = (1280, 400)
SCHEMES = ("light", "dark")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_opens_without_a_message(read: Read, page: Path, width: int, scheme: str) -> None:
    """The console stays empty, so the page's policy allows all that the page does."""
    assert [] == read(page, width=width, scheme=scheme).complaints()


def test_a_message_would_be_detected(read: Read, page: Path, tmp_path: Path) -> None:
    """The test above can fail: with one changed letter, the hash of the style is no longer allowed."""
    changed = tmp_path / "changed.html"
    changed.write_text(page.read_text("utf-8").replace("box-sizing", "Box-sizing", 1), "utf-8")

    (complaint,) = read(changed).complaints()

    assert "Content Security Policy" in complaint


def test_requests_only_itself(read: Read, page: Path) -> None:
    """The page requests no address, neither on the network nor on the disk."""
    assert [page.as_uri()] == read(page).requests()


@pytest.mark.parametrize("width", [*WIDTHS, 320])
def test_nothing_but_tables_and_plots_is_wider_than_the_window(read: Read, page: Path, width: int) -> None:
    """Only the areas of tables scroll, and the keyboard reaches them."""
    reader = read(page, width=width)

    wide, window = reader.run(
        "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    beyond = reader.run(
        "return [...document.querySelectorAll('body *')].filter((element) => !element.closest('.wide, svg') && "
        "element.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map((e) => e.outerHTML)"
    )
    assert wide <= window
    assert [] == beyond
    assert {0} == {area.get_property("tabIndex") for area in reader.all(".wide")}


@pytest.mark.parametrize("width", [*WIDTHS, 320])
def test_no_table_and_no_plot_is_cut(read: Read, page: Path, width: int) -> None:
    """Nothing has to be scrolled sideways to be seen: a wide window has room, and on a narrow one each row is a list."""
    reader = read(page, width=width)

    cut = reader.run(
        "document.querySelectorAll('details').forEach((each) => { each.open = true; });"
        "return [...document.querySelectorAll('.wide')].filter((area) => area.scrollWidth > area.clientWidth + 1)"
        ".map((area) => [area.getAttribute('aria-label'), area.scrollWidth, area.clientWidth])"
    )
    assert [] == cut


def test_a_narrow_screen_names_each_value(read: Read, pages: dict[str, Path]) -> None:
    """Below the name of a row each value stands beside the title of its column, with that of the group."""
    reader = read(pages["init"], width=400)

    titles = reader.run(
        "return [...document.querySelector('tbody tr').querySelectorAll('td')]"
        ".map((cell) => getComputedStyle(cell, '::before').content)"
    )
    assert {'"shape"', '"planned std"', '"measured std"', '"max"'} <= {*titles, '"max"'}
    assert "none" not in titles


def test_the_heads_stay_visible_when_a_table_scrolls(read: Read, pages: dict[str, Path]) -> None:
    """The head of a long table stays at the upper edge of its area, in front of the rows."""
    reader = read(pages["init"])

    head, top, height, first = reader.run(
        "const area = document.querySelector('.wide'); const head = area.querySelector('thead');"
        "area.style.maxHeight = '300px'; area.scrollTop = 200;"
        "const box = head.getBoundingClientRect();"
        "const hit = document.elementFromPoint(box.left + 40, box.bottom - 8);"
        "return [box.top, area.getBoundingClientRect().top, box.height, head.contains(hit)]"
    )
    assert pytest.approx(top, abs=1.5) == head
    assert height > 20
    assert first


def test_a_sweep_prints_on_four_sheets(read: Read, pages: dict[str, Path]) -> None:
    """Sixteen runs print their verdicts and the figures; the tables of each are on the screen alone."""
    reader = read(pages["sweep"], width=1032, media="print")

    pdf = base64.b64decode(reader.devtools("Page.printToPDF", preferCSSPageSize=True)["data"])

    assert 1 <= pdf.count(b"/Type /Page\n") <= 4
    assert 16 == len(reader.all(".run"))


def test_a_link_opens_the_run(read: Read, pages: dict[str, Path]) -> None:
    """The name of a run in the table of verdicts leads to its layers, which open."""
    reader = read(pages["sweep"])

    shown = reader.run("location.hash = '#run-7'; return document.querySelector('#run-7').checkVisibility()")

    assert shown


def test_the_names_of_rows_stay_visible_when_a_table_scrolls(read: Read, pages: dict[str, Path]) -> None:
    """The first column stays at the left edge of the area, and does not fill it."""
    reader = read(pages["init"], width=800)

    area, name = reader.run(
        "const area = document.querySelector('.wide'); area.scrollLeft = 200;"
        "const box = (e) => e.getBoundingClientRect();"
        "const name = box(area.querySelector('tbody th'));"
        "return [[area.scrollLeft, box(area).left, box(area).width], [name.left, name.width]]"
    )
    assert 200 == area[0]
    assert pytest.approx(area[1], abs=1.5) == name[0]
    assert name[1] < area[2] / 2


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_histogram_is_visible(read: Read, pages: dict[str, Path], width: int, scheme: str) -> None:
    """The area of each histogram has the colours of the page, the bars, and the curve if there is one."""
    reader = read(pages["init"], width=width, scheme=scheme)
    drawings = reader.all("figure svg")
    picture = reader.picture()

    folded = reader.all(".names li")
    assert len(reader.all("tbody tr")) == len(drawings) + len(folded)
    assert len(drawings) > 5
    for drawing in drawings:
        colors = {color for count, color in reader.colors(picture, drawing) if count >= 12}
        for part, style in (("bars", "fill"), ("curve", "stroke")):
            for path in drawing.find_elements("css selector", f".{part}"):
                color = path.value_of_css_property(style).removeprefix("rgb(").rstrip(")")
                wanted = tuple(int(number) for number in color.split(","))
                assert any(
                    max(map(abs, (a - b for a, b in zip(wanted, seen, strict=True)))) < 40 for seen in colors
                )


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_plot_is_visible(read: Read, pages: dict[str, Path], width: int, scheme: str) -> None:
    """The plot is loaded, and its colours are present: a line, an area, and the background; inverted if dark."""
    reader = read(pages["probe"], width=width, scheme=scheme)
    images = reader.all("img")
    picture = reader.picture()

    assert [600, 600] == [image.get_property("naturalWidth") for image in images]
    for image in images:
        assert image.is_displayed()
        colors = {color for count, color in reader.colors(picture, image) if count > 100}
        assert len(colors) >= 3
        if scheme == "light":
            assert {(255, 255, 255), (0x0B, 0x5F, 0xA5), (0xC1, 0x44, 0x0E)} <= colors
        else:
            assert max(max(color) for color in colors if colors) < 250
            assert any(max(color) < 40 for color in colors)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_text_has_enough_contrast(read: Read, page: Path, scheme: str) -> None:
    """The contrast is at least 4.5 to 1, as WCAG 2.2 requires in 1.4.3."""
    contrasts = read(page, scheme=scheme).run(CONTRASTS)

    assert len(contrasts) > 50
    assert [] == [(text, contrast) for text, contrast in contrasts if contrast < 4.5]


def test_nothing_is_missing_without_a_script(read: Read, without_script: Any, page: Path) -> None:
    """All text and all images are present; the headings are plain, as they do nothing."""
    expected = read(page)
    texts = expected.run("return document.body.innerText")
    images = len(expected.all("img"))

    without_script.get(page.as_uri())

    assert " ".join(texts.split()) == " ".join(
        without_script.find_element("css selector", "body").text.split()
    )
    assert images == len([e for e in without_script.find_elements("css selector", "img") if e.is_displayed()])
    assert {False} == {e.is_enabled() for e in without_script.find_elements("css selector", "thead button")}


def test_no_script_runs_if_scripts_are_off(without_script: Any, tmp_path: Path) -> None:
    """The browser of the test above runs no scripts: the script of this page changes nothing."""
    page = tmp_path / "page.html"
    page.write_text("<title>before</title><script>document.title = 'after'</script>")

    without_script.get(page.as_uri())

    assert "before" == without_script.title


def test_a_hostile_name_is_text(read: Read, pages: dict[str, Path]) -> None:
    """It is shown as written, creates no element, and runs no script."""
    reader = read(pages["hostile"])

    assert (HOSTILE, HOSTILE) == (reader.all("h1")[0].text, reader.all("pre")[0].text)
    assert f"{HOSTILE}: initial weights" == reader.browser.title
    assert (0, 1) == (len(reader.all("img")), len(reader.all("script")))


def test_prints_on_pages(read: Read, page: Path) -> None:
    """The PDF has at least one page with text, and all text is inside the width of the sheet."""
    reader = read(page, width=1032, media="print")

    wide = reader.run("return document.documentElement.scrollWidth")
    cut = reader.run(
        "return [...document.querySelectorAll('.wide')].filter((area) => area.scrollWidth > area.clientWidth).length"
    )
    pdf = base64.b64decode(reader.devtools("Page.printToPDF", preferCSSPageSize=True)["data"])

    assert b"%PDF-" == pdf[:5]
    assert pdf.count(b"/Type /Page\n") > 0
    assert (0, True) == (cut, wide <= 1032)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_prints_on_white(read: Read, pages: dict[str, Path], scheme: str) -> None:
    """Paper is white in either colour scheme; headings are plain, and no row or figure is split."""
    reader = read(pages["init"], scheme=scheme, media="print")

    body = reader.all("body")[0]
    assert "rgba(255, 255, 255, 1)" == body.value_of_css_property("background-color")
    assert "rgba(0, 0, 0, 1)" == body.value_of_css_property("color")
    assert {"avoid"} == {e.value_of_css_property("break-inside") for e in reader.all("figure, tbody tr")}
    assert "none" == reader.run(
        "return getComputedStyle(document.querySelector('th button'), '::after').display"
    )
