"""Whether ids and tensor names can be stored together in every format and file system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

LONGEST_NAME = 200


def clash(names: Iterable[str]) -> tuple[str, str] | None:
    """Return the first two names that cannot both be stored, or None.

    Two names clash if they are equal after case folding and Unicode normalisation, or if one is the path of
    a folder of the other: a format with folders cannot hold a tensor and a folder of the same name.
    """
    return next(clashes(names), None)


def clashes(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each name that cannot be stored with those before it, behind the first of these; it is left out for those after it."""
    seen: dict[str, str] = {}
    folders: dict[str, str] = {}
    for name in names:
        folded = name.lower() if name.isascii() else _folded(name)
        folder = _folder(folded)
        if (folder is None or folder in folders) and folded not in seen and folded not in folders:
            seen[folded] = name  # as of nearly all of the 100,000 that a model may have
            continue
        around = []
        while folder is not None and folder not in folders:  # if it is, so are all folders that contain it
            around.append(folder)
            folder = _folder(folder)
        first = seen.get(folded) or folders.get(folded)
        if around and not first:
            first = next((seen[folder] for folder in around if folder in seen), None)
        if first is not None:
            yield first, name
            continue
        seen[folded] = name
        if around:
            folders |= dict.fromkeys(around, name)


def _folded(name: str) -> str:
    """Return a name as compared by file systems that ignore case and Unicode normalisation; of ASCII it is the name in lower case."""
    import unicodedata

    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _folder(name: str) -> str | None:
    """Return the innermost folder that a name is in, if any; it ends at a dot or a slash."""
    end = name.rfind(".")
    if "/" in name:
        end = max(end, name.rfind("/"))
    return None if end < 0 else name[:end]
