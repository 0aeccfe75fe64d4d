"""macOS's own calls, where its library is replaced by one that notes what it is asked."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from winitgen.files.descriptors import settle
from winitgen.files.output import renaming

fcntl = pytest.importorskip("fcntl", reason="a call of macOS and Linux")


class Library:
    """A system library whose call of macOS ends with an error number, or 0."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.asked: list[tuple[Any, ...]] = []

    def renameatx_np(self, *given: Any) -> int:
        """Note the call."""
        self.asked.append(given)
        ctypes.set_errno(self.number)
        return -1 if self.number else 0


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Library:
    """Pretend to be macOS with such a library."""
    found = Library(request.param)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(ctypes, "CDLL", lambda name, use_errno: found)
    return found


@pytest.mark.parametrize("library", [0], indirect=True)
def test_folders_are_exchanged(library: Library) -> None:
    """RENAME_SWAP is 2 and RENAME_EXCL 4; AT_FDCWD is -2 (sys/stdio.h, sys/fcntl.h)."""
    assert renaming.exchange("one", "other")
    renaming.rename_new("old", "new", 7)

    assert [(-2, b"one", -2, b"other", 2), (7, b"old", 7, b"new", 4)] == library.asked


@pytest.mark.parametrize("library", [errno.ENOTSUP, errno.EINVAL], indirect=True)
def test_file_systems_without_it(library: Library, tmp_path: Path) -> None:
    """On FAT or a network share folders take turns, and a new name is looked up first."""
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"1")

    assert not renaming.exchange("one", "other")
    renaming.rename_new(str(old), str(new))
    assert (False, b"1") == (old.exists(), new.read_bytes())
    old.write_bytes(b"2")
    with pytest.raises(FileExistsError):
        renaming.rename_new(str(old), str(new))


@pytest.mark.parametrize("library", [errno.EACCES], indirect=True)
def test_other_errors_are_told(library: Library) -> None:
    """Any other error is the caller's."""
    with pytest.raises(PermissionError):
        renaming.exchange("one", "other")
    assert 1 == len(library.asked)


@pytest.mark.parametrize(("fails", "expected"), [(False, ["full"]), (True, ["full", "fsync"])])
def test_the_drive_is_waited_for(
    fails: bool, expected: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """F_FULLFSYNC, or fsync on a file system that lacks it."""
    called = []

    def full(fd: int, command: int) -> None:
        assert 51 == command
        called.append("full")
        if fails:
            raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", full)
    monkeypatch.setattr(os, "fsync", lambda fd: called.append("fsync"))
    with open(tmp_path / "w", "wb") as file:
        settle(file.fileno())

    assert expected == called
