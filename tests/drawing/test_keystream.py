import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from winitgen.drawing import keystream

KEY = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")


def drawn(key: bytes, start_byte: int, count: int) -> bytes:
    """Return ``count`` bytes of the key stream."""
    out = bytearray(count)
    keystream.words(key, start_byte, out)
    return bytes(out)


def one_block(key: bytes, number: int) -> bytes:
    """Encrypt one counter block, without the cipher's own counter mode."""
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - one block is what is tested
    return encryptor.update(number.to_bytes(16, "big"))


def test_counter_mode_vectors() -> None:
    """NIST SP 800-38A F.5.1: from the vector's counter on, the key stream turns plain text into cipher text."""
    counter = int("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", 16)
    plain = bytes.fromhex(
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
        "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
    )
    cipher = bytes.fromhex(
        "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
        "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee"
    )

    assert cipher == bytes(a ^ b for a, b in zip(plain, drawn(KEY, 16 * counter, 64), strict=True))


@pytest.mark.parametrize(
    ("key", "block", "expected"),
    [
        pytest.param(
            "000102030405060708090a0b0c0d0e0f",
            "00112233445566778899aabbccddeeff",
            "69c4e0d86a7b0430d8cdb78070b4c55a",
            id="FIPS-197 C.1",
        ),
        pytest.param(
            KEY.hex(),
            "3243f6a8885a308d313198a2e0370734",
            "3925841d02dc09fbdc118597196a0b32",
            id="FIPS-197 B",
        ),
        pytest.param(
            KEY.hex(),
            "6bc1bee22e409f96e93d7e117393172a",
            "3ad77bb40d7a3660a89ecaf32466ef97",
            id="SP 800-38A F.1.1",
        ),
        pytest.param("0" * 32, "0" * 32, "66e94bd4ef8a2c3b884cfa59ca342b2e", id="all zeros"),
    ],
)
def test_known_answers(key: str, block: str, expected: str) -> None:
    """The sixteen bytes at block number n are AES-128 of n, as the standards' examples have it."""
    assert expected == drawn(bytes.fromhex(key), 16 * int(block, 16), 16).hex()


def test_counter_starts_at_zero() -> None:
    """Byte 0 belongs to block 0, and blocks count up by one, big-endian."""
    assert b"".join(one_block(KEY, number) for number in range(300)) == drawn(KEY, 0, 4800)


@pytest.mark.parametrize("start", [0, 1, 15, 16, 17, 31, 1000, 262_143, 262_145])
@pytest.mark.parametrize("count", [0, 1, 3, 15, 16, 17, 33, 4096, 262_144, 262_159, 600_001])
def test_any_range_is_a_slice_of_the_whole(start: int, count: int) -> None:
    """A range drawn by itself equals the same range of one long draw, also at odd offsets and lengths."""
    whole = drawn(KEY, 0, 900_000)

    assert whole[start : start + count] == drawn(KEY, start, count)


def test_far_ranges_are_correct() -> None:
    """A range beyond 2^64 bytes is computed directly."""
    assert one_block(KEY, 2**60)[5:9] == drawn(KEY, 2**64 + 5, 4)


def test_fills_arrays_of_any_item_size() -> None:
    """An array of any dtype and shape is filled as bytes."""
    out = np.empty((3, 5), np.int64)
    keystream.words(KEY, 7, out)

    assert drawn(KEY, 7, 120) == out.tobytes()


def test_threads_do_not_interfere() -> None:
    """Many threads that draw at once get the same bytes as one thread."""
    starts = range(0, 64 * 70_001, 70_001)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda start: drawn(KEY, start, 70_001), starts))

    assert drawn(KEY, 0, 64 * 70_001) == b"".join(found)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        pytest.param((0, "fc1/kernel"), "winitgen/1\n0\nfc1/kernel", id="seed and id"),
        pytest.param((-5, "a.b/bias"), "winitgen/1\n-5\na.b/bias", id="negative seed"),
        pytest.param(
            (2**70, "größe/kernel"), f"winitgen/1\n{2**70}\ngröße/kernel", id="large seed, id in UTF-8"
        ),
        pytest.param((7, "fc1/kernel", "positions"), "winitgen/1\n7\nfc1/kernel\npositions", id="purpose"),
    ],
)
def test_keys(call: tuple[int, str], text: str) -> None:
    """A key is the first half of SHA-256 over the version, the seed and the id, one per line."""
    assert hashlib.sha256(text.encode("utf-8")).digest()[:16] == keystream.key(*call)


def test_keys_need_no_cipher() -> None:
    """A plan, which holds keys but draws nothing, does not load the cipher."""
    code = "import sys, winitgen.drawing.keystream as s; s.key(1, 'a/b'); sys.exit('cryptography' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
