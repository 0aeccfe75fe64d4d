"""The key streams of 256 parameters, interleaved into one, as input of PractRand and TestU01.

The key streams of a model's tensors must be as independent as the words within one. So, word by
word, each of 256 key streams gives one in turn: 8 seeds, 8 layers whose names differ by a character, and for each
layer the kernel and the bias, both with a second key stream for the positions of a sparse kernel. ::

    python -m tests.certificate.words | RNG_test stdin32 -tlmax 64GB
    python -m tests.certificate.words | ./testu01 SmallCrush          # see testu01.c
    python -m tests.certificate.words 1000000 | sha256sum             # only this many bytes
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import numpy as np

from winitgen.drawing import keystream

SEEDS = range(8)
LAYERS = tuple(f"fc{number}" for number in range(8))
ROLES = ("kernel", "bias")
PURPOSES = ("", "positions")

KEYS = tuple(
    keystream.key(seed, f"{layer}/{role}", purpose)
    for seed in SEEDS
    for layer in LAYERS
    for role in ROLES
    for purpose in PURPOSES
)

TURNS = 1 << 13
"""Words taken from each key stream at once: 8 MiB together."""


def interleaved() -> Iterator[np.ndarray]:
    """Yield runs of the interleaved key streams without end: little-endian words, shape (turns, streams)."""
    words = np.empty((len(KEYS), TURNS), "<u4")
    start = 0
    while True:
        for row, key in zip(words, KEYS, strict=True):
            keystream.words(key, start, row)
        start += words[0].nbytes
        yield np.ascontiguousarray(words.T)


def main(limit: int) -> None:
    """Write the interleaved key streams to standard output up to ``limit`` bytes, or until the pipe breaks."""
    left = limit
    for run in interleaved():
        data = memoryview(run).cast("B")[:left]
        while data:
            try:
                data = data[os.write(1, data) :]
            except BrokenPipeError:
                return
        left -= min(left, run.nbytes)
        if not left:
            return


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else sys.maxsize)
