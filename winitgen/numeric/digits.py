"""Arithmetic with many digits, whatever precision the program has chosen for its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from winitgen.numeric.process_lock import ProcessLock

_lock = ProcessLock()


@contextmanager
def digits(count: int) -> Iterator[Any]:
    """Give mpmath's functions with a precision of so many decimal digits.

    The context is winitgen's own, and one thread at a time has it: ``mpmath.workdps`` changes the precision of the
    whole process, so that another thread's numbers would have it too, and this one's that of the other.
    """
    with _lock:
        context = _context(count)
        context.dps = count
        yield context


def falling(mp: Any, base: float, divisor: int, start: int, count: int, unit: Any = 1) -> Iterator[Any]:
    """Yield unit * base^(-n / divisor) for ``count`` numbers n from ``start`` on.

    Each is the product of the one before and the same ratio, which takes a fifth of the time of a power; the error of
    65,536 products takes five of the digits.
    """
    ratio = mp.power(base, mp.mpf(-1) / divisor)
    value = unit * mp.power(base, mp.mpf(-start) / divisor)
    for _ in range(count):
        yield value
        value *= ratio


_BITS = 256
"""Of the whole numbers: more than 70 decimal digits."""


def falling_wholes(mp: Any, base: float, divisor: int, count: int, unit: Any) -> Iterator[tuple[int, int]]:
    """Yield the ``count`` numbers of `falling` from 0 on, each as a whole number and the power of two that it is multiplied by.

    Products of whole numbers take a fifth of the time of those of mpmath; what they cut off is below 2^-255 of each.
    """
    ratio, power = mp.frexp(mp.power(base, mp.mpf(-1) / divisor))
    first, exponent = mp.frexp(mp.mpf(unit))
    share, whole = (int(mp.ldexp(one, _BITS)) for one in (ratio, first))
    exponent -= _BITS
    least = 1 << (_BITS - 1)
    for _ in range(count):
        yield whole, exponent
        whole, exponent = whole * share >> _BITS, exponent + power
        if whole < least:
            whole, exponent = whole << 1, exponent - 1


@cache
def _context(count: int) -> Any:
    from mpmath import MPContext

    return MPContext()
