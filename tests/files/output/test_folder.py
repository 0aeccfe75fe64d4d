import errno
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.needed import missing
from winitgen.errors import ExistsError, OutputError
from winitgen.files.output import folder as module
from winitgen.files.output import renaming
from winitgen.files.output.folder import NewFolder, new_folder, new_member


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


def test_a_read_only_folder_is_replaced(way: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left of it, though only root could remove its files as it is; the new one is read-only as well."""
    unlink = os.unlink

    def as_a_user(path: Any, **options: Any) -> None:
        if not stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) & 0o200:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        unlink(path, **options)

    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_bytes(b"old")
    (tmp_path / "out").chmod(0o555)
    monkeypatch.setattr(os, "unlink", as_a_user)
    fill(tmp_path / "out", replace=True)

    assert ["out"] == os.listdir(tmp_path)
    assert 0o555 == stat.S_IMODE((tmp_path / "out").stat().st_mode)
    (tmp_path / "out").chmod(0o755)


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

    def refuse(folder: str) -> list[str]:
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


def touch(target: NewFolder, count: int) -> list[str]:
    """Make empty files; return their paths."""
    for number in range(count):
        with new_member(target, str(number), 0):
            pass
    return [f"{target.path}/{number}" for number in range(count)]


@pytest.mark.parametrize("hint", [True, False], ids=["hint", "no hint"])
def test_fsync_of_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hint: Any) -> None:
    """Every file, the folder, and then its parent are synced to the disk, each once."""
    synced, begun = [], []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(os.readlink(f"/proc/self/fd/{fd}")))
    monkeypatch.setattr(module, "write_back", lambda: begun.append if hint else None)
    with new_folder(f"{tmp_path}/out") as target:
        files = touch(target, 50)

    assert sorted(synced[:50]) == sorted(files)
    assert synced[50:] == [target.path, str(tmp_path)]
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


def put(folder: Path) -> None:
    """Put a file into a folder, as another program would."""
    (folder / "mine.txt").write_bytes(b"mine")


def only(*known: str) -> Callable[[str], list[str]]:
    """Return a look that lets a folder go with files of these names alone."""

    def look(folder: str) -> list[str]:
        if others := set(os.listdir(folder)) - set(known):
            raise OutputError(f"it holds {sorted(others)}")
        return list(known)

    return look


def hooked(monkeypatch: pytest.MonkeyPatch, name: str, number: int, action: Callable[[], object]) -> None:
    """Let another program act before the call of this number, from 1, of a function of the system."""
    place = renaming if name in {"exchange", "rename_new"} else os
    function, left = getattr(place, name), [number]

    def run(*args: Any, **options: Any) -> Any:
        left[0] -= 1
        if not left[0]:
            action()
        return function(*args, **options)

    monkeypatch.setattr(place, name, run)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a folder with one file."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_bytes(b"old")
    return tmp_path / "out"


def test_file_put_in_before_the_exchange(way: str, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that another program puts into the folder after the last look is found, and the folder stays."""
    hooked(monkeypatch, *(("rename", 2) if way == "in turn" else ("exchange", 1)), lambda: put(old))
    with pytest.raises(OutputError) as caught:
        fill(old, replace=True, may_go=only("old"))

    assert str(caught.value) == "it holds ['mine.txt']"
    assert tree(old.parent) == {"out/old": b"old", "out/mine.txt": b"mine"}
    assert os.listdir(old.parent) == ["out"]


def test_file_in_place_of_the_folder(way: str, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that takes the folder's name after the last look is changed back, and stays."""

    def swap() -> None:
        shutil.rmtree(old)
        old.write_bytes(b"theirs")

    hooked(monkeypatch, *(("rename", 2) if way == "in turn" else ("exchange", 1)), swap)
    with pytest.raises(OutputError) as caught:
        fill(old, replace=True)

    assert str(caught.value) == f"cannot write {old}: it is not a folder"
    assert tree(old.parent) == {"out": b"theirs"}
    assert os.listdir(old.parent) == ["out"]


@pytest.mark.parametrize("call", [("unlink", 1), ("rmdir", 1)])
def test_file_put_in_after_the_exchange(
    way: str, old: Path, call: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that has the old folder open can put a file in even then: it is kept, and told."""
    fd = os.open(old, os.O_RDONLY)

    def put_in() -> None:
        os.close(os.open("mine.txt", os.O_CREAT | os.O_WRONLY, dir_fd=fd))

    hooked(monkeypatch, *call, put_in)
    with pytest.raises(OutputError) as caught:
        fill(old, replace=True, may_go=only("old"))
    os.close(fd)
    (kept,) = [path for path in old.parent.iterdir() if path != old]

    assert str(caught.value) == (
        f"{old} is written, but 'mine.txt' was put into the folder that it replaced at the same time; it is in {kept} now"
    )
    assert tree(old.parent) == {"out/a": b"new", f"{kept.name}/mine.txt": b""}


def test_another_folder_takes_the_name_meanwhile(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is moved where by whom, nothing is removed that was not looked at, and it is said where it is."""

    def theirs() -> None:
        put(old)
        hooked(monkeypatch, "listdir", 1, lambda: None)

    hooked(monkeypatch, "exchange", 1, theirs)
    looks = []

    def look(folder: str) -> list[str]:
        looks.append(folder)
        if len(looks) == 2:
            old.rename(old.with_name("ours"))
            appear(old, "folder")
        return only("old")(folder)

    with pytest.raises(ExistsError) as caught:
        fill(old, replace=True, may_go=look)
    (kept,) = [path for path in old.parent.iterdir() if path.name.endswith(".tmp")]

    assert str(caught.value) == (
        f"{old} appeared while it was being written; the folder that was there before is {kept}"
    )
    assert tree(old.parent) == {
        "out/theirs": b"theirs",
        "ours/a": b"new",
        f"{kept.name}/old": b"old",
        f"{kept.name}/mine.txt": b"mine",
    }


def test_another_folder_between_two_renames(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an exchange the name is free for a moment; who takes it keeps it, and the old folder stays aside."""
    monkeypatch.setattr(renaming, "exchange", lambda one, other: False)
    hooked(monkeypatch, "rename", 3, lambda: appear(old, "folder"))
    with pytest.raises(ExistsError) as caught:
        fill(old, replace=True)
    (aside,) = [path for path in old.parent.iterdir() if path != old]

    assert str(caught.value) == (
        f"{old} appeared while it was being written; the folder that was there before is {aside}"
    )
    assert tree(old.parent) == {"out/theirs": b"theirs", f"{aside.name}/old": b"old"}


def test_unfinished_folder_with_a_file_of_another_program(tmp_path: Path) -> None:
    """After an exception only what was made is removed."""
    with pytest.raises(ZeroDivisionError), new_folder(f"{tmp_path}/out") as folder:  # noqa: PT012
        touch(folder, 3)
        put(Path(folder.path))
        raise ZeroDivisionError

    assert tree(tmp_path) == {f"{Path(folder.path).name}/mine.txt": b"mine"}


def test_member_that_is_there_already(tmp_path: Path) -> None:
    """A file of another program that has the name of a member is neither overwritten nor removed."""
    with pytest.raises(OutputError) as caught, new_folder(f"{tmp_path}/out") as folder:  # noqa: PT012
        (Path(folder.path) / "a").write_bytes(b"theirs")
        with new_member(folder, "a", 3):
            pass

    assert str(caught.value) == f"cannot write {tmp_path}/out: File exists"
    assert tree(tmp_path) == {f"{Path(folder.path).name}/a": b"theirs"}


LOWER = "it lies on a lower layer of an overlay, as the folders of a container's image do; remove it first"


def test_lower_layer(way: str, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that cannot rename the folder of a lower layer says so by an error about links across devices."""

    def refuse(*args: Any) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    if way == "at once":
        monkeypatch.setattr(renaming, "exchange", refuse)
    else:
        rename = os.rename
        monkeypatch.setattr(
            os, "rename", lambda one, other: (refuse if one == str(old) else rename)(one, other)
        )
    with pytest.raises(OutputError) as caught:
        fill(old, replace=True)

    assert str(caught.value) == f"cannot replace {old}: {LOWER}"
    assert tree(old.parent) == {"out/old": b"old"}
    assert os.listdir(old.parent) == ["out"]


def test_overlay(tmp_path: Path) -> None:
    """So it is on a real overlay; a folder of the upper layer is replaced, and a new one written."""
    for name in ("lower/out", "upper", "work", "all"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "lower/out/old").write_bytes(b"old")
    options = f"lowerdir={tmp_path}/lower,upperdir={tmp_path}/upper,workdir={tmp_path}/work,redirect_dir=off"
    mount = ["mount", "-t", "overlay", "overlay", "-o", options, str(tmp_path / "all")]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        missing("the right to mount an overlay", "run the tests as root")
    try:
        out = tmp_path / "all" / "out"
        with pytest.raises(OutputError) as caught:
            fill(out, replace=True)
        assert (str(caught.value), tree(out)) == (f"cannot replace {out}: {LOWER}", {"old": b"old"})
        shutil.rmtree(out)
        for _ in range(2):
            fill(out, replace=True)
        assert tree(out) == {"a": b"new"}
        assert os.listdir(out.parent) == ["out"]
    finally:
        subprocess.run(["umount", str(tmp_path / "all")], check=True)
