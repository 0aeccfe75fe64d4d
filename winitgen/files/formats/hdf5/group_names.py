"""The names in the groups of an HDF5 file: a path has those of all groups around it, so that their length grows faster than the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from winitgen.errors import UnreadableError
from winitgen.files.input.open_file import MOST_TENSORS, quoted

LONGEST_PATHS = 1 << 25
"""Characters of all paths in a file together: for each of `MOST_TENSORS` 134, and of fewer more."""


class GroupNames:
    """The names in the groups of one file, in order; ``path`` is that of the file."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._count = self._length = 0

    def of(self, group: Any, prefix: str) -> list[str]:
        """Return the names in a group whose own path is ``prefix``; raise `UnreadableError` for one that is none, or for too many."""
        return sorted(self._of(group, prefix))

    def _of(self, group: Any, prefix: str) -> Iterator[str]:
        for encoded in group:
            self._count += 1
            if self._count > MOST_TENSORS:
                raise UnreadableError(
                    f"{self._path} lists more than {MOST_TENSORS:,} objects, the most that winitgen reads"
                )
            name = encoded.decode(errors="surrogateescape")
            if "/" in name or name in {".", ".."}:  # HDF5 would take it for a path
                raise UnreadableError(
                    f"{self._path} is a damaged HDF5 file: {quoted(name)} is not a valid name"
                )
            self._length += len(prefix) + len(name)
            if self._length > LONGEST_PATHS:
                raise UnreadableError(
                    f"{self._path} has paths of more than {LONGEST_PATHS:,} characters together, the most that winitgen reads"
                )
            yield name
