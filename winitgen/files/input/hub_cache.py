"""The cache of Hugging Face's libraries: a folder for each model, with a folder for each of its snapshots.

``models--ORG--NAME/refs/main`` holds the name of a folder in ``snapshots``, whose files are links into ``blobs``
(https://huggingface.co/docs/huggingface_hub/guides/manage-cache). Links that lead out of the model's folder are not followed.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePath

from winitgen.errors import UnreadableError
from winitgen.files.input.open_file import quoted
from winitgen.files.input.opening import opened
from winitgen.files.input.steady import changed

_SNAPSHOTS, _BLOBS, _REFS = "snapshots", "blobs", "refs"
_NO_EXIST = ".no_exist"
"""The folder of empty files, in a folder for each snapshot, which tell of a file that it has none (``try_to_load_from_cache``)."""

MODELS = "models--"
"""How the folder of a model begins in a cache."""

_LONGEST_REF = 1000
_MOST_LINKS = 40
"""Links on one path, of which Linux follows no more."""

MOST_NAMED = 5


def cache_of(path: str) -> str | None:
    """Return the folder of the model in a cache of which ``path`` is a snapshot or a folder in one; None if it is none.

    It may be named through links, and be a link itself that leads out.
    """
    return next(filter(None, map(_cache_above, _ways(path))), None)


def _ways(path: str) -> Iterator[str]:
    """Yield an absolute path, and what it is as one link on it after another is replaced by where that leads."""
    whole = path if os.path.isabs(path) else os.path.join(os.getcwd(), path)
    for _ in range(_MOST_LINKS):
        yield os.path.normpath(whole)
        found = _without_first_link(whole)
        if found is None:
            return
        whole = found


def _without_first_link(path: str) -> str | None:
    """Return an absolute path without the first link on it; None if there is none."""
    done, *rest = PurePath(path).parts
    for index, part in enumerate(rest, 1):
        if part == os.pardir:
            done = os.path.dirname(done)
            continue
        folder, done = done, os.path.join(done, part)
        if os.path.islink(done):
            return os.path.join(folder, os.readlink(done), *rest[index:])
    return None


def _cache_above(folder: str) -> str | None:
    while True:
        above, name = os.path.split(folder)
        if not name:
            return None
        root = os.path.dirname(above)
        if os.path.basename(above) == _SNAPSHOTS and _is_model(root):
            return root
        folder = above


def _is_model(path: str) -> bool:
    """Tell whether a folder is that of a model in a cache, of which a copy may lack the blobs or the refs."""
    beside = any(os.path.isdir(os.path.join(path, name)) for name in (_BLOBS, _REFS))
    return beside and os.path.isdir(os.path.join(path, _SNAPSHOTS))


def marked_missing(folder: str, names: Collection[str]) -> Iterator[str]:
    """Yield the marks, as paths in the cache, by which a snapshot, or a folder in one, lacks files of these names.

    The libraries look for a mark before they look for the file, unless they are given the path of the snapshot.
    """
    for way in _ways(folder):
        if (root := _cache_above(way)) is None:
            continue
        parts = PurePath(way).relative_to(PurePath(root, _SNAPSHOTS)).parts
        for name in sorted(names):
            if os.path.isfile(os.path.join(root, _NO_EXIST, *parts, name)):
                yield "/".join((_NO_EXIST, *parts, name))


def leads_out(path: str, within: str) -> bool:
    """Tell whether a file is a link, or in a linked folder, which leads out of a cache."""
    return not os.path.realpath(path).startswith(os.path.join(os.path.realpath(within), ""))


def check_inside(path: str, within: str) -> None:
    """Raise `UnreadableError` for a file that leads out of a cache."""
    if leads_out(path, within):
        raise UnreadableError(f"{path} is a link that leads out of {within}, and is not followed")


def check_opened(path: str, within: str, fd: int) -> None:
    """Raise `ChangedError` unless an open file is the one that a link leads to, and that in a cache: it may have been replaced since it was looked at."""
    check_inside(path, within)
    try:
        same = os.path.samestat(os.lstat(os.path.realpath(path)), os.fstat(fd))
    except OSError:
        same = False
    if not same:
        raise changed(path)


def snapshot_in(path: str) -> str:
    """Return the folder of the snapshot that stands for a model in a cache, or the path itself for any other folder.

    A folder with files of its own is another one, as the model in a cache has none. The snapshot is the one that ``refs/main`` names, or else the only one. Raises `UnreadableError` if there are several, or none.
    """
    if not _is_model(path) or _has_files(path):
        return path
    names = _folders(os.path.join(path, _SNAPSHOTS))
    main = os.path.join(path, _REFS, "main")
    if os.path.isfile(main):
        return _snapshot_of_main(path, main, names)
    if len(names) == 1:
        return os.path.join(path, _SNAPSHOTS, names[0])
    if not names:
        raise UnreadableError(f"{path} is a model in a cache of Hugging Face without a snapshot; download it")
    raise UnreadableError(
        f"{path} is a model in a cache of Hugging Face with {len(names)} snapshots and no refs/main: {listed(names)}; name one"
    )


def _snapshot_of_main(path: str, main: str, names: Sequence[str]) -> str:
    with opened(main, follow=False) as file:
        text = file.read(_LONGEST_REF)
    named = text.decode(errors="replace").strip()
    if named not in names:
        raise UnreadableError(f"{path} has no snapshot {quoted(named)}, which its refs/main names")
    return os.path.join(path, _SNAPSHOTS, named)


def _folders(path: str) -> list[str]:
    """Return the names of the folders in a folder; of one that may not be listed none, as opening it says so."""
    try:
        return sorted(entry.name for entry in os.scandir(path) if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


def _has_files(path: str) -> bool:
    """Tell whether a folder has files whose names do not begin with a dot."""
    try:
        with os.scandir(path) as entries:
            return any(not entry.name.startswith(".") and not entry.is_dir() for entry in entries)
    except OSError:
        return False


def listed(names: Sequence[str]) -> str:
    """Return the first of some names, and how many more there are.

    >>> listed(["a", "b"]), listed(list("abcdefg"))
    ("'a', 'b'", "'a', 'b', 'c', 'd', 'e' and 2 more")
    """
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(quoted(name) for name in names[:MOST_NAMED]) + more
