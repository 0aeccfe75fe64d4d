"""What a recipe says of the tensors of a file that are copied from another one."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Any, NamedTuple


class CopiedEntry(NamedTuple):
    """Which tensors of the layer-spec are drawn, and the digest of all tensors of the file that are copied.

    ``names`` are those of the drawn ones, or with ``are_copied`` those of the copied ones: whichever are fewer. Tensors
    of the file that the layer-spec does not have are copied too. ``sha256`` is the `copied_digest`.
    """

    names: frozenset[str]
    are_copied: bool
    sha256: str

    @classmethod
    def of(cls, drawn: Iterable[str], copied: Iterable[str], sha256: str) -> CopiedEntry:
        """Return the entry with the shorter of both lists."""
        drawn, copied = frozenset(drawn), frozenset(copied)
        shorter = copied if len(copied) < len(drawn) else drawn
        return cls(shorter, shorter is copied, sha256)

    @classmethod
    def of_plain(cls, found: Any) -> CopiedEntry | None:
        """Return the entry of plain values from a file, which may be anything; None if they are not one."""
        if not isinstance(found, dict) or not _is_sha256(found.get("sha256")):
            return None
        kinds = [kind for kind in ("drawn", "copied") if kind in found]
        names = found[kinds[0]] if len(kinds) == 1 else None
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            return None
        return cls(frozenset(names), kinds == ["copied"], found["sha256"])

    @property
    def plain(self) -> dict[str, Any]:
        """The entry as plain values."""
        return {"copied" if self.are_copied else "drawn": sorted(self.names), "sha256": self.sha256}

    def is_of(self, names: Set[str], absent: Set[str]) -> bool:
        """Tell whether init may have written the entry for a layer-spec whose tensors have these ``names``.

        The shorter list is that of these tensors that are copied or drawn. ``absent`` are those that the file's format has no
        place for; among the drawn ones they are not listed.
        """
        if not self.names <= names:
            return False
        rest = names - self.names
        if self.are_copied:
            return 0 < len(self.names) < len(rest - absent)
        return len(self.names) <= len(rest) and bool(self.names or absent)

    def draws(self, name: str) -> bool:
        """Tell whether a tensor of the layer-spec is drawn."""
        return (name in self.names) is not self.are_copied


def _is_sha256(found: Any) -> bool:
    """Tell whether a value from a file is a SHA-256 in hexadecimal."""
    return isinstance(found, str) and len(found) == 64 and set(found) <= set("0123456789abcdef")
