"""The page written by ``winitgen probe``, with the plots drawn by matplotlib, in the browser."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import library
from tests.browser.reader import Reader

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
COMMAND = "winitgen probe specs/deck.yaml --samples 50 --compare normal,lecun_normal"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of the example specs/deck.yaml under two schemes."""
    library("matplotlib")
    path = tmp_path_factory.mktemp("probe") / "probe.html"
    args = [sys.executable, "-m", *COMMAND.split(), "--report", str(path)]
    subprocess.run(args, cwd=ROOT, check=True, capture_output=True)
    return path


@pytest.mark.parametrize(("width", "drawn"), [(1280, range(950, 970)), (400, range(375, 395))])
def test_it_opens_with_its_plots(
    read: Callable[..., Reader], written: Path, width: int, drawn: range
) -> None:
    """There is no message and no request, three plots are visible, and the command to repeat it is shown.

    On a narrow screen they are those that were drawn for it, whose letters are not smaller.
    """
    reader = read(written, width=width)
    images = reader.all("img")

    assert [] == reader.complaints()
    assert [written.as_uri()] == reader.requests()
    assert 3 == len(images)
    for image in images:
        assert image.is_displayed()
        assert image.get_property("naturalWidth") in drawn
        assert image.get_attribute("alt")
    picture = reader.picture()
    assert all(len(reader.colors(picture, image)) > 50 for image in images)
    assert COMMAND in reader.run("return document.body.innerText")


def test_it_shows_the_verdicts(read: Callable[..., Reader], written: Path) -> None:
    """The verdicts are in a table, with the layer where each starts."""
    text = read(written).run("return document.body.innerText")

    assert "saturating" in text
    assert "healthy" in text
    assert "the slope of the sigmoid is below 1 % of its maximum" in text
