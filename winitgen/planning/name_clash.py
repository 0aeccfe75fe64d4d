"""Whether ids and tensor names can stand side by side in every format and file system."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

LONGEST_NAME = 200


def clash(names: Iterable[str], separators: str = "./") -> tuple[str, str] | None:
    """Return the first two names that cannot both be stored, or None.

    Two names clash when they are equal after case folding and Unicode normalisation, or when one is
    a prefix path of the other: a file format with folders cannot hold a tensor and a folder of one name.
    """
    seen: dict[str, str] = {}
    folders: dict[str, str] = {}
    for name in names:
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
        if folded in seen:
            return seen[folded], name
        if folded in folders:
            return folders[folded], name
        seen[folded] = name
        for end, character in enumerate(folded):
            if character in separators:
                prefix = folded[:end]
                if prefix in seen:
                    return seen[prefix], name
                folders.setdefault(prefix, name)
    return None
