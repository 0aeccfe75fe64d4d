"""What an npz file says of itself as a whole: sizes and counts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

from winitgen.files.input.open_file import quoted
from winitgen.files.input.opening import reading

if TYPE_CHECKING:
    from winitgen.files.formats.npz.member import Member


def size_of(file: BinaryIO) -> int:
    """Return the bytes of a file."""
    with reading(""):
        return file.seek(0, os.SEEK_END)


def facts_of(file: BinaryIO, members: Sequence[Member], others: Sequence[str]) -> dict[str, int | str]:
    """Return the sizes and counts of an archive; ``others`` are the names of members that are no arrays."""
    size = size_of(file)
    facts: dict[str, int | str] = {
        "file_bytes": size,
        "header_bytes": max(0, size - sum(member.info.compress_size for member in members)),
        "members": len(members),
    }
    packed = [member.info.compress_size for member in members if member.packed]
    if packed:
        facts["compressed_members"] = len(packed)
        facts["compressed_bytes"] = sum(packed)
    if others:
        facts["other_members"] = ", ".join(quoted(name) for name in others[:10])
    return facts
