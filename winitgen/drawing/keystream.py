"""The only source of randomness: (seed, parameter id) to a key, and a key to any range of random words.

Words are the AES-128 key stream in counter mode (NIST SP 800-38A 6.5) with the counter, a 128-bit
big-endian block number, starting at zero. Any range of it can be computed directly.
"""

from __future__ import annotations

import hashlib
from typing import Any

_BLOCK = 16
_ZEROS = memoryview(bytes(1 << 18))  # the plain text: the key stream is the cipher text of zeros


def key(seed: int, parameter_id: str, purpose: str = "") -> bytes:
    r"""Return the 16-byte key of a parameter's key stream.

    It is the first half of SHA-256 over ``winitgen/1``, the decimal seed and the parameter id, one per
    line; a second key stream for the same parameter adds its purpose as a fourth line.

    >>> key(7, "fc1/kernel").hex()
    '7bd5e994ef607b34fc40c3668d5b38cc'
    """
    text = f"winitgen/1\n{seed}\n{parameter_id}"
    if purpose:
        text += f"\n{purpose}"
    return hashlib.sha256(text.encode()).digest()[:16]


class BlocksKey(bytes):
    """A key of which only some blocks of 16 bytes are read: ``blocks`` from each number of ``first`` (an int64 array) on."""

    first: Any
    blocks: int


def words(key: bytes, start_byte: int, out: Any) -> None:
    """Fill ``out``, any writable contiguous buffer, with the key stream from ``start_byte`` (>= 0) on.

    The cost grows with the bytes asked for, plus about 3 microseconds; it does not depend on ``start_byte``. Of a
    `BlocksKey` it is all of its blocks, and ``start_byte`` is 0.
    """
    if isinstance(key, BlocksKey):
        _blocks(key, out)
        return
    # Imported here, because a plan needs keys but no words.
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    block, skip = divmod(start_byte, _BLOCK)
    encryptor = Cipher(algorithms.AES(key), modes.CTR(block.to_bytes(_BLOCK, "big"))).encryptor()
    encryptor.update(_ZEROS[:skip])
    room = memoryview(out).cast("B")
    done, size = 0, len(room)
    while size - done >= _BLOCK:
        # Before cryptography 43, update_into needs 15 bytes of room beyond what it writes.
        count = min(len(_ZEROS), size - done - (_BLOCK - 1))
        done += encryptor.update_into(_ZEROS[:count], room[done:])
    room[done:] = encryptor.update(_ZEROS[: size - done])


def _blocks(key: BlocksKey, out: Any) -> None:
    """Fill ``out`` with blocks of a key stream: each is the cipher text of its number, as the counter mode has it."""
    import numpy as np
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    counters: Any = np.zeros((key.first.size, key.blocks, 2), np.dtype(">u8"))
    if key.first.max() + key.blocks < 1 << 32:  # numbers of 32 bits take half the time
        low, lower = np.arange(key.blocks, dtype=np.uint32), counters.view(np.dtype(">u4"))[..., 3]
        np.add(key.first[:, np.newaxis].astype(np.uint32), low, out=lower, casting="unsafe")
    else:
        counters[..., 1] = key.first[:, np.newaxis] + np.arange(key.blocks)
    encryptor = Cipher(algorithms.AES(bytes(key)), modes.ECB()).encryptor()  # noqa: S305  # of counters, each once
    room, plain = memoryview(out).cast("B"), memoryview(counters).cast("B")
    done = encryptor.update_into(plain[:-_BLOCK], room)
    room[done:] = encryptor.update(plain[-_BLOCK:])
