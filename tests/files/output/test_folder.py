import os
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from winitgen.errors import ExistsError, OutputError
from winitgen.files.output import folder as module
from winitgen.files.output import renaming
from winitgen.files.output.folder import new_folder, new_member


@pytest.fixture(params=["at once", "in turn"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run with both ways to replace a folder: with the system's exchange, and without."""
    if request.param == "in turn":
        monkeypatch.setattr(renaming, "exchange", lambda one, other: False)
    return request.param


def fill(path: Path, **options: Any) -> Any:
    """Write a folder of one file."""
    with new_folder(str(path), **options) as target, new_member(target, "a", 3) as fd:
        os.pwrite(fd, b"new", 0)


def tree(path: Path) -> Any:
    """Return the files below a path with their content."""
    return {str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()}


@pytest.mark.parametrize("ending", ["", "/"])
@pytest.mark.parametrize("fsync", [True, False])
def test_new(tmp_path: Path, ending: str, fsync: Any) -> None:
    """A new folder appears under its name with its files, and nothing is beside it."""
    fill(f"{tmp_path}/out{ending}", fsync=fsync)

    assert tree(tmp_path) == {"out/a": b"new"}


def test_replaced(way: Any, tmp_path: Path) -> None:
    """An old folder is replaced with all of its files; the new one takes its permissions."""
    (tmp_path / "out").mkdir(mode=0o750)
    (tmp_path / "out" / "old").write_bytes(b"old")
    fill(tmp_path / "out", replace=True)

    assert tree(tmp_path) == {"out/a": b"new"}
    assert os.listdir(tmp_path) == ["out"]
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o750


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_exception_midway(tmp_path: Path, error: Any) -> None:
    """After an exception the old folder is unchanged, and nothing else is left."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_bytes(b"old")
    with pytest.raises(error), new_folder(f"{tmp_path}/out") as target, new_member(target, "a", 3):
        raise error

    assert tree(tmp_path) == {"out/old": b"old"}
    assert os.listdir(tmp_path) == ["out"]


def test_second_step_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If replacing takes two steps and the second fails, the old folder is put back."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_bytes(b"old")
    monkeypatch.setattr(renaming, "exchange", lambda one, other: False)
    steps = []
    rename = os.rename

    def second_fails(one: Any, other: Any) -> Any:
        steps.append(one)
        if len(steps) == 3:  # the first finds the name taken, the second moves the old folder aside
            raise OSError(5, "Input/output error")
        rename(one, other)

    monkeypatch.setattr(os, "rename", second_fails)
    with pytest.raises(OutputError) as caught:
        fill(tmp_path / "out", replace=True)

    assert str(caught.value) == f"cannot write {tmp_path}/out: Input/output error"
    assert tree(tmp_path) == {"out/old": b"old"}
    assert os.listdir(tmp_path) == ["out"]


def test_symbolic_link(way: Any, tmp_path: Path) -> None:
    """A link to a folder stays a link, and the folder it points to is replaced."""
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "real").mkdir()
    (tmp_path / "far" / "real" / "old").write_bytes(b"old")
    (tmp_path / "out").symlink_to("far/real")
    fill(f"{tmp_path}/out/", replace=True)

    assert (tmp_path / "out").is_symlink()
    assert tree(tmp_path / "far") == {"real/a": b"new"}


def test_wrong_size(tmp_path: Path) -> None:
    """A file that does not have its planned size leaves no folder."""
    with (
        pytest.raises(OutputError) as caught,
        new_folder(f"{tmp_path}/out") as target,
        new_member(target, "a", 3) as fd,
    ):
        os.ftruncate(fd, 2)

    assert str(caught.value) == "cannot write a: it has 2 bytes instead of 3"
    assert os.listdir(tmp_path) == []


def appear(path: Path, what: str) -> None:
    """Create a file, or a folder of one file, as another program would."""
    if what == "folder":
        path.mkdir()
    (path / "theirs" if what == "folder" else path).write_bytes(b"theirs")


@pytest.mark.parametrize("what", ["file", "folder"])
def test_appeared_meanwhile(tmp_path: Path, what: str) -> None:
    """Without replace, a file or a folder that appears during writing stays, and raises an error."""
    with pytest.raises(ExistsError) as caught, new_folder(f"{tmp_path}/out"):
        appear(tmp_path / "out", what)

    assert str(caught.value) == f"{tmp_path}/out appeared while it was being written"
    assert list(tree(tmp_path).values()) == [b"theirs"]
    assert os.listdir(tmp_path) == ["out"]


def test_file_appeared_meanwhile(way: Any, tmp_path: Path) -> None:
    """Even with replace, a file is never replaced by a folder."""
    with pytest.raises(OutputError) as caught, new_folder(f"{tmp_path}/out", replace=True):
        (tmp_path / "out").write_bytes(b"theirs")

    assert str(caught.value) == f"cannot write {tmp_path}/out: it is not a folder"
    assert tree(tmp_path) == {"out": b"theirs"}


def test_last_look(tmp_path: Path) -> None:
    """The existing folder is checked once more after all files are written."""

    def refuse() -> None:
        raise OutputError("it is not ours")

    with pytest.raises(OutputError, match="ours"), new_folder(f"{tmp_path}/out", replace=True, may_go=refuse):
        appear(tmp_path / "out", "folder")

    assert tree(tmp_path) == {"out/theirs": b"theirs"}


def test_empty_folder_is_filled(tmp_path: Path) -> None:
    """An empty folder is replaced without replace; the new one takes its permissions."""
    (tmp_path / "out").mkdir(mode=0o750)
    fill(tmp_path / "out")

    assert tree(tmp_path) == {"out/a": b"new"}
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o750


def touch(target: str, count: int) -> list[str]:
    """Make empty files; return their paths."""
    files = [f"{target}/{number}" for number in range(count)]
    for file in files:
        Path(file).touch()
    return files


@pytest.mark.parametrize("hint", [True, False], ids=["hint", "no hint"])
def test_fsync_of_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hint: Any) -> None:
    """Every file, the folder, and then its parent are synced to the disk, each once."""
    synced, begun = [], []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(os.readlink(f"/proc/self/fd/{fd}")))
    monkeypatch.setattr(module, "write_back", lambda: begun.append if hint else None)
    with new_folder(f"{tmp_path}/out") as target:
        files = touch(target, 50)

    assert sorted(synced[:50]) == sorted(files)
    assert synced[50:] == [target, str(tmp_path)]
    assert len(begun) == 50 * hint


def test_fsyncs_wait_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several files are synced at once, for slow disks."""
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: time.sleep(0.02) or fsync(fd))
    began = time.monotonic()
    with new_folder(f"{tmp_path}/out") as target:
        touch(target, 160)

    assert time.monotonic() - began < 160 * 0.02 / 2


def test_fsync_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the disk fails on one of many files, no folder is left."""

    def fail(fd: int) -> None:
        if os.readlink(f"/proc/self/fd/{fd}").endswith("/31"):
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputError) as caught, new_folder(f"{tmp_path}/out") as target:
        touch(target, 50)

    assert str(caught.value) == f"cannot write {tmp_path}/out: Input/output error"
    assert os.listdir(tmp_path) == []


def test_system_without_exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the system or the file system has no exchange, nothing is changed."""
    import ctypes

    monkeypatch.setattr(ctypes, "CDLL", lambda *args, **options: object())

    assert not renaming.exchange("one", "other")


def test_exchange_of_nothing(tmp_path: Path) -> None:
    """An exchange that fails for another reason raises an error with the system's own message."""
    with pytest.raises(OSError, match="No such file or directory"):
        renaming.exchange(f"{tmp_path}/one", f"{tmp_path}/other")
