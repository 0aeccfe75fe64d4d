"""How much larger than what a file stores the values may be that it declares."""

from __future__ import annotations

from collections.abc import Iterable

from winitgen.errors import UnreadableError
from winitgen.files.input.open_file import quoted

MOST_EXPANDED = 1000
ALWAYS_EXPANDED = 1 << 30


def check_expansion(path: str, name: str, nbytes: int, stored: int) -> None:
    """Raise `UnreadableError` if the declared size is too large to be explained by compression."""
    if nbytes > ALWAYS_EXPANDED and nbytes > MOST_EXPANDED * stored:
        raise UnreadableError(
            f"{path}: {quoted(name)} declares {nbytes:,} bytes but stores {stored:,}; refusing to expand it"
        )


def check_whole_expansion(path: str, sizes: Iterable[tuple[int, int]]) -> None:
    """Raise `UnreadableError` if all compressed members together declare too much; ``sizes`` are declared and stored."""
    declared, stored = map(sum, zip((0, 0), *sizes, strict=True))
    if declared > ALWAYS_EXPANDED and declared > MOST_EXPANDED * stored:
        raise UnreadableError(
            f"{path}: its compressed members declare {declared:,} bytes together but store {stored:,}; refusing to expand them"
        )
