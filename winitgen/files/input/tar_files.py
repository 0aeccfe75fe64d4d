"""Tar archives: PyTorch wrote its files as such before 0.1.10, in a form that ``torch.load(weights_only=True)`` refuses."""

from __future__ import annotations

from typing import BinaryIO

_BLOCK, _MAGIC, _MAGIC_AT = 512, b"ustar", 257
_NAME, _SIZE = slice(0, 100), slice(124, 136)
_MOST_MEMBERS = 20
"""Members that are looked at; PyTorch wrote four, each perhaps behind one of attributes."""

_OF_PYTORCH = {b"storages", b"tensors", b"pickle"}


def is_tar(head: bytes) -> bool:
    """Tell whether a file begins as a tar archive, of which the oldest have no mark (POSIX.1-1988, ustar)."""
    return head.startswith(_MAGIC) or head[_MAGIC_AT:].startswith(_MAGIC)


def tar_kind(file: BinaryIO) -> str:
    """Return what a tar archive is, and what to do instead, as what follows "is "."""
    if not _names(file) >= _OF_PYTORCH:
        return "a tar archive; unpack it first"
    return (
        "a tar archive of PyTorch before 0.1.10, which torch.load(weights_only=True) refuses as well; "
        "load it with weights_only=False where it is trusted, and save it with safetensors.torch.save_file"
    )


def _names(file: BinaryIO) -> set[bytes]:
    """Return the names of the first members, as far as their headers can be followed."""
    names: set[bytes] = set()
    position = 0
    for _ in range(_MOST_MEMBERS):
        file.seek(position)
        header = file.read(_BLOCK)
        size = header[_SIZE].strip(b" \0")
        if len(header) < _BLOCK or header[_MAGIC_AT:][: len(_MAGIC)] != _MAGIC or not size.isdigit():
            break
        names.add(header[_NAME].rstrip(b"\0").removeprefix(b"./"))
        try:
            position += _BLOCK * (1 + -(-int(size, 8) // _BLOCK))
        except ValueError:  # digits that are not octal
            break
    return names
