import os
from pathlib import Path

import pytest

from winitgen.files.output.atomic import temporary_name
from winitgen.files.output.leftovers import leftovers


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_nothing_left(tmp_path: Path) -> None:
    """Without a temporary file, or without a readable folder, nothing is reported."""
    (tmp_path / "w.npz").touch()

    assert leftovers("w.npz") == ""
    assert leftovers(tmp_path / "none" / "w.npz") == ""


def test_one_left(tmp_path: Path) -> None:
    """A single file is named, with a remedy, and is not removed."""
    (tmp_path / ".w.npz.winitgen-0123456789ab.tmp").touch()

    assert leftovers("w.npz") == (
        ".w.npz.winitgen-0123456789ab.tmp was left by a run that was killed, "
        "or belongs to one that is still writing; remove it if none is"
    )
    assert os.listdir() == [".w.npz.winitgen-0123456789ab.tmp"]


@pytest.mark.parametrize("path", ["out/w", "out/w/"])
def test_several_left(tmp_path: Path, path: str) -> None:
    """Of several files and folders the first is named, by its path from here."""
    (tmp_path / "out" / ".w.winitgen-111111111111.tmp").mkdir(parents=True)
    (tmp_path / "out" / ".w.winitgen-000000000000.tmp").touch()
    (tmp_path / "out" / ".w.winitgen-222222222222.tmp").mkdir()

    assert leftovers(path) == (
        "out/.w.winitgen-000000000000.tmp and 2 more were left by runs that were killed, "
        "or belong to some that are still writing; remove them if none is"
    )


def test_left_beside_the_target_of_a_link(tmp_path: Path) -> None:
    """The temporary file for the target of a link is found beside that target."""
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / ".w.npz.winitgen-0123456789ab.tmp").touch()
    (tmp_path / "link.npz").symlink_to("far/w.npz")

    assert leftovers("link.npz").startswith(
        f"{tmp_path.resolve()}/far/.w.npz.winitgen-0123456789ab.tmp was left "
    )


@pytest.mark.parametrize(
    "name",
    [
        ".w.npz.winitgen-0123456789ab.tmp~",
        ".w.npz.winitgen-0123456789AB.tmp",
        ".w.npz.winitgen-0123456789a.tmp",
        ".w.npz.winitgen-0123456789ab.npz",
        ".v.npz.winitgen-0123456789ab.tmp",
        "w.npz.winitgen-0123456789ab.tmp",
        ".w.npz",
    ],
)
def test_names_of_others(tmp_path: Path, name: str) -> None:
    """Names of other programs and of other outputs are not reported."""
    (tmp_path / name).touch()

    assert leftovers("w.npz") == ""


@pytest.mark.parametrize(
    "name", ["x" * 255, "漢" * 85, "w.npz", "a\nb"], ids=["long", "wide", "short", "lines"]
)
def test_every_temporary_name_is_recognised(tmp_path: Path, name: str) -> None:
    """The temporary file is found for any output name."""
    temporary = temporary_name(name)
    (tmp_path / temporary).touch()

    assert leftovers(name).startswith(f"{temporary} was left ")
