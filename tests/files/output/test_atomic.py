import os
import stat
from pathlib import Path
from typing import Any

import pytest

from winitgen.errors import ExistsError, OutputError
from winitgen.files.output.atomic import new_file, temporary_name


def fill(path: Path, content: bytes = b"new", **options: Any) -> Any:
    """Write a whole file."""
    with new_file(str(path), len(content), **options) as fd:
        os.pwrite(fd, content, 0)


@pytest.fixture(params=["unnamed", "named"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run with both kinds of new file: without a name, and with a temporary one."""
    if request.param == "named":
        monkeypatch.delattr(os, "O_TMPFILE")
    return request.param


def test_new(way: Any, tmp_path: Path) -> None:
    """A new file appears under its name, with nothing beside it."""
    fill(tmp_path / "w")

    assert os.listdir(tmp_path) == ["w"]
    assert (tmp_path / "w").read_bytes() == b"new"


def test_replaced(way: Any, tmp_path: Path) -> None:
    """With replace, the new file replaces the old one."""
    (tmp_path / "w").write_bytes(b"older")
    fill(tmp_path / "w", replace=True)

    assert os.listdir(tmp_path) == ["w"]
    assert (tmp_path / "w").read_bytes() == b"new"


def test_appeared_meanwhile(way: Any, tmp_path: Path) -> None:
    """Without replace, a file that appears during writing stays, and raises an error."""
    with pytest.raises(ExistsError) as caught, new_file(f"{tmp_path}/w", 3):
        (tmp_path / "w").write_bytes(b"theirs")

    assert str(caught.value) == f"{tmp_path}/w appeared while it was being written; --force replaces it"
    assert os.listdir(tmp_path) == ["w"]
    assert (tmp_path / "w").read_bytes() == b"theirs"


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ZeroDivisionError])
def test_exception_midway(way: Any, tmp_path: Path, error: Any) -> None:
    """After an exception the old file is unchanged, and nothing else is left."""
    (tmp_path / "w").write_bytes(b"old")
    with pytest.raises(error), new_file(f"{tmp_path}/w", 3, replace=True):
        raise error

    assert os.listdir(tmp_path) == ["w"]
    assert (tmp_path / "w").read_bytes() == b"old"


def test_rename_fails(way: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the last step fails, the old file is unchanged, and nothing else is left."""
    (tmp_path / "w").write_bytes(b"old")
    monkeypatch.setattr(os, "replace", lambda *args, **options: (_ for _ in ()).throw(OSError(5, "I/O")))
    with pytest.raises(OutputError) as caught:
        fill(tmp_path / "w", replace=True)

    assert str(caught.value) == f"cannot write {tmp_path}/w: I/O"
    assert os.listdir(tmp_path) == ["w"]
    assert (tmp_path / "w").read_bytes() == b"old"


def test_wrong_size(way: Any, tmp_path: Path) -> None:
    """A file that does not have its planned size never gets its name."""
    with pytest.raises(OutputError) as caught, new_file(f"{tmp_path}/w", 3) as fd:
        os.ftruncate(fd, 2)

    assert str(caught.value) == f"cannot write {tmp_path}/w: it has 2 bytes instead of 3"
    assert os.listdir(tmp_path) == []


def test_symbolic_link(way: Any, tmp_path: Path) -> None:
    """A link stays a link, and the file it points to is replaced, in its own folder."""
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("far/real")
    fill(tmp_path / "link", replace=True)

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "far" / "real").read_bytes() == b"new"
    assert sorted(os.listdir(tmp_path)) == ["far", "link"]
    assert os.listdir(tmp_path / "far") == ["real"]


def test_dangling_link(way: Any, tmp_path: Path) -> None:
    """A link to nothing stays, and the file appears where it points."""
    (tmp_path / "link").symlink_to("real")
    fill(tmp_path / "link")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_hard_link(way: Any, tmp_path: Path) -> None:
    """A hard link to the old file keeps the old bytes."""
    (tmp_path / "w").write_bytes(b"old")
    os.link(tmp_path / "w", tmp_path / "other")
    fill(tmp_path / "w", replace=True)

    assert (tmp_path / "other").read_bytes() == b"old"
    assert (tmp_path / "w").read_bytes() == b"new"


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002], ids=oct)
def test_mode_of_a_new_file(way: Any, tmp_path: Path, mask: Any) -> None:
    """A new file has the permissions that the umask leaves, as any program's has."""
    before = os.umask(mask)
    try:
        fill(tmp_path / "w")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "w").stat().st_mode) == 0o666 & ~mask


def test_mode_of_a_replaced_file(way: Any, tmp_path: Path) -> None:
    """A file that replaces another takes its permissions."""
    (tmp_path / "w").write_bytes(b"old")
    (tmp_path / "w").chmod(0o640)
    fill(tmp_path / "w", replace=True)

    assert stat.S_IMODE((tmp_path / "w").stat().st_mode) == 0o640


@pytest.mark.parametrize("name", ["x" * 255, "ü" * 127, "漢" * 85], ids=["ASCII", "two bytes", "three bytes"])
def test_longest_name(way: Any, tmp_path: Path, name: str) -> None:
    """A name of the maximum length works for new and replaced files."""
    fill(tmp_path / name)
    fill(tmp_path / name, b"newer", replace=True)

    assert os.listdir(tmp_path) == [name]


def test_temporary_names() -> None:
    """A temporary name shows its owner, differs each time, and is never too long."""
    one, other = temporary_name("漢" * 85), temporary_name("漢" * 85)

    assert one != other
    assert one.startswith(".漢")
    assert ".winitgen-" in one
    assert len(os.fsencode(one)) <= 255


@pytest.mark.parametrize("fsync", [True, False])
def test_fsync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fsync: Any) -> None:
    """The file and then its folder are synced to the disk, unless fsync is off."""
    kinds = []
    monkeypatch.setattr(os, "fsync", lambda fd: kinds.append(stat.S_ISDIR(os.fstat(fd).st_mode)))
    fill(tmp_path / "w", fsync=fsync)

    assert kinds == ([False, True] if fsync else [])
