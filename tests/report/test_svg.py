"""Histograms as SVG, read back as numbers."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from scipy import stats

from winitgen.report import svg

NORMAL = {"kind": "normal", "mean": 0.5, "std": 0.25}


def drawing(
    counts: list[int], low: float, high: float, density: Any = None, title: str = "t"
) -> ElementTree.Element:
    """Return the SVG as a tree of elements."""
    return ElementTree.fromstring(svg.histogram({"low": low, "high": high, "counts": counts}, density, title))  # noqa: S314


def paths(tree: ElementTree.Element, kind: str) -> list[str]:
    """Return the path data of one class."""
    return [path.attrib["d"] for path in tree.iter("path") if path.attrib["class"] == kind]


def heights(tree: ElementTree.Element) -> list[float]:
    """Return the height of each bar."""
    (bars,) = paths(tree, "bars")
    base = float(re.match(r"M\S+ (\S+?)V", bars)[1])  # type: ignore[index]
    return [base - float(top) for top in re.findall(r"V([\d.]+)H", bars)]


def curve(tree: ElementTree.Element) -> np.ndarray:
    """Return the points (x, y) of the curve, with y measured upwards from the base."""
    (line,) = paths(tree, "curve")
    points = np.array([[float(number) for number in point.split()] for point in line[1:].split("L")])
    return np.column_stack([points[:, 0], 92.0 - points[:, 1]])


def test_bars_are_as_high_as_their_counts() -> None:
    """The highest bar reaches the top, an empty one has no height, and a single value is visible."""
    counts = [0, 100_000, 50_000, 1, *[20_000] * 60]

    found = heights(drawing(counts, -1.0, 1.0))

    assert [0.0, 88.0, 44.0, 1.0] + [17.6] * 60 == pytest.approx(found, abs=0.05)


def test_the_curve_is_the_expected_count_at_each_x() -> None:
    """With the expected counts of a hundred thousand normal values, the curve follows the bars."""
    edges = np.linspace(-0.4, 1.6, 65)
    counts = np.rint(np.diff(stats.norm(0.5, 0.25).cdf(edges)) * 100_000).astype(int).tolist()
    tree = drawing(counts, -0.4, 1.6, NORMAL)

    points, bars = curve(tree), heights(tree)
    middles = 4.0 + 272.0 * (np.arange(64) + 0.5) / 64
    assert np.abs(np.interp(middles, points[:, 0], points[:, 1]) - bars).max() < 1.2


def test_the_curve_of_a_uniform_rises_and_falls_at_its_ends() -> None:
    """With bounds inside the bins, the curve has three quarters of the width and four thirds of the average height."""
    points = curve(drawing([3000] * 64, 0.0, 4.0, {"kind": "uniform", "low": 1.0, "high": 4.0}))

    assert [(72.0, 0.0), (72.0, 88.0)] == [tuple(point) for point in points[:2]]
    assert [(276.0, 88.0), (276.0, 0.0)] == [tuple(point) for point in points[-2:]]
    assert (
        pytest.approx(66.0, abs=0.05)
        == heights(drawing([3000] * 64, 0.0, 4.0, {"kind": "uniform", "low": 1.0, "high": 4.0}))[0]
    )


def test_without_a_density_there_is_no_curve() -> None:
    """There are only bars, and the axis with its tick at zero."""
    tree = drawing([30] * 64, -1.0, 2.0)

    assert ([], 1, 2) == (paths(tree, "curve"), len(paths(tree, "bars")), len(paths(tree, "axis")))


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (-0.2, 0.3, ["-0.2", "0", "0.3"]),
        (-0.01, 0.3, ["-0.01", "0.3"]),
        (1.5, 2.25, ["1.5", "2.25"]),
        (0.01, 0.01, ["0.01"]),
    ],
    ids=["about zero", "zero near an end", "above zero", "a constant"],
)
def test_the_ends_are_labelled(low: float, high: float, labels: list[str]) -> None:
    """Zero is labelled too, if there is room between them."""
    assert labels == [label.text for label in drawing([99] * 64, low, high).iter("text")]


def test_few_values_are_drawn_in_wider_bars() -> None:
    """A hundred values in 64 bins are merged into eight, and none is lost."""
    assert ([8 * 2] * 8, [50] * 64) == (svg.merged([2] * 64), svg.merged([50] * 64))


def test_a_constant_is_one_bar() -> None:
    """All values are in the middle, and there is no curve, whichever density is given."""
    tree = drawing([0] * 32 + [500] + [0] * 31, 2.0, 2.0, NORMAL)

    assert ([88.0], []) == ([height for height in heights(tree) if height], paths(tree, "curve"))


def test_an_empty_histogram_is_drawn() -> None:
    """If no value was finite, there is an axis without bars."""
    assert {0.0} == set(heights(drawing([0] * 64, 0.0, 0.0)))


def test_the_title_is_text() -> None:
    """It is the alternative text of the SVG, and any markup in it is escaped."""
    tree = drawing([1] * 64, 0.0, 1.0, title='</title><script>"&')

    assert "img" == tree.attrib["role"]
    assert '</title><script>"&' == tree[0].text


def test_no_style_attribute_is_used() -> None:
    """The page's policy forbids style attributes, so presentation attributes and classes are used."""
    assert not [
        element for element in drawing([1] * 64, 0.0, 1.0, NORMAL).iter() if "style" in element.attrib
    ]
