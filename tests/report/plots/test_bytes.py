"""The files: the same bytes each time, whatever the settings of matplotlib, and self-contained."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.report.plots import sample
from winitgen.errors import UsageError
from winitgen.report.plots import figures

ROOT = Path(__file__).parents[3]

HOSTILE = {
    "font.size": 31.0,
    "font.family": ["serif"],
    "text.usetex": True,
    "svg.fonttype": "none",
    "svg.hashsalt": None,
    "savefig.bbox": "tight",
    "savefig.transparent": True,
    "figure.facecolor": "red",
    "axes.grid": True,
    "lines.linewidth": 9.0,
    "path.sketch": (9.0, 99.0, 9.0),
}
"""Settings of a user with other preferences."""


def test_the_same_report_gives_the_same_bytes() -> None:
    """A figure contains no clock and no counter."""
    for ending in figures.ENDINGS:
        assert figures.page_file(sample.glorot(), ending) == figures.page_file(sample.glorot(), ending)


def test_settings_of_the_user_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures do not depend on matplotlib's global settings, which stay unchanged."""
    import matplotlib

    expected = [figures.page_file(sample.sweep(), ending) for ending in figures.ENDINGS]
    for key, setting in HOSTILE.items():
        monkeypatch.setitem(matplotlib.rcParams, key, setting)
    before = dict(matplotlib.rcParams)

    assert expected == [figures.page_file(sample.sweep(), ending) for ending in figures.ENDINGS]
    assert before == dict(matplotlib.rcParams)


def drawn_elsewhere(tmp_path: Path, **environment: str) -> bytes:
    """Return the SVG of a report drawn by a separate process."""
    path = tmp_path / "report.json"
    path.write_text(json.dumps(sample.invented(2, 3)))
    code = (
        "import json, sys\n"
        "from winitgen.report.plots import figures\n"
        f"sys.stdout.buffer.write(figures.page_file(json.load(open({str(path)!r})), '.svg'))\n"
    )
    run = [sys.executable, "-c", code]
    return subprocess.run(
        run, capture_output=True, check=True, cwd=ROOT, env={**os.environ, **environment}
    ).stdout


def test_a_file_of_settings_changes_nothing(tmp_path: Path) -> None:
    """A matplotlibrc is read by matplotlib at its start, but the figure does not depend on it."""
    settings = tmp_path / "matplotlibrc"
    settings.write_text("font.size: 31\naxes.grid: True\nsvg.fonttype: none\nbackend: TkAgg\n")

    assert figures.page_file(sample.invented(2, 3), ".svg") == drawn_elsewhere(
        tmp_path, MATPLOTLIBRC=str(settings)
    )


def test_threads_do_not_disturb_each_other() -> None:
    """Four threads at once draw the same as one."""
    report = sample.invented(2, 3)
    expected, found = figures.svg(report, "depth"), []
    threads = [threading.Thread(target=lambda: found.append(figures.svg(report, "depth"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [expected] * 4 == found


def chunks(png: bytes) -> dict[bytes, bytes]:
    """Return the chunks of a PNG by their types."""
    found, offset = {}, 8
    while offset < len(png):
        (size,) = struct.unpack(">I", png[offset : offset + 4])
        found[png[offset + 4 : offset + 8]] = png[offset + 8 : offset + 8 + size]
        offset += 12 + size
    return found


def test_a_png_has_150_dots_per_inch_and_names_no_version() -> None:
    """It is 1500 dots wide, with 5906 dots per metre, and its only text is the heading of the page."""
    found = chunks(figures.page_file(sample.sweep(), ".png"))

    assert 1500 == struct.unpack(">I", found[b"IHDR"][:4])[0]
    assert (5906, 5906, 1) == struct.unpack(">IIB", found[b"pHYs"])
    assert b"Title\x00sweep, 500 samples, input: standard Gaussian, seed 0, float32" == found[b"tEXt"]


def test_an_svg_is_self_contained() -> None:
    """It is XML, its text consists of paths, and it names no font, no version, no date and nothing to load."""
    for name, report in (("deck", sample.deck()), ("sweep", sample.sweep())):
        content = figures.svg(report, name)
        root = ElementTree.fromstring(content)  # noqa: S314
        links = [value for node in root.iter() for key, value in node.attrib.items() if key.endswith("href")]

        assert [] == [node for node in root.iter() if node.tag.endswith(("}text", "}image", "}script"))]
        assert {"#"} == {link[0] for link in links}
        assert b"font-family" not in content
        assert b"matplotlib.org" not in content.lower()  # its own signature names the version
        assert b"<dc:date>" not in content


def test_pages_are_small() -> None:
    """A typical figure has under 350 kB, as each histogram is one path."""
    for report in (sample.deck(), sample.glorot(), sample.rectified(), sample.sweep()):
        for name in figures.figures(report):
            assert len(figures.svg(report, name)) < 350_000


def test_pyplot_is_never_imported(tmp_path: Path) -> None:
    """Importing the package loads no matplotlib; drawing loads it without pyplot and its global state."""
    code = (
        "import sys\n"
        "from winitgen.report.plots import figures\n"
        "assert 'matplotlib' not in sys.modules\n"
        "from tests.report.plots import sample\n"
        "figures.page_file(sample.invented(1, 1), '.png')\n"
        "assert 'matplotlib' in sys.modules and 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, cwd=ROOT)


@pytest.mark.parametrize("ask", [figures.check, lambda: figures.page_file(sample.sweep(), ".png")])
def test_a_missing_matplotlib_is_reported_with_the_remedy(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures are an extra of the package, and the message names it."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    with pytest.raises(UsageError) as refusal:
        ask()
    assert (
        "matplotlib is needed for plots; install it with: pip install 'winitgen[plot]' ('.[plot]' in a clone)"
        == str(refusal.value)
    )
