"""The options of a probe's figures: what they draw, and the line of each refusal."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.cli.conftest import Winitgen

DECK = "specs/deck.yaml"

CALLS = {
    "layers without a plot": (
        ["--layers", "fc"],
        "winitgen: --layers is about what --plot draws; name a file with --plot\n",
    ),
    "dark without a plot": (
        ["--dark"],
        "winitgen: --dark is about what --plot draws; name a file with --plot\n",
    ),
    "a title of a page that has its own": (
        ["--plot", "p.png", "--plot", "p.html", "--title", "Gaussian"],
        "winitgen: --title is about pages of .png, .svg, .pdf, and not about p.html; leave out one of them\n",
    ),
    "a transparent page in a browser": (
        ["--plot", "p.html", "--transparent"],
        "winitgen: --transparent is about pages of .png, .svg, .pdf, and not about p.html; leave out one of them\n",
    ),
    "dots of lines": (
        ["--plot", "p.svg", "--dpi", "300"],
        "winitgen: --dpi is about .png, and p.svg has no dots; use --width, or write a .png\n",
    ),
    "too many dots": (
        ["--plot", "p.png", "--width", "40", "--dpi", "1200"],
        "winitgen: 40 inches at 1200 dots per inch are 48,000 dots; at most 20,000 are drawn\n",
    ),
    "a pattern of no layer": (
        ["--samples", "3", "--plot", "p.png", "--layers", "conv*"],
        "winitgen: --layers: no layer fits 'conv*'; the layers are fc\n",
    ),
}


@pytest.mark.parametrize(("args", "message"), CALLS.values(), ids=CALLS)
def test_a_wrong_call_is_refused(winitgen: Winitgen, tmp_path: Path, args: list[str], message: str) -> None:
    """In one line, with nothing written."""
    assert (2, "", message) == winitgen("probe", Path(DECK).resolve(), *args, cwd=tmp_path)
    assert [] == list(tmp_path.iterdir())


WRONG_VALUES = {
    "a narrow page": ("--width", "2", "expected inches from 3 to 40, not '2'"),
    "a width in words": ("--width", "wide", "expected inches from 3 to 40, not 'wide'"),
    "no number": ("--width", "nan", "expected inches from 3 to 40, not 'nan'"),
    "few dots": ("--dpi", "1", "expected a whole number from 30 to 1200, not '1'"),
}


@pytest.mark.parametrize(("option", "value", "message"), WRONG_VALUES.values(), ids=WRONG_VALUES)
def test_a_wrong_value_is_refused(
    winitgen: Winitgen, tmp_path: Path, option: str, value: str, message: str
) -> None:
    """With the values that are taken, and with nothing written."""
    run = winitgen("probe", Path(DECK).resolve(), "--plot", "p.png", option, value, cwd=tmp_path)

    assert (2, "", f"winitgen probe: {option}: {message}\n") == run
    assert [] == list(tmp_path.iterdir())


def test_a_page_for_a_slide(winitgen: Winitgen, tmp_path: Path) -> None:
    """Of its own width, colours and title; it takes the place of its former self, as a PDF does."""
    call = (
        "probe",
        Path(DECK).resolve(),
        "--samples",
        "20",
        "--figure",
        "deck",
        "--dark",
        "--title",
        "A sigmoid",
    )
    png = (*call, "--plot", "p.png", "--width", "4", "--dpi", "100", "--transparent")
    pdf = (*call, "--plot", "p.pdf")

    for run in (png, png, pdf, pdf):
        assert 0 == winitgen(*run, cwd=tmp_path).code
    content = (tmp_path / "p.png").read_bytes()
    assert (400,) == struct.unpack(">I", content[16:20])
    assert b"Title\x00A sigmoid" in content
    assert (tmp_path / "p.pdf").read_bytes().startswith(b"%PDF-")


def test_another_pdf_is_not_replaced(winitgen: Winitgen, tmp_path: Path) -> None:
    """A thesis stays, unless it is given up."""
    (tmp_path / "p.pdf").write_bytes(b"%PDF-1.4 a thesis, /Creator (LaTeX)")
    call = ("probe", Path(DECK).resolve(), "--samples", "3", "--plot", "p.pdf")
    message = "winitgen: p.pdf: it exists and is no plot of winitgen; give it another name, or replace it with --force\n"

    assert (2, "", message) == winitgen(*call, cwd=tmp_path)
    assert 0 == winitgen(*call, "--force", cwd=tmp_path).code
