"""The interface to matplotlib: its import, its settings, new figures, and their bytes.

Only figures and their canvases are used, never ``pyplot``, so no display is needed and no figure stays in
memory. matplotlib's settings are global to the process. Each figure is drawn with matplotlib's defaults
and the settings below, never the user's, by one thread at a time; afterwards the user's are restored.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, simplefilter

from winitgen.errors import UsageError, install
from winitgen.numeric.process_lock import ProcessLock
from winitgen.report.marks import GENERATOR
from winitgen.report.plots.paper import Paper

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TICK_SIZE = 7.0
"""Font size of the numbers and names along an axis, in points."""

_STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",  # matplotlib ships this font, so the text is the same everywhere
    "font.size": 8.0,
    "text.parse_math": False,  # a $ in a name is no formula
    "axes.titlesize": 8.0,
    "axes.titlelocation": "left",
    "axes.labelsize": 8.0,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.facecolor": "none",
    "grid.linewidth": 0.4,
    "figure.titlesize": 10.0,
    "figure.titleweight": "bold",
    "figure.constrained_layout.w_pad": 0.06,
    "figure.constrained_layout.h_pad": 0.06,
    "figure.constrained_layout.hspace": 0.0,
    "legend.fontsize": 8.0,
    "legend.frameon": False,
    "xtick.labelsize": TICK_SIZE,
    "ytick.labelsize": TICK_SIZE,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 3.0,
    "ytick.major.size": 3.0,
    "svg.fonttype": "path",  # text becomes paths, so that the file needs no font
    "svg.hashsalt": "winitgen",  # makes the ids the same each time
    "pdf.fonttype": 42,  # the letters of the font that are used, as they are
}

_ONE_AT_A_TIME = ProcessLock()


def library() -> Any:
    """Return matplotlib, or raise `UsageError` that says how to install it."""
    chosen = os.environ.pop("MPLBACKEND", None)  # not used here, and an unknown one would stop the import
    try:
        import matplotlib
    except ModuleNotFoundError as error:
        if error.name != "matplotlib":
            raise
        raise UsageError(f"matplotlib is needed for plots; install it with: {install('plot')}") from None
    finally:
        if chosen is not None:
            os.environ["MPLBACKEND"] = chosen
    return matplotlib


def _of(paper: Paper) -> dict[str, Any]:
    """Return the settings that a paper changes; `page_width`, `ink` and `background` read them again."""
    inks = ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color")
    return {
        **dict.fromkeys(inks, paper.ink),
        "grid.color": paper.grid,
        "figure.facecolor": paper.background,
        "figure.figsize": (paper.width, paper.width),
        "savefig.dpi": paper.dpi,
        "savefig.transparent": paper.transparent,
    }


def page_width() -> float:
    """Return the width of the page that is being drawn, in inches."""
    return float(library().rcParams["figure.figsize"][0])


def ink() -> str:
    """Return the colour of texts and lines on the page that is being drawn."""
    return str(library().rcParams["text.color"])


def background() -> str:
    """Return the colour of the page that is being drawn, also where the file leaves it out."""
    return str(library().rcParams["figure.facecolor"])


@contextmanager
def drawing(paper: Paper | None = None) -> Iterator[None]:
    """Apply this package's settings of matplotlib; all drawing happens inside this context.

    ``paper`` is what is drawn on, by default white and 10 inches wide. The context is not re-entrant: a thread inside it must not enter it again. What matplotlib warns of, as of a curve without a
    point on a logarithmic axis, is for programmers.
    """
    matplotlib = library()
    with _ONE_AT_A_TIME, matplotlib.rc_context(), catch_warnings():
        simplefilter("ignore")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({**_STYLE, **_of(paper or Paper())})
        yield


def new_figure(height: float) -> Figure:
    """Return an empty figure ``height`` inches high, with automatic layout."""
    from matplotlib.figure import Figure

    return Figure(figsize=(page_width(), height), layout="constrained")


_MADE: dict[str, dict[str, str | None]] = {
    ".png": {"Software": GENERATOR},
    ".svg": {"Date": None, "Creator": GENERATOR},
    ".pdf": {"CreationDate": None, "Creator": GENERATOR, "Producer": None},
}
"""What a file says of its making, by its ending: without a date or a version."""


def rendered(figure: Figure, ending: str, title: str) -> bytes:
    """Return the figure as ``.png``, ``.svg`` or ``.pdf``, without a date or a version."""
    content = io.BytesIO()
    figure.savefig(content, format=ending[1:], metadata={"Title": title, **_MADE[ending]})
    return content.getvalue()


@cache
def drawable() -> frozenset[int]:
    """Return the code points for which the font has a glyph, regular and bold."""
    library()
    from matplotlib.font_manager import FontProperties, findfont, get_font

    fonts = (FontProperties(family="DejaVu Sans", weight=weight) for weight in ("normal", "bold"))
    return frozenset.intersection(*(frozenset(get_font(findfont(font)).get_charmap()) for font in fonts))


@lru_cache(10_000)
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Return the width in inches of a line of text at ``size`` points."""
    library()
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]) / 72
