"""Linux's renameat2, which Python's standard library lacks: renames that never overwrite anything."""

from __future__ import annotations

import errno
import os

HERE = -100  # AT_FDCWD: paths are relative to the working directory
_NO_REPLACE, _EXCHANGE = 1, 2


def rename_new(old: str, new: str, folder: int = HERE) -> None:
    """Rename ``old`` to ``new``; raise `FileExistsError` if ``new`` exists.

    If the system lacks the call, the check and the rename are two steps.
    """
    if _renameat2(old, new, folder, _NO_REPLACE):
        return
    at = None if folder == HERE else folder
    try:
        os.stat(new, dir_fd=at, follow_symlinks=False)
    except FileNotFoundError:
        os.rename(old, new, src_dir_fd=at, dst_dir_fd=at)
        return
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def exchange(one: str, other: str) -> bool:
    """Exchange two paths atomically; return False if the system cannot."""
    return _renameat2(one, other, HERE, _EXCHANGE)


def _renameat2(old: str, new: str, folder: int, flags: int) -> bool:
    import ctypes

    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if not call:
        return False
    if call(folder, os.fsencode(old), folder, os.fsencode(new), flags) == 0:
        return True
    number = ctypes.get_errno()
    if number in {errno.EINVAL, errno.ENOSYS}:
        return False
    raise OSError(number, os.strerror(number))
