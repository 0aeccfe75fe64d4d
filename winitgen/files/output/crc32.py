"""The CRC-32 of concatenated bytes, from the CRC-32 of each part.

A checksum over a whole tensor would force the threads to draw in order. Instead, each thread computes the
checksum of its own block, and these are combined afterwards: appending n bytes to a
message multiplies its checksum by x^(8n), in the polynomials over GF(2) modulo the CRC polynomial.

>>> import zlib
>>> combine(zlib.crc32(b"winit"), zlib.crc32(b"gen"), 3) == zlib.crc32(b"winitgen")
True
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

# The polynomial of ISO 3309 and zip; all polynomials here have the lowest power in the highest bit.
_MODULUS = 0xEDB88320
_ONE = 1 << 31
_X_TO_THE_8 = _ONE >> 8


def combine(first: int, second: int, second_length: int) -> int:
    """Return the CRC-32 of a message whose two parts have these checksums."""
    return _multiply(_shift(second_length), first) ^ second


def combine_all(checksums: Iterable[tuple[int, int]]) -> int:
    """Return the CRC-32 of many parts in order, each given as its checksum and its length in bytes."""
    total = 0
    for checksum, length in checksums:
        total = combine(total, checksum, length)
    return total


@lru_cache(maxsize=64)
def _shift(length: int) -> int:
    """Return x^(8 * length) modulo the polynomial, by repeated squaring."""
    power, square = _ONE, _X_TO_THE_8
    while length:
        if length & 1:
            power = _multiply(power, square)
        square = _multiply(square, square)
        length >>= 1
    return power


def _multiply(a: int, b: int) -> int:
    product = 0
    while a:
        if a & _ONE:
            product ^= b
        a = a << 1 & 0xFFFFFFFF
        b = b >> 1 ^ _MODULUS if b & 1 else b >> 1
    return product
