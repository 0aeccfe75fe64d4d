"""Words and numbers on a picture, from a report that may hold any text."""

from __future__ import annotations

from winitgen.report.plots.canvas import drawable, text_width

LONGEST = 44
"""Characters of a name that are shown: all of a name of 40."""

MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def plain(text: str, longest: int = LONGEST) -> str:
    r"""Return ``text`` with what the font cannot show written as an escape, and at most so long.

    A line break becomes ``\n``; of a text that is too long the middle is left out.
    """
    shown = drawable()
    spelled = "".join(
        letter if letter.isprintable() and ord(letter) in shown else _escape(letter)
        for letter in text[: 20 * longest]
    )
    return _without_middle(spelled, longest)


def fitted(text: str, inches: float, size: float = 8.0, weight: str = "normal") -> str:
    """Return `plain` text with so much of its middle left out that it is no wider than this."""
    spelled = plain(text)
    shown = spelled
    for longest in range(len(spelled), 2, -1):
        shown = _without_middle(spelled, longest)
        if text_width(shown, size, weight) <= inches:
            break
    return shown


def _without_middle(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    head = longest // 2
    return f"{text[:head]}…{text[len(text) - (longest - 1 - head) :]}"


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def number(value: float | None, digits: int = 3) -> str:
    """Return ``value`` with so many significant digits, as papers print it: 0.0447, 1.00, 1.20 times 10⁻⁷.

    What is not known is a dash.
    """
    if value is None:
        return "\N{EN DASH}"
    if value == 0:
        return "0"
    mantissa, power = f"{value:.{digits - 1}e}".replace("-", MINUS, int(value < 0)).split("e")
    exponent = int(power)
    if -4 < exponent < 5:
        places = max(digits - 1 - exponent, 0)
        return f"{float(f'{value:.{digits}g}'):.{places}f}".replace("-", MINUS)
    return f"{mantissa}{TIMES}10{str(exponent).translate(_RAISED)}"


def tick_label(value: float) -> str:
    """Return the number at a mark of an axis, without zeros at its end: 0.5, 1, 10⁻⁸."""
    text = number(value, 4)
    mantissa, times, power = text.partition(TIMES)
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    if times and mantissa in ("1", f"{MINUS}1"):
        return f"{mantissa[:-1]}{power}"
    return f"{mantissa}{times}{power}"


def percent(share: float) -> str:
    """Return a share as a percentage with at most two digits that count: 84 %, 0.12 %."""
    if 0 < share < 1e-4:
        return "< 0.01 %"
    return f"{number(100 * share, 3 if share > 0.995 else 2)} %"
