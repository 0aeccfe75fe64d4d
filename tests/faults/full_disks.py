"""Writes to a disk with a given number of free pages."""

from __future__ import annotations

import atexit
import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.faults.scenes import ENVIRONMENT, FORMATS, Case, build, content, look
from tests.faults.tracer import Action, trace
from winitgen.errors import OutputError

PAGE = 4096
_FOUND_MIDWAY = {"fallocate": Action("error", errno.EINVAL)}


class Full(NamedTuple):
    """A case on a disk with this many free pages; with ``midway`` the space cannot be reserved first.

    ``whole`` runs the command as a process of its own.
    """

    case: Case
    pages: int
    midway: bool
    whole: bool

    def __str__(self) -> str:
        found = "midway" if self.midway else "at once"
        return f"{self.case.format}, {self.case.target}, {self.pages} pages free, found {found}"


def needed(case: Case) -> int:
    """Return the number of pages that the output takes."""
    found = content(case, seed=0)
    parts = [found] if isinstance(found, bytes) else [text for _, text in found or ()]
    return sum(-(-len(part) // PAGE) for part in parts)


def points(*, whole: bool) -> Iterator[Full]:
    """Yield each number of free pages from none to one more than the output takes."""
    for format_ in FORMATS:
        for target in ("absent", "existing"):
            case = Case(format_, target, "middle")
            for midway in (False, True):
                yield from (Full(case, pages, midway, whole) for pages in range(needed(case) + 2))


def written(point: Full) -> str:
    """Write once; return what is wrong afterwards, or nothing."""
    case, disk = point.case, empty_disk()
    folder = disk / "scene"
    folder.mkdir()
    home = build(case, folder)
    with (disk / "ballast").open("wb") as ballast:
        if rest := os.statvfs(disk).f_bfree - point.pages:
            os.posix_fallocate(ballast.fileno(), 0, rest * PAGE)
    found = _whole(point, folder) if point.whole else _inside(point, folder)
    state = look(case, folder, home)
    fits = point.pages >= needed(case)
    wanted = "" if fits else f"cannot write {case.output}: No space left on device"
    if found != wanted:
        return f"said {found!r}, not {wanted!r}"
    before = "old" if case.replaces else "nothing"
    if state != ("new" if fits else before, (), ()):
        return f"left {state}"
    return ""


def _whole(point: Full, folder: Path) -> str:
    always = _FOUND_MIDWAY if point.midway else {}
    run = trace(point.case.command(), folder, ENVIRONMENT, always=always)
    if run.code == 0:
        return run.err
    return (
        run.err.removeprefix("winitgen: ").removesuffix("\n") if run.code == 3 else f"{run.code}: {run.err}"
    )


def _inside(point: Full, folder: Path) -> str:
    before = os.getcwd()
    os.chdir(folder)
    try:
        with _space_not_asked_for() if point.midway else _nothing():
            point.case.write(Path())
    except OutputError as error:
        return str(error)
    finally:
        os.chdir(before)
    return ""


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def _space_not_asked_for() -> Iterator[None]:
    """Simulate a file system that cannot reserve space."""
    real = os.posix_fallocate

    def fail(*args: int) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    os.posix_fallocate = fail
    try:
        yield
    finally:
        os.posix_fallocate = real


def empty_disk() -> Path:
    """Return the disk of this process, with nothing on it."""
    disk = _disk()
    for entry in list(disk.iterdir()):
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    return disk


@cache
def _disk() -> Path:
    """Mount a disk of four megabytes for this process."""
    mount_point = Path(tempfile.mkdtemp(prefix="winitgen-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", mount_point], check=True)
    atexit.register(_unmount, mount_point)
    return mount_point


def _unmount(mount_point: Path) -> None:
    subprocess.run(["umount", mount_point], check=True)
    mount_point.rmdir()
