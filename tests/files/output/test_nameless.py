"""Outputs that are only reached through a descriptor: removed files, files that never had a name, and what looks like them."""

from __future__ import annotations

import os
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.needed import missing
from winitgen.errors import DiffersError, ExistsError, OutputError
from winitgen.files.formats import by_name
from winitgen.files.output.existing import kind
from winitgen.files.output.side_file import is_up_to_date, write_side_file

SAFETENSORS = by_name("safetensors")
FILES = ["npy", "npz", "safetensors", "hdf5", "keras-h5"]


def removed(folder: Path) -> int:
    """Return the descriptor of a file whose name was removed."""
    fd = os.open(folder / "f", os.O_CREAT | os.O_RDWR)
    os.unlink(folder / "f")
    return fd


def replaced(folder: Path) -> int:
    """Return the descriptor of a file whose name another has."""
    fd = os.open(folder / "f", os.O_CREAT | os.O_RDWR)
    os.unlink(folder / "f")
    (folder / "f (deleted)").write_bytes(b"another file")
    return fd


def never_named(folder: Path) -> int:
    """Return the descriptor of a file that never had a name."""
    return os.open(folder, os.O_TMPFILE | os.O_RDWR)


def in_memory(folder: Path) -> int:
    """Return the descriptor of a file in memory."""
    return os.memfd_create("memory")


def temporary(folder: Path) -> int:
    """Return the descriptor of a temporary file."""
    with tempfile.TemporaryFile(dir=folder) as file:
        return os.dup(file.fileno())


@pytest.fixture(params=[removed, replaced, never_named, in_memory, temporary])
def fd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    """Give each kind of descriptor without a name."""
    (tmp_path / "here").mkdir()
    number = request.param(tmp_path / "here")
    yield number
    os.close(number)


def holds(fd: int) -> bytes:
    """Return the content of an open file."""
    return os.pread(fd, 1 << 20, 0)


@contextmanager
def nothing_beside(folder: Path) -> Iterator[None]:
    """Check that no file appears anywhere, and none changes."""

    def all_of(folder: Path) -> Any:
        files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
        return {path: path.read_bytes() for path in files}, os.listdir("/")

    before = all_of(folder)
    yield
    assert before == all_of(folder)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("path", ["/dev/fd/{}", "/proc/self/fd/{}", "link"])
def test_the_descriptor_receives_the_file(
    fd: int, name: str, path: str, model: list[Any], save: Callable[..., str], tmp_path: Path
) -> None:
    """The bytes are those of a file with a name; a second run has nothing to do, and so has a check."""
    save(by_name(name), model[:4], tmp_path / "file")
    path = path.format(fd)
    if path == "link":
        path = f"{tmp_path}/link"
        os.symlink(f"/proc/self/fd/{fd}", path)
    with nothing_beside(tmp_path):
        assert kind(path) == "nameless"
        assert save(by_name(name), model[:4], path) == "written"
        assert (tmp_path / "file").read_bytes() == holds(fd)
        assert save(by_name(name), model[:4], path) == "unchanged"
        assert save(by_name(name), model[:4], path, check=True) == "unchanged"


def test_what_it_holds_is_replaced_only_by_force(
    fd: int, fake: Any, save: Callable[..., str], tmp_path: Path
) -> None:
    """As for a file with a name; the new content may be shorter."""
    path = f"/dev/fd/{fd}"
    os.pwrite(fd, b"x" * 5000, 0)
    with pytest.raises(ExistsError) as exists:
        save(SAFETENSORS, [fake("a", (5,))], path)
    with pytest.raises(DiffersError) as differs:
        save(SAFETENSORS, [fake("a", (5,))], path, check=True)
    assert b"x" * 5000 == holds(fd)
    save(SAFETENSORS, [fake("a", (5,))], path, force=True)
    save(SAFETENSORS, [fake("a", (5,))], tmp_path / "file")

    assert str(exists.value) == f"{path} exists and was not written by winitgen; --force replaces it"
    assert str(differs.value) == f"{path} was not written by winitgen"
    assert (tmp_path / "file").read_bytes() == holds(fd)


