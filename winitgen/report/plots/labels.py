"""Texts and numbers on a figure, from a report that may contain any text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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


def fitted(
    text: str, inches: float, size: float = 8.0, weight: str = "normal", *, before: float = 0.5
) -> str:
    """Return `plain` text, shortened in its middle to at most this width; ``before`` is the share that stays before the dots."""
    escaped = plain(text)
    shown = escaped
    for longest in range(len(escaped), 2, -1):
        shown = _without_middle(escaped, longest, before)
        if text_width(shown, size, weight) <= inches:
            break
    return shown


def wrapped(text: str, inches: float, size: float = 8.0, weight: str = "normal") -> str:
    """Return a text of several words in lines no wider than this; a word that is wider loses its middle.

    The text is `plain`, but for its length.
    """
    lines = [""]
    for word in (fitted(word, inches, size, weight) for word in text.split(" ")):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and text_width(longer, size, weight) > inches:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def _without_middle(text: str, longest: int, before: float = 0.5) -> str:
    if len(text) <= longest:
        return text
    head = min(int(longest * before), longest - 1)
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


def span(values: Iterable[float | None], digits: int = 3) -> str:
    """Return the least and the largest of some numbers: 0.996 to 1.41, or one number if they look the same."""
    known = [value for value in values if value is not None]
    ends = [number(end, digits) for end in (min(known), max(known))] if known else [number(None)]
    return " to ".join(dict.fromkeys(ends))


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them: a, b and c; of more than four, three and the number of the others."""
    shown = list(names) if len(names) <= 4 else [*names[:3], f"{len(names) - 3} others"]
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown)


def percent(share: float) -> str:
    """Return a share as a percentage with two significant digits, or three near 100 %: 84 %, 0.12 %."""
    if 0 < share < 1e-4:
        return "< 0.01 %"
    return f"{number(100 * share, 3 if share > 0.995 else 2)} %"
