"""What a recipe says of the tensors of a file that are copied from another one."""

from __future__ import annotations

from collections.abc import Iterable
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
        if not isinstance(found, dict) or not isinstance(found.get("sha256"), str):
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

    def draws(self, name: str) -> bool:
        """Tell whether a tensor of the layer-spec is drawn."""
        return (name in self.names) is not self.are_copied
