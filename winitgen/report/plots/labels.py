"""Texts and numbers on a figure, from a report that may contain any text."""

from __future__ import annotations

from winitgen.report.plots.canvas import drawable, text_width

LONGEST = 44
"""Most characters shown of a name: all of a name of 40."""

MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def plain(text: str, longest: int = LONGEST) -> str:
    r"""Return ``text`` with at most ``longest`` characters; those missing in the font become escapes.

    A line break becomes ``\n``; a text that is too long loses its middle.
    """
    shown = drawable()
    escaped = "".join(
        letter if letter.isprintable() and ord(letter) in shown else _escape(letter)
        for letter in text[: 20 * longest]
    )
    return _without_middle(escaped, longest)


def fitted(text: str, inches: float, size: float = 8.0, weight: str = "normal") -> str:
    """Return `plain` text, shortened in its middle to at most this width."""
    escaped = plain(text)
    shown = escaped
    for longest in range(len(escaped), 2, -1):
        shown = _without_middle(escaped, longest)
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
    """Return ``value`` with ``digits`` significant digits, as papers print it: 0.0447, 1.00, 1.20 times 10⁻⁷.

    None becomes a dash.
    """
    if value is None:
        return "\N{EN DASH}"
    if value == 0:
        return "0"
    mantissa, power = f"{value:.{digits - 1}e}".replace("-", MINUS, int(value < 0)).split("e")
    exponent = int(power)
    if -4 < exponent < 5:
        decimals = max(digits - 1 - exponent, 0)
        return f"{float(f'{value:.{digits}g}'):.{decimals}f}".replace("-", MINUS)
    return f"{mantissa}{TIMES}10{str(exponent).translate(_RAISED)}"


def tick_label(value: float) -> str:
    """Return the label of a tick, without trailing zeros: 0.5, 1, 10⁻⁸."""
    text = number(value, 4)
    mantissa, times, power = text.partition(TIMES)
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    if times and mantissa in ("1", f"{MINUS}1"):
        return f"{mantissa[:-1]}{power}"
    return f"{mantissa}{times}{power}"


def percent(share: float) -> str:
    """Return a share as a percentage with two significant digits, or three near 100 %: 84 %, 0.12 %."""
    if 0 < share < 1e-4:
        return "< 0.01 %"
    return f"{number(100 * share, 3 if share > 0.995 else 2)} %"
