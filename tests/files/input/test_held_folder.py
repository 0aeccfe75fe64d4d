"""Folders that other programs change while they are read."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from winitgen.errors import UnreadableError
from winitgen.files.formats import by_name
from winitgen.files.input import held_folder as module
from winitgen.files.input import open_weights
from winitgen.files.input.held_folder import holding

FORMAT = by_name("npy-dir")


@pytest.fixture
def two(tmp_path: Path, fake: Any, save: Callable[..., str]) -> Any:
    """Write two folders of the same tensors with other values."""
    for name, shift in (("a", 0), ("b", 5)):
        save(FORMAT, [fake("x", (40,), shift=shift), fake("y", (6, 3), shift=shift)], tmp_path / name)
    return tmp_path


def values(weights: Any) -> dict[str, Any]:
    """Return all values of an open file."""
    return {stored.name: stored.read(0, stored.size).tolist() for stored in weights.tensors}


def whole(path: Path) -> dict[str, Any]:
    """Return what NumPy reads from a folder."""
    return {file.stem: np.load(file).reshape(-1).tolist() for file in sorted(path.glob("*.npy"))}


def exchange(folder: Path) -> None:
    """Let the folders change their names, as a program does that writes a new one."""
    (folder / "a").rename(folder / "c")
    (folder / "b").rename(folder / "a")
    (folder / "c").rename(folder / "b")


@pytest.mark.parametrize("held", [256, 1, 0])
def test_exchanged_after_opening(two: Path, held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The values are those of the folder that was opened, whether its files stay open or are found again."""
    monkeypatch.setattr(module, "_MOST_HELD", held)
    wanted = whole(two / "a")
    with open_weights(two / "a") as weights:
        exchange(two)

        assert wanted == values(weights) != whole(two / "a")


@pytest.mark.parametrize("held", [256, 1, 0])
def test_exchanged_and_removed(two: Path, held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as there are descriptors a removed folder is read to its end; else that is told."""
    monkeypatch.setattr(module, "_MOST_HELD", held)
    wanted = whole(two / "a")

    def run() -> Any:
        with open_weights(two / "a") as weights:
            exchange(two)
            shutil.rmtree(two / "b")
            return values(weights)

    if held == 256:
        assert wanted == run()
        return
    with pytest.raises(UnreadableError) as caught:
        run()

    assert str(caught.value) == f"{two / 'a'} changed while it was read"


@pytest.mark.parametrize("call", range(1, 40))
@pytest.mark.parametrize("removed", [True, False])
def test_exchanged_while_it_is_opened(
    two: Path, call: int, removed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whichever call the folder is exchanged, what is read is one of the two, whole."""
    fitting = [whole(two / "a"), whole(two / "b")]
    left = [call]

    def counted(function: Any) -> Any:
        def run(*args: Any, **options: Any) -> Any:
            left[0] -= 1
            if not left[0]:
                exchange(two)
                if removed:
                    shutil.rmtree(two / "b")
            return function(*args, **options)

        return run

    for name in ("open", "stat", "fstat", "listdir"):
        monkeypatch.setattr(os, name, counted(getattr(os, name)))
    with open_weights(two / "a") as weights:
        monkeypatch.undo()
        found = values(weights)

    assert found in fitting


def test_member_in_whose_place_another_comes(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that takes the name of a member is not read in its place."""
    wanted = whole(two / "a")
    with open_weights(two / "a") as weights:
        os.replace(two / "b" / "x.npy", two / "a" / "x.npy")

        assert wanted == values(weights)

    monkeypatch.setattr(module, "_MOST_HELD", 0)
    with pytest.raises(UnreadableError) as caught, open_weights(two / "a") as weights:  # noqa: PT012
        os.replace(two / "b" / "y.npy", two / "a" / "y.npy")
        values(weights)

    assert str(caught.value) == f"{two / 'a' / 'y.npy'} changed while it was read"


def test_members_replaced_one_by_one_while_it_is_opened(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An old file and a new one that were never there together are not read together."""
    wanted = whole(two / "b")
    function, names = os.open, []

    def replaced(path: Any, *args: Any, **options: Any) -> Any:
        names.append(path)
        if path == "y.npy" and names.count("y.npy") == 1:
            for name in ("x.npy", "y.npy"):
                os.replace(two / "b" / name, two / "a" / name)
        return function(path, *args, **options)

    monkeypatch.setattr(os, "open", replaced)
    monkeypatch.setattr(os, "supports_dir_fd", {*os.supports_dir_fd, replaced})
    with open_weights(two / "a") as weights:
        assert wanted == values(weights)


@pytest.mark.parametrize("held", [256, 0])
@pytest.mark.parametrize("name", ["x.npy", "index.json"])
def test_changed_member(two: Path, name: str, held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A member that is written to while the folder is read is named, even after its values were read."""
    monkeypatch.setattr(module, "_MOST_HELD", held)
    with pytest.raises(UnreadableError) as caught, open_weights(two / "a") as weights:  # noqa: PT012
        values(weights)
        with open(two / "a" / name, "r+b") as file:
            file.seek(-2, os.SEEK_END)
            file.write(b"X")

    assert str(caught.value) == f"{two / 'a' / name} changed while it was read"


def test_always_replaced(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is replaced at each try is told, not tried forever."""
    names = module.HeldFolder.names
    tried = []

    def replaced(self: Any) -> Any:
        found = names(self)
        tried.append(1)
        shutil.copytree(two / "a", two / "next")
        shutil.rmtree(two / "a")
        (two / "next").rename(two / "a")
        return found

    monkeypatch.setattr(module.HeldFolder, "names", replaced)
    with pytest.raises(UnreadableError) as caught, open_weights(two / "a"):
        pass

    assert (str(caught.value), len(tried)) == (f"{two / 'a'} changed while it was read", 10)


def test_without_descriptors_of_folders(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where files cannot be found from an open folder they are found by their paths."""
    monkeypatch.setattr(module, "BY_DESCRIPTOR", False)
    wanted = whole(two / "a")
    with open_weights(two / "a") as weights:
        assert wanted == values(weights)


def test_more_files_than_descriptors(two: Path) -> None:
    """A folder takes at most a quarter of the descriptors."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = max(int(name) for name in os.listdir("/dev/fd"))  # by whatever else this process has open
    held = taken // 3 + 10
    resource.setrlimit(resource.RLIMIT_NOFILE, (4 * held, before[1]))
    try:
        with holding(str(two)) as folder:
            for number in range(4 * held):
                (two / f"{number}").write_bytes(b"")
                with folder.member(f"{number}") as (file, source):
                    assert callable(source) == (number >= held)
                    assert file.closed is False
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_folder_that_may_not_be_listed(two: Path, fake: Any, save: Callable[..., str]) -> None:
    """The shards of an index are found in a folder that may be entered but not listed."""
    with holding(str(two / "a"), listed=False) as folder:
        assert folder.has("x.npy")
        assert not folder.has("z.npy")
        with folder.member("x.npy") as (file, _):
            assert np.load(file).tolist() == whole(two / "a")["x"]
