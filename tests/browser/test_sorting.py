"""Tables of the HTML pages sorted in a real browser, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.reader import Reader

pytestmark = pytest.mark.slow

Read = Callable[..., Reader]


def test_numbers_sort_by_their_value(read: Read, pages: dict[str, Path]) -> None:
    """They sort by all digits, up, down, and back to the order of the spec; the heading shows the order."""
    reader = read(pages["init"])
    titles = [button.text for button in reader.all("thead button")]
    column = titles.index("min")
    before = reader.column(0, column)
    values = reader.run(
        "return [...document.querySelector('tbody').rows].map((row) => Number(row.cells[arguments[0]].dataset.value))",
        column,
    )
    shown = [reader.column(0, 0)[index] for index in sorted(range(len(values)), key=values.__getitem__)]
    button = reader.all("thead button")[column]

    button.click()
    assert shown == reader.column(0, 0)
    assert sorted(values) != sorted(values, key=str)
    assert ["none"] * column + ["ascending"] == reader.orders(0)[: column + 1]

    button.click()
    ties = [before[values.index(value)] for value in sorted(values, reverse=True)]
    assert ties == reader.column(0, column)
    assert "descending" == reader.orders(0)[column]

    button.click()
    assert before == reader.column(0, column)
    assert {"none"} == set(reader.orders(0))


def test_shapes_sort_by_their_elements(read: Read, pages: dict[str, Path]) -> None:
    """9x9 comes before 10x10, and a scalar before either."""
    reader = read(pages["init"])

    reader.all("thead button")[1].click()

    sizes = []
    for shape in reader.column(0, 1):
        size = 1
        for side in shape.replace("scalar", "1").split("x"):
            size *= int(side)
        sizes.append(size)
    assert sorted(sizes) == sizes
    assert len(set(sizes)) > 3


def test_texts_sort_alphabetically_with_numbers_in_order(read: Read, pages: dict[str, Path]) -> None:
    """Of the layers fc1 to fc11, fc2 comes before fc10, and after one more click fc11 is first."""
    reader = read(pages["compared"])
    button = reader.all("table")[2].find_element("css selector", "thead button")

    button.click()
    button.click()

    assert [f"fc{index}" for index in range(11, 0, -1)] == reader.column(2, 0)


def test_sorting_another_column_forgets_the_first(read: Read, pages: dict[str, Path]) -> None:
    """Only one heading at a time shows an order, and other tables stay as they are."""
    reader = read(pages["compared"])
    untouched = reader.column(1, 0)
    heads = reader.all("table")[2].find_elements("css selector", "thead button")

    heads[3].click()
    heads[0].click()

    assert ["ascending", "none", "none", "none"] == reader.orders(2)[:4]
    assert untouched == reader.column(1, 0)


@pytest.mark.parametrize("times", [1, 2], ids=["ascending", "descending"])
def test_empty_cells_stay_last(read: Read, pages: dict[str, Path], times: int) -> None:
    """Two layers have no prediction of their gradient; they are last in either order."""
    reader = read(pages["probe"])
    heads = [button.text for button in reader.all("table")[1].find_elements("css selector", "thead button")]
    column = [place for place, title in enumerate(heads) if title == "theory"][4]

    for _ in range(times):
        reader.all("table")[1].find_elements("css selector", "thead button")[column].click()

    texts = reader.column(1, column)
    assert ["", ""] == texts[-2:]
    assert sorted(map(float, texts[:-2]), reverse=times == 2) == [float(text) for text in texts[:-2]]


def test_the_keyboard_sorts(read: Read, pages: dict[str, Path]) -> None:
    """A heading is a button: it takes the focus visibly, and the space bar sorts."""
    reader = read(pages["init"])
    button = reader.all("thead button")[4]

    reader.run("arguments[0].focus({focusVisible: true})", button)
    outline = button.value_of_css_property("outline-style")
    button.send_keys(" ")

    assert ("solid", "ascending") == (outline, reader.orders(0)[4])
