"""Exact checks of what no statistic can show: a counter that starts at one is as random as one at zero.

The words are computed again from the definition (NIST SP 800-38A 6.5, with AES one block at a time), and
narrow numbers from float32's by their distance. A wrong answer has the p-value 0.
"""

from __future__ import annotations

import hashlib
from itertools import islice

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.certificate.cases import FAN_OUT, blocks, planned
from tests.certificate.cells import NARROW, numpy_type
from tests.certificate.questions import Test
from winitgen.drawing import keystream

NAME = "known answers"

STARTS = (0, 1, 15, 16, 17, 4 << 17, 8 << 17, (1 << 20) + 7, (1 << 36) - 32, (1 << 40) + 5)
"""Offsets to read from: within a cipher block, at blocks of draws, and at the end of a 32-bit counter."""

LENGTH = 100


def by_single_blocks(seed: int, parameter_id: str, start: int, length: int) -> bytes:
    """Return bytes of a parameter's key stream by encrypting one counter after the other."""
    name = f"winitgen/1\n{seed}\n{parameter_id}".encode()
    encryptor = Cipher(algorithms.AES(hashlib.sha256(name).digest()[:16]), modes.ECB()).encryptor()  # noqa: S305
    counters = range(start // 16, (start + length) // 16 + 1)
    words = b"".join(encryptor.update(counter.to_bytes(16, "big")) for counter in counters)
    return words[start % 16 : start % 16 + length]


def words_are_right() -> bool:
    """Tell whether the key stream is right from every offset."""
    parameter = planned({"name": "fc1", "type": "dense", "units": 3, "init": "he_normal"}, "float32", 7, 5)
    for start in STARTS:
        out = bytearray(LENGTH)
        keystream.words(parameter.key, start, out)
        if out != by_single_blocks(7, "fc1/kernel", start, LENGTH):
            return False
    return True


def rounding_is_right(dtype: str) -> bool:
    """Tell whether each number of a narrow format is the nearest to float32's, ties to even."""
    layer = {"name": "rounded", "type": "dense", "units": FAN_OUT, "init": "he_normal"}
    kind = numpy_type(dtype)
    with np.errstate(invalid="ignore"):  # some patterns are NaN
        patterns = np.arange(1 << 8 * kind.itemsize).astype(f"u{kind.itemsize}").view(kind).astype(float)
    numbers, first = np.unique(patterns[np.isfinite(patterns)], return_index=True)
    even = np.flatnonzero(np.isfinite(patterns))[first] % 2 == 0
    pairs = zip(*(blocks(planned(layer, name, 0)) for name in ("float32", dtype)), strict=True)
    for wide, narrow in islice(pairs, 8):
        exact, rounded = wide.astype(float), narrow.astype(float)
        upper = np.clip(np.searchsorted(numbers, exact), 1, numbers.size - 1)
        down, up = exact - numbers[upper - 1], numbers[upper] - exact
        nearest = np.where((up < down) | ((up == down) & even[upper]), numbers[upper], numbers[upper - 1])
        if not np.array_equal(nearest, rounded):
            return False
    return True


def answers() -> list[Test]:
    """Return a test for the words, and one for the rounding to each narrow format."""
    found = {"the words are AES-128's": words_are_right()}
    found |= {f"{dtype} is float32 rounded to nearest even": rounding_is_right(dtype) for dtype in NARROW}
    return [Test(NAME, question, float(right), float(right)) for question, right in found.items()]
