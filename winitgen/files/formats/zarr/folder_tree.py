"""All that is in a folder of zarr: where its metadata are, how many bytes stand beside them, and what is no file of the folder.

No link is followed: TensorStore would follow it, so that no array is read of which a file is one. Only in a cache of Hugging Face's
libraries, where all files are links, those count as files that lead to another file of the cache.
"""

from __future__ import annotations

import os
import stat
from hashlib import blake2b

from winitgen.errors import UnreadableError
from winitgen.files.formats.zarr.recognition import ARRAY_2, ATTRIBUTES_2, GROUP_2, GROUPED_2, NODE_3, TEXTS
from winitgen.files.input.hub_cache import leads_out
from winitgen.files.input.steady import changed

MOST_FILES = 1_000_000
DEEPEST = 64
_METADATA = frozenset({ARRAY_2, GROUP_2, GROUPED_2, NODE_3, TEXTS})


class ZarrFolder:
    """A folder with files of metadata: their names, and its path in the tree, with ``/`` between names.

    ``attributes`` is whether a ``.zattrs`` stands beside them. ``stored`` and ``chunks`` are the bytes and the number of its other files, and of those in folders below that have no metadata.
    ``foreign`` is the path of one that is a link or a device, empty if there is none.
    """

    __slots__ = ("attributes", "chunks", "foreign", "metadata", "path", "stored")

    def __init__(self, path: str) -> None:
        self.path = path
        self.metadata: set[str] = set()
        self.attributes = False
        self.stored = 0
        self.chunks = 0
        self.foreign = ""


class FolderTree:
    """The folders of a tree that have metadata, in the order of their paths; ``total`` counts the bytes of all ``files``.

    ``foreign`` is the path of something that is neither a file nor a folder, empty if there is none.
    """

    def __init__(self, path: str, within: str | None) -> None:
        self.path = path
        self._within = within
        self.folders: list[ZarrFolder] = []
        self.total, self.files, self.foreign = 0, 0, ""
        self._entries = 0
        self._state = 0
        waiting: list[tuple[str, ZarrFolder | None]] = [("", None)]
        while waiting:
            waiting += self._looked_at(*waiting.pop())
        self.folders.sort(key=lambda folder: folder.path.split("/"))

    def check(self) -> None:
        """Raise `ChangedError` if a file was changed, added or removed since the tree was looked at."""
        try:
            again = FolderTree(self.path, self._within)
        except FileNotFoundError:
            raise changed(self.path) from None
        if again._state != self._state:
            raise changed(self.path)

    def _looked_at(self, place: str, above: ZarrFolder | None) -> list[tuple[str, ZarrFolder | None]]:
        """Look at the files of a folder; return the folders in it, each with the nearest one that has metadata."""
        own, folders = ZarrFolder(place), []
        with os.scandir(os.path.join(self.path, place) if place else self.path or os.curdir) as entries:
            for entry in entries:
                path = f"{place}/{entry.name}" if place else entry.name
                if entry.is_dir(follow_symlinks=False):
                    folders.append(path)
                self._count(entry, path, own)
        if own.metadata or above is None:
            above = own
            if own.metadata:
                self.folders.append(own)
        else:
            above.stored += own.stored
            above.chunks += own.chunks
            above.foreign = above.foreign or own.foreign
        if folders and place.count("/") >= DEEPEST:
            raise UnreadableError(
                f"{self.path} has folders in more than {DEEPEST} others, the most that winitgen looks into"
            )
        return [(path, above) for path in folders]

    def _count(self, entry: os.DirEntry[str], path: str, own: ZarrFolder) -> None:
        """Count a file of a folder."""
        self._entries += 1
        if self._entries > MOST_FILES:
            raise UnreadableError(
                f"{self.path} has more than {MOST_FILES:,} files, the most that winitgen looks at"
            )
        found = entry.stat(follow_symlinks=False)
        if stat.S_ISLNK(found.st_mode) and self._within and not leads_out(entry.path, self._within):
            found = entry.stat()
        times = f"{found.st_mtime_ns} {found.st_ctime_ns}"
        state = f"{path}\0{found.st_mode} {found.st_ino} {found.st_size} {times}"
        digest = blake2b(state.encode(errors="surrogatepass"), digest_size=16).digest()
        self._state = (self._state + int.from_bytes(digest, "little")) % (1 << 128)  # in any order
        if not stat.S_ISREG(found.st_mode):
            if not stat.S_ISDIR(found.st_mode) or entry.is_symlink():
                self.foreign = self.foreign or path
                own.foreign = own.foreign or path
            return
        self.files += 1
        self.total += found.st_size
        if entry.name in _METADATA:
            own.metadata.add(entry.name)
        elif entry.name == ATTRIBUTES_2:
            own.attributes = True
        else:
            own.stored += found.st_size
            own.chunks += 1
