"""A signal at every moment at which Python would raise its exception: where functions begin, and after calls of the system."""

import inspect
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from winitgen.errors import OutputError
from winitgen.files.input.steady import state_at
from winitgen.files.output import renaming
from winitgen.files.output.atomic import new_file
from winitgen.files.output.folder import new_folder, new_member
from winitgen.files.output.place import remove_known
from winitgen.files.to_the_end import begun_and_ended, to_the_end


class Signal(BaseException):
    """What a signal's handler raises."""


def interrupted(run: Callable[[], object], moment: int) -> bool:
    """Run, and raise a signal's exception at this moment, from 1; return False if it has ended before."""
    left = moment
    resumed = set[FrameType]()

    def look(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal left
        if event not in {"call", "c_return"} or frame in resumed or argument is sys.setprofile:
            return  # Python looks for no signal where an exception is thrown into a generator
        if frame.f_code.co_flags & inspect.CO_GENERATOR and event == "call":
            resumed.add(frame)
        left -= 1
        if not left:
            raise Signal

    try:
        sys.setprofile(look)
        run()
    except Signal:
        return True
    finally:
        sys.setprofile(None)
    return False


def tree(path: Path) -> dict[str, bytes]:
    """Return the files below a path with their content."""
    return {str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()}


def names(folder: str) -> list[str]:
    """Look at a folder as long as it is whole: an index that is missing makes it another's."""
    assert "index" in os.listdir(folder) or "b" in os.listdir(folder), "it is half removed"
    return os.listdir(folder)


def replace(path: Path) -> None:
    """Replace a folder by one of two files."""
    with new_folder(str(path), replace=True, fsync=False, may_go=names) as folder:
        for name in "ab":
            with new_member(folder, name, 3) as fd:
                os.pwrite(fd, b"new", 0)


@pytest.mark.parametrize("way", ["at once", "in turn"])
def test_replaced_folder(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either folder is there, whole, and nothing is beside it, whenever the signal comes."""
    if way == "in turn":
        monkeypatch.setattr(renaming, "exchange", lambda one, other: False)
    found, moment, going = [], 0, True
    while going:
        moment += 1
        place = tmp_path / str(moment)
        (place / "out").mkdir(parents=True)
        old = {f"out/{name}": b"old" for name in ("index", "1", "2", "3")}
        for name in old:
            (place / name).write_bytes(b"old")
        going = interrupted(lambda place=place: replace(place / "out"), moment)  # type: ignore[misc]
        found.append(tree(place))
        assert ["out"] == os.listdir(place), moment
        assert found[-1] in (old, {"out/a": b"new", "out/b": b"new"}), moment

    assert moment > 100
    assert (old, {"out/a": b"new", "out/b": b"new"}) == (found[0], found[-1])


def refuse(folder: str) -> list[str]:
    """Let no folder go once it is looked at under another name."""
    if not folder.endswith("/out"):
        raise PermissionError(13, "Permission denied")
    return os.listdir(folder)


@pytest.mark.parametrize("way", ["at once", "in turn"])
def test_folder_that_must_stay(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is changed back is back after a signal, too."""
    if way == "in turn":
        monkeypatch.setattr(renaming, "exchange", lambda one, other: False)

    def run(path: Path) -> None:
        with (
            pytest.raises(Exception, match="Permission denied"),
            new_folder(str(path), replace=True, fsync=False, may_go=refuse) as folder,
            new_member(folder, "a", 0),
        ):
            pass

    moment, going = 0, True
    while going:
        moment += 1
        place = tmp_path / str(moment)
        (place / "out").mkdir(parents=True)
        (place / "out" / "old").write_bytes(b"old")
        going = interrupted(lambda place=place: run(place / "out"), moment)  # type: ignore[misc]
        assert {"out/old": b"old"} == tree(place), moment
        assert ["out"] == os.listdir(place), moment

    assert moment > 100


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("named", [False, True])
def test_replaced_file(named: bool, fails: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is the old one or the new one, also on a system without files that have no name."""
    if named:
        monkeypatch.delattr(os, "O_TMPFILE")

    def run(path: Path) -> None:
        with (
            pytest.raises(OutputError, match="3 bytes instead of 2") if fails else nullcontext(),
            new_file(str(path), 2 if fails else 3, fsync=False, replace=True) as fd,
        ):
            os.pwrite(fd, b"new", 0)

    moment, going = 0, True
    while going:
        moment += 1
        (place := tmp_path / str(moment)).mkdir()
        (place / "out").write_bytes(b"old")
        going = interrupted(lambda place=place: run(place / "out"), moment)  # type: ignore[misc]
        assert tree(place) in ({"out": b"old"}, {"out": b"new"}), moment

    assert moment > 30
    assert {"out": b"old" if fails else b"new"} == tree(place)


def test_removed_file(tmp_path: Path) -> None:
    """A file that is removed is there or gone, and not under a temporary name."""
    moment, going = 0, True
    while going:
        moment += 1
        path = tmp_path / str(moment) / "out"
        path.parent.mkdir()
        path.write_bytes(b"old")
        known = state_at(str(path))
        going = interrupted(lambda: remove_known(str(path), known), moment)  # noqa: B023
        assert tree(path.parent) in ({"out": b"old"}, {}), moment

    assert moment > 10
    assert {} == tree(path.parent)


def test_several_signals() -> None:
    """Work is begun again until no signal comes, and the last of them is raised; an error ends it."""
    events: list[Any] = [Signal(1), Signal(2), Signal(3), None, None]

    def work() -> None:
        if event := events.pop(0):
            raise event

    with pytest.raises(Signal) as caught:
        to_the_end(work)
    assert ((3,), [None]) == (caught.value.args, events)

    events = [Signal(1), Signal(2), Signal(3), None, None]
    with pytest.raises(Signal):
        begun_and_ended(work, work)
    assert [None] == events

    events = [ValueError("wrong"), None]
    with pytest.raises(ValueError, match="wrong"):
        to_the_end(work)
    assert [None] == events
