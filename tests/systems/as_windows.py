"""Runs commands of winitgen with only those calls of the system that Python has on Windows, as Windows answers them.

The libraries are loaded first: they are the ones of this system. What Windows does otherwise is imitated where
winitgen would meet it: open files are not moved, folders are not opened, no name is replaced by a rename, and
a file is only settled by who may write to it. Arguments: the commands, as a list of lists in JSON; prints
a list of [exit code, standard output, standard error].
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import multiprocessing
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from typing import Any

import click.shell_completion
import cryptography.hazmat.primitives.ciphers
import h5py
import ml_dtypes
import mpmath
import msgspec
import numpy
import rich.console
import rich.table
import ruamel.yaml
import simpleeval
import threadpoolctl

LOADED = (
    multiprocessing,
    shutil,
    subprocess,
    tempfile,
    zipfile,
    click,
    cryptography,
    h5py,
    ml_dtypes,
    mpmath,
    msgspec,
    numpy,
    rich,
    ruamel,
    simpleeval,
    threadpoolctl,
)

CALLS = [
    "fchmod",
    "fork",
    "forkpty",
    "getpgid",
    "getuid",
    "geteuid",
    "getloadavg",
    "initgroups",
    "killpg",
    "lockf",
    "mkfifo",
    "mknod",
    "nice",
    "openpty",
    "posix_fadvise",
    "posix_fallocate",
    "pread",
    "preadv",
    "pwrite",
    "pwritev",
    "register_at_fork",
    "sched_getaffinity",
    "sched_setaffinity",
    "sendfile",
    "setsid",
    "sync",
    "sysconf",
    "uname",
    "wait4",
    "waitid",
    "O_CLOEXEC",
    "O_DIRECTORY",
    "O_NOCTTY",
    "O_NOFOLLOW",
    "O_NONBLOCK",
    "O_SYNC",
    "O_TMPFILE",
]
"""What ``os`` lacks on Windows, of what a program that writes files might use."""

MODULES = ("fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty")

_real = {name: getattr(os, name) for name in ("open", "rename", "replace", "link", "stat", "unlink", "fsync")}
_real["getfl"] = fcntl.fcntl


def _in_use(path: str) -> bool:
    """Tell whether this process has a file, or a file of a folder, open."""
    whole = os.path.realpath(path)
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            found = os.readlink(f"/proc/self/fd/{number}")
            if found == whole or found.startswith(f"{whole}/"):
                return True
    return False


def _only_by_path(name: str, options: dict[str, Any]) -> None:
    if any(options.get(key) is not None for key in ("dir_fd", "src_dir_fd", "dst_dir_fd")):
        raise NotImplementedError(f"{name}: dir_fd unavailable on this platform")


def _open(path: str, flags: int, mode: int = 0o777, **options: Any) -> int:
    _only_by_path("open", options)
    if os.path.isdir(path):
        raise PermissionError(13, "Permission denied", path)
    assert flags & os.O_BINARY, f"{path} is opened as text, which would change line ends"
    return int(_real["open"](path, flags & ~os.O_BINARY, mode))


def _rename(old: str, new: str, **options: Any) -> None:
    _only_by_path("rename", options)
    if os.path.lexists(new):
        raise FileExistsError(17, "Cannot create a file when that file already exists", old, None, new)
    _move(old, new)


def _replace(old: str, new: str, **options: Any) -> None:
    _only_by_path("replace", options)
    if os.path.isdir(new):
        raise PermissionError(13, "Access is denied", new)
    _move(old, new)


def _move(old: str, new: str) -> None:
    if _in_use(old) or _in_use(new):
        raise PermissionError(
            13, "The process cannot access the file because it is being used by another process"
        )
    _real["replace"](old, new)


def _unlink(path: str, **options: Any) -> None:
    _only_by_path("unlink", options)
    if _in_use(path):
        raise PermissionError(
            13, "The process cannot access the file because it is being used by another process"
        )
    _real["unlink"](path)


def _stat(path: Any, **options: Any) -> os.stat_result:
    _only_by_path("stat", {"dir_fd": options.get("dir_fd")})
    found: os.stat_result = _real["stat"](path, **options)
    return found


def _link(*_: Any, **__: Any) -> None:
    raise AssertionError("not every file system of Windows has links")


def _fsync(fd: int) -> None:
    assert not stat.S_ISDIR(os.fstat(fd).st_mode)
    if _real["getfl"](fd, 3) & 3 == os.O_RDONLY:
        raise OSError(9, "Bad file descriptor")


def become_windows() -> None:
    """Take away what Windows lacks, and give what it has."""
    for name in CALLS:
        if hasattr(os, name):
            delattr(os, name)
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment]  # an import of it fails
    os.O_BINARY, os.O_NOINHERIT = 1 << 30, 0
    os.open, os.rename, os.replace, os.unlink = _open, _rename, _replace, _unlink
    os.stat, os.link, os.fsync = _stat, _link, _fsync
    shutil._use_fd_functions = False  # type: ignore[attr-defined]  # chosen when it was loaded
    sys.platform = "win32"


def run(arguments: list[str]) -> tuple[int, str, str]:
    """Run one command; return its exit code and what it printed."""
    from winitgen.cli import main

    out, err = (io.TextIOWrapper(io.BytesIO(), "cp1252", newline="\n") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(arguments)
            code: Any = 0
        except SystemExit as ended:
            code = ended.code
    texts = [stream.buffer.getvalue().decode("cp1252") for stream in (out, err) if not stream.flush()]
    return int(code or 0), texts[0], texts[1]


if __name__ == "__main__":
    commands = json.loads(sys.argv[1])
    become_windows()
    print(json.dumps([run(arguments) for arguments in commands]))
