"""Compute the straight lines that map ranks to normal values; write or check ``normal.bin``.

A rank f in (0, 2^31] represents the upper tail probability f/2^32. Each octave [2^e, 2^(e+1)) of ranks,
e = -32 ... 30, is cut into 512 equal segments, and each segment [a, b) gets the line z = A + B f whose
mean and variance over the segment are exactly those of the standard normal between the quantiles x_b
and x_a::

    m    = 2^32 (phi(x_b) - phi(x_a)) / (b - a)
    E z2 = 1 + 2^32 (x_b phi(x_b) - x_a phi(x_a)) / (b - a)
    B    = -sqrt(12 (E z2 - m^2)) / (b - a)
    A    = m - B (a + b) / 2

(integrals of z phi(z) and z^2 phi(z) by parts). The file holds every A, then every B, as float64, little
endian, in the order of increasing f. Run as ``python -m winitgen.drawing.tables.normal [--check]``.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import struct
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import NormalDist
from typing import Any

import mpmath

OCTAVES = range(-32, 31)
LINES = 512
DIGITS = 50
FILE = Path(__file__).with_name("normal.bin")


def quantile(rank: Any) -> Any:
    """Return the x whose upper tail is ``rank``/2^32, rank in (0, 2^31], at the working precision.

    This is Halley's method on the tail Q(x) = erfc(x/sqrt 2)/2, from a start good to 16 digits: each step
    triples the correct digits, and Q''/Q' = -x makes the step u / (1 - x u/2) with u = (Q - p)/phi.
    """
    tail = mpmath.mpf(rank) / 2**32
    x = mpmath.mpf(-NormalDist().inv_cdf(float(tail)))
    for _ in range(2):
        u = (mpmath.erfc(x / mpmath.sqrt(2)) / 2 - tail) / density(x)
        x += u / (1 - x * u / 2)
    return x


def density(x: Any) -> Any:
    """Return the standard normal density phi(x) at the working precision."""
    return mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi)


def octave(exponent: int, digits: int = DIGITS) -> tuple[list[float], list[float]]:
    """Return A and B of the 512 lines of ranks [2^exponent, 2^(exponent+1)), in order."""
    with mpmath.workdps(digits):
        width = mpmath.mpf(2) ** exponent / LINES
        edges = [(LINES + step) * width for step in range(LINES + 1)]
        quantiles = [quantile(edge) for edge in edges]
        points = [(edge, x, density(x)) for edge, x in zip(edges, quantiles, strict=True)]
        lines = [_line(*low, *high) for low, high in pairwise(points)]
    return [a for a, _ in lines], [b for _, b in lines]


def _line(a: Any, x_a: Any, phi_a: Any, b: Any, x_b: Any, phi_b: Any) -> tuple[float, float]:
    mean = 2**32 * (phi_b - phi_a) / (b - a)
    square = 1 + 2**32 * (x_b * phi_b - x_a * phi_a) / (b - a)
    slope = -mpmath.sqrt(12 * (square - mean * mean)) / (b - a)
    return float(mean - slope * (a + b) / 2), float(slope)


def table(digits: int = DIGITS) -> bytes:
    """Return the whole file's bytes, computed with ``digits`` decimal digits on every processor."""
    with multiprocessing.get_context("spawn").Pool() as pool:
        octaves = pool.map(partial(octave, digits=digits), OCTAVES, chunksize=1)
    intercepts = [a for row, _ in octaves for a in row]
    slopes = [b for _, row in octaves for b in row]
    return struct.pack(f"<{2 * len(slopes)}d", *intercepts, *slopes)


def main() -> int:
    """Write the table, or check that the shipped one equals a fresh computation."""
    parser = argparse.ArgumentParser(
        prog="python -m winitgen.drawing.tables.normal", description=main.__doc__
    )
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    fresh = table()
    same = FILE.is_file() and FILE.read_bytes() == fresh
    if not check:
        FILE.write_bytes(fresh)
    print(f"{FILE.name}: {hashlib.sha256(fresh).hexdigest()} {'same' if same else 'different'}")
    return int(check and not same)


if __name__ == "__main__":
    raise SystemExit(main())
