import random
import zlib

import pytest

from winitgen.files.output.crc32 import combine, combine_all


@pytest.mark.parametrize("lengths", [(0, 0), (0, 5), (5, 0), (1, 1), (1000, 3), (7, 70_000)])
def test_two_halves(lengths: tuple[int, int]) -> None:
    """Two checksums combine to the checksum of the whole."""
    source = random.Random(0)  # noqa: S311 - made-up inputs
    first, second = (source.randbytes(length) for length in lengths)

    assert zlib.crc32(first + second) == combine(zlib.crc32(first), zlib.crc32(second), len(second))


def test_many_parts() -> None:
    """Any split of a message gives the same checksum."""
    source = random.Random(1)  # noqa: S311 - made-up inputs
    message = source.randbytes(10_000)
    for _ in range(50):
        cuts = sorted(source.choices(range(len(message)), k=9))
        parts = [message[a:b] for a, b in zip([0, *cuts], [*cuts, len(message)], strict=True)]

        assert zlib.crc32(message) == combine_all((zlib.crc32(part), len(part)) for part in parts)


def test_nothing() -> None:
    """No parts give the checksum of an empty message."""
    assert zlib.crc32(b"") == combine_all([])
