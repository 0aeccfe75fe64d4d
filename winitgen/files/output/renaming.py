"""Renames that never overwrite anything, which Python's standard library lacks: Linux's renameat2, and macOS's own."""

from __future__ import annotations

import errno
import os
import sys
from typing import Any, NamedTuple


class _RenameCall(NamedTuple):
    """A system's call with its flags, and the errors of file systems and kernels that lack it."""

    name: str
    no_replace: int
    exchange: int
    here: int
    lacking: frozenset[int]


_CALLS = {
    "linux": _RenameCall("renameat2", 1, 2, -100, frozenset({errno.EINVAL, errno.ENOSYS})),
    "darwin": _RenameCall("renameatx_np", 4, 2, -2, frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP})),
}
"""``here`` is AT_FDCWD: paths are relative to the working directory."""


def rename_new(old: str, new: str, folder: int | None = None) -> None:
    """Rename ``old`` to ``new`` in an open folder; raise `FileExistsError` if ``new`` exists.

    If the system lacks the call, the check and the rename are two steps; on Windows every rename is of this kind.
    """
    if sys.platform == "win32":
        os.rename(old, new)
        return
    if _renamed(old, new, folder, exchange=False):
        return
    try:
        os.stat(new, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        os.rename(old, new, src_dir_fd=folder, dst_dir_fd=folder)
        return
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def exchange(one: str, other: str) -> bool:
    """Exchange two paths atomically; return False if the system cannot."""
    return _renamed(one, other, None, exchange=True)


def _renamed(old: str, new: str, folder: int | None, *, exchange: bool) -> bool:
    """Call what the system has; return False if it has nothing, or not for this file system."""
    import ctypes

    row = _CALLS.get(sys.platform)
    call = row and _function(row.name)
    if not row or not call:
        return False
    place = row.here if folder is None else folder
    flags = row.exchange if exchange else row.no_replace
    if call(place, os.fsencode(old), place, os.fsencode(new), flags) == 0:
        return True
    number = ctypes.get_errno()
    if number in row.lacking:
        return False
    raise OSError(number, os.strerror(number))


def _function(name: str) -> Any:
    """Return a function of the system's library, or None if it has none of this name."""
    import ctypes

    return getattr(ctypes.CDLL(None, use_errno=True), name, None)