def test_a_failure_leaves_it_empty(
    fd: int, fake: Any, save: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written of a file that cannot be finished is taken back."""
    monkeypatch.setattr(os, "fsync", lambda number: (_ for _ in ()).throw(OSError(5, "Input/output error")))
    with pytest.raises(OutputError) as caught:
        save(SAFETENSORS, [fake("a", (5,))], f"/dev/fd/{fd}")

    assert (str(caught.value), holds(fd)) == (f"cannot write /dev/fd/{fd}: Input/output error", b"")


def test_a_folder_needs_a_name(fd: int, fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A file is no folder, and a folder that was removed is not made anew under another name."""
    with pytest.raises(OutputError) as caught:
        save(by_name("npy-dir"), [fake("a", (5,))], f"/dev/fd/{fd}")

    assert str(caught.value) == f"cannot write /dev/fd/{fd}: it is not a folder"
    (tmp_path / "gone").mkdir()
    number = os.open(tmp_path / "gone", os.O_RDONLY)
    (tmp_path / "gone").rmdir()
    with pytest.raises(OutputError) as caught, nothing_beside(tmp_path):
        save(by_name("npy-dir"), [fake("a", (5,))], f"/dev/fd/{number}")
    os.close(number)

    assert str(caught.value) == f"cannot write /dev/fd/{number}: it leads to something that was removed"


def test_a_small_file(fd: int) -> None:
    """A report or a spec goes into the descriptor, too."""
    path = f"/dev/fd/{fd}"
    assert not is_up_to_date(path, b"report", force=False)
    write_side_file(path, b"report", replace=False)

    assert holds(fd) == b"report"
    assert is_up_to_date(path, b"report", force=False)
    with pytest.raises(ExistsError) as caught:
        is_up_to_date(path, b"other", force=False)

    assert str(caught.value) == f"{path} exists and differs; --force replaces it"
    write_side_file(path, b"new", replace=True)

    assert holds(fd) == b"new"


def test_a_descriptor_of_a_file_with_a_name(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """The file is replaced under its name, whole or not at all, as by that name."""
    fd = os.open(tmp_path / "f", os.O_CREAT | os.O_RDWR)
    save(SAFETENSORS, [fake("a", (5,))], f"/dev/fd/{fd}", force=True)
    save(SAFETENSORS, [fake("a", (5,))], tmp_path / "file")
    os.close(fd)

    assert (tmp_path / "f").read_bytes() == (tmp_path / "file").read_bytes()


def test_a_link_to_nothing(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A link to a file that is not there yet leads to the new one."""
    os.symlink("new", tmp_path / "link")
    save(SAFETENSORS, [fake("a", (5,))], tmp_path / "link")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "new").stat().st_size > 0


@pytest.mark.parametrize("name", ["w.safetensors", "out/"])
def test_a_path_through_another_root(name: str, fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A path through the root folder of a process with another one ends there, not under the same name here."""
    outer = tmp_path / "outer"
    outer.mkdir()
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # of threads that a framework has started, of which the child needs none
        child = os.fork()
    if not child:
        try:
            os.chroot(outer)
            os.write(writing, b".")
        except OSError:
            os.write(writing, b"-")
        while True:
            signal.pause()
    try:
        if os.read(reading, 1) == b"-":
            missing("the right to change the root folder", "run the tests as root")
        path = f"/proc/{child}/root/{name}"
        for _ in range(2):
            save(by_name("npy-dir" if name == "out/" else "safetensors"), [fake("a", (5,))], path)
        save(by_name("npy-dir" if name == "out/" else "safetensors"), [fake("a", (6,))], path, force=True)

        assert [name.rstrip("/")] == os.listdir(outer)
        assert not os.path.exists(f"/{name}")
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(reading)
        os.close(writing)
