"""A figure is readable: nothing overlaps, and every axis is labelled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.report.plots import sample
from winitgen.report.plots.figures import figures

pytestmark = pytest.mark.slow

SIZES = [(1, 1, 8), (1, 60, 40), (2, 5, 12), (2, 14, 40), (4, 30, 20), (8, 1, 40), (8, 15, 40), (8, 60, 8)]
"""Number of runs, number of layers, and length of their names."""

REPORTS: dict[str, Callable[[], dict[str, Any]]] = {
    "deck": sample.deck,
    "glorot": sample.glorot,
    "rectified": sample.rectified,
    "gains": sample.sweep,
    "depths": lambda: sample.sweep("depth"),
    "narrow swept": lambda: sample.swept([1e-7, 2e-7, 3e-7], edge=2.5e-7),
    "edge beyond": lambda: sample.swept([0.5, 1.0, 2.0], edge=7.25),
    "one swept": lambda: sample.swept([1.5], edge=1.4),
    "decades swept": lambda: sample.swept([0.01, 0.1, 1.0, 10.0], edge=0.02),
    "eight swept": lambda: sample.swept([0.5, 1.0, 2.0], schemes=8),
    **{
        f"{runs} runs, {layers} layers": lambda runs=runs, layers=layers, length=length: sample.invented(
            runs, layers, length=length
        )
        for runs, layers, length in SIZES
    },
    **{name: lambda name=name: sample.awkward()[name] for name in sample.awkward()},
}


@pytest.fixture(scope="module", params=REPORTS)
def page(request: pytest.FixtureRequest, drawn: Callable[..., Any]) -> tuple[dict[str, Any], Any]:
    """Each report to draw, with all its figures on one page."""
    report = REPORTS[request.param]()
    return report, drawn(report, *figures(report))


def panels(page: tuple[dict[str, Any], Any]) -> Iterator[tuple[str, list[Any]]]:
    """Yield the name of each figure on a page, and its panels."""
    report, figure = page
    yield from ((name, part.axes) for name, part in zip(figures(report), figure.subfigs, strict=True))


def test_no_texts_overlap(page: tuple[dict[str, Any], Any], collisions: Callable[[Any], list[str]]) -> None:
    """The texts of a page do not overlap, and are inside the page."""
    assert [] == collisions(page[1])


def test_every_axis_is_labelled(page: tuple[dict[str, Any], Any]) -> None:
    """Both axes of every panel have a label; in a row of the deck only the first panel labels the vertical axis."""
    for name, axes in panels(page):
        labelled = axes[::4] if name == "deck" else axes

        assert [] == [one for one in axes if not one.get_xlabel()]
        assert [] == [one for one in labelled if not one.get_ylabel()]


def test_every_axis_with_values_has_at_least_two_ticks(page: tuple[dict[str, Any], Any]) -> None:
    """Every axis with a scale has two numbers or more."""
    for name, axes in panels(page):
        for one in axes:
            if "none" in [text.get_text() for text in one.texts]:
                continue
            if name not in (
                "deck",
                "histograms",
            ):  # densities show only their shape, and there may be only one layer
                assert 2 <= len(one.get_yticks())
            if name != "depth":  # it may have only one layer
                assert 2 <= len(one.get_xticks())


def test_overlapping_texts_would_be_seen(
    drawn: Callable[..., Any], collisions: Callable[[Any], list[str]]
) -> None:
    """The check above can fail: a text over another, and one beyond the page, are both reported."""
    figure = drawn(sample.glorot(), "depth")
    figure.axes[0].set_title("over the panels' own title, and over that of the next panel" * 3)

    assert 2 <= len(collisions(figure))


def test_names_are_shown_as_they_are(
    drawn: Callable[..., Any], texts: Callable[[Any], list[tuple[str, Any]]]
) -> None:
    """A $ starts no formula, and invisible characters are escaped; only titles have lines."""
    found = [text for text, _ in texts(drawn(sample.awkward()["hostile names"], "deck", "depth"))]
    shown = " ".join(found)

    assert "_$x_$\\n\\x1b[31m\\alpha <b>&" in shown
    assert "_$\\frac{5}$_^" in shown
    assert "std = $\\sqrt{2}$ \\x00" in shown
    assert not any(letter in shown for letter in "\x1b\x00\u202e")
    assert all(text.startswith(("Layer ", "Standard deviation ")) for text in found if "\n" in text)
