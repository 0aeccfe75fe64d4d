"""What is in the folder already: what stays, what is replaced, and what is refused, on the whole text."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.files.shards.conftest import SPEC, write
from winitgen.errors import DiffersError, ExistsError, OutputError, WinitgenError
from winitgen.files.input import open_weights

SHARDS = [f"model-0000{number}-of-00003.safetensors" for number in (1, 2, 3)]
INDEX = "model.safetensors.index.json"
FORMS = [
    pytest.param({}, INDEX, id="safetensors"),
    pytest.param({"layout": "keras", "format": "keras-h5", "shard_name": "w"}, "w.weights.json", id="keras"),
]


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Return the inode and the time of each file."""
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.iterdir()}


def refusal(kind: type[WinitgenError], folder: Path, **options: Any) -> str:
    """Return the message of a refused run, which has changed nothing; the folder is OUT in it."""
    before = stamps(folder)
    with pytest.raises(kind) as caught:
        write(folder, **options)
    assert stamps(folder) == before
    return str(caught.value).replace(str(folder), "OUT")


@pytest.mark.parametrize(("options", "index"), FORMS)
def test_a_complete_model_stays(out: Path, options: dict[str, Any], index: str) -> None:
    """A second run writes nothing, with and without force, and with check."""
    assert "written" == write(out, **options).status
    before = stamps(out)

    for more in ({}, {"force": True}, {"check": True}):
        assert "unchanged" == write(out, **options, **more).status
    assert before == stamps(out)


@pytest.mark.parametrize(("options", "index"), FORMS)
def test_an_interrupted_run_goes_on(out: Path, options: dict[str, Any], index: str) -> None:
    """Complete shards stay as they are, and what is missing is written; the files are those of one run."""
    write(out, **options)
    content = {path.name: path.read_bytes() for path in out.iterdir()}
    for name in (sorted(content)[1], index):
        (out / name).unlink()
    before = stamps(out)

    assert "written" == write(out, **options).status
    assert before.items() <= stamps(out).items()
    assert content == {path.name: path.read_bytes() for path in out.iterdir()}


@pytest.mark.parametrize(("options", "index"), FORMS)
def test_a_missing_index_is_written(out: Path, options: dict[str, Any], index: str) -> None:
    """If only the index is missing, only the index is written; ``check`` asks for it."""
    write(out, **options)
    (out / index).unlink()

    assert f"OUT/{index} does not exist: the shards are not complete, or the run was interrupted" == refusal(
        DiffersError, out, check=True, **options
    )
    before = stamps(out)
    assert "written" == write(out, **options).status
    assert before == {name: stamp for name, stamp in stamps(out).items() if name != index}


def test_the_check_of_an_absent_folder(out: Path) -> None:
    """Nothing is made."""
    with pytest.raises(DiffersError) as caught:
        write(out, check=True)

    assert str(caught.value) == f"{out}/{SHARDS[0]} does not exist"
    assert not out.exists()


def test_shards_of_another_seed(out: Path) -> None:
    """They are named, and replaced by force alone."""
    write(out, seed=1)

    assert f"OUT/{SHARDS[0]} differs: its seed is 1, not 0" == refusal(DiffersError, out, check=True)
    assert f"OUT/{SHARDS[0]} exists and differs: its seed is 1, not 0; --force replaces it" == (
        refusal(ExistsError, out)
    )
    assert "written" == write(out, force=True).status
    assert "unchanged" == write(out, check=True).status


@pytest.mark.parametrize(("options", "index"), FORMS)
def test_shards_of_another_size_under_the_same_names(out: Path, options: dict[str, Any], index: str) -> None:
    """The recipe is the same; the message says what is not."""
    write(out, **options)
    second = sorted(name for name in os.listdir(out) if name != index)[1]
    why = "differs: same seed, spec and options, but divided by another --max-shard-size"
    text = f"OUT/{second} exists and {why}; --force replaces it"

    assert text == refusal(ExistsError, out, limit="0.17KB", **options)
    assert "written" == write(out, "0.17KB", force=True, **options).status


def test_a_damaged_shard(out: Path) -> None:
    """A shard of the right size with another byte is found by drawing it; the index stays until it is replaced."""
    write(out)
    path = out / SHARDS[1]
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    why = "differs: same seed, spec and options, but other bytes"

    assert f"OUT/{SHARDS[1]} {why}" == refusal(DiffersError, out, check=True)
    assert f"OUT/{SHARDS[1]} exists and {why}; --force replaces it" == refusal(ExistsError, out)
    assert "written" == write(out, force=True).status
    assert content == path.read_bytes()


def test_a_shard_that_was_cut(out: Path) -> None:
    """It cannot be complete, so that it differs; with force it is written again."""
    write(out)
    path = out / SHARDS[0]
    content = path.read_bytes()
    path.write_bytes(content[:-4])
    why = "differs: same seed, spec and options, but other bytes"

    assert f"OUT/{SHARDS[0]} exists and {why}; --force replaces it" == refusal(ExistsError, out)
    assert "written" == write(out, force=True).status
    assert content == path.read_bytes()


@pytest.mark.parametrize(("options", "index"), FORMS)
def test_stale_shards_are_removed_by_force(out: Path, options: dict[str, Any], index: str) -> None:
    """Shards of a run with more of them are named, and removed by force; the others remain."""
    write(out, "0.07KB" if index == INDEX else "0.141KB", seed=1, **options)
    more = set(os.listdir(out))
    (out / "notes.txt").write_text("mine")
    refused = refusal(ExistsError, out, limit="0.3KB", **options)
    stale = "OUT/model-00001-of-00004.safetensors" if index == INDEX else "OUT/w_00002.weights.h5"

    assert (
        f"{stale} belongs to another run, and readers may take it for a part of this model; --force removes it"
        == refused
    )
    assert f"{stale} belongs to another run, and readers may take it for a part of this model" == refusal(
        DiffersError, out, limit="0.3KB", check=True, **options
    )
    assert "written" == write(out, "0.3KB", force=True, **options).status
    found = set(os.listdir(out))
    assert {"notes.txt", index} < found
    assert found - {"notes.txt"} < more if index != INDEX else not found & (more - {index})
    with open_weights(out / index) as weights:
        assert 6 == len(weights.tensors)


def test_the_only_file_beside_an_index(out: Path) -> None:
    """Loaders prefer ``model.safetensors`` to the index, so that it must go; and the reverse."""
    write(out, "1KB")
    ours = "belongs to another run, and readers may take it for a part of this model; --force removes it"

    assert f"OUT/model.safetensors {ours}" == refusal(ExistsError, out)
    assert "written" == write(out, force=True).status
    assert [*SHARDS, INDEX] == sorted(os.listdir(out))
    assert f"OUT/{SHARDS[0]} {ours}" == refusal(ExistsError, out, limit="1KB")
    assert "written" == write(out, "1KB", force=True).status
    assert ["model.safetensors"] == os.listdir(out)


@pytest.mark.parametrize("failing", [SHARDS[0], SHARDS[2], INDEX])
def test_the_only_file_goes_last(out: Path, failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that fails before its shards and their index are complete leaves the file of the former one; the next run ends it."""
    write(out, "1KB", seed=1)
    before = stamps(out)
    link, replace, rename = os.link, os.replace, os.rename

    def failing_at(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(source: Any, target: Any, **options: Any) -> Any:
            if os.path.basename(target) == failing:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return function(source, target, **options)

        return call

    with monkeypatch.context() as patched:
        for name, function in (("link", link), ("replace", replace), ("rename", rename)):
            patched.setattr(os, name, failing_at(function))
        with pytest.raises(OutputError):
            write(out, force=True)

    assert before.items() <= stamps(out).items()
    assert not (out / INDEX).exists()
    assert "written" == write(out, force=True).status
    assert [*SHARDS, INDEX] == sorted(os.listdir(out))


def test_a_stale_index_goes_before_its_shards(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is killed while it removes stale files leaves no index over shards that are gone."""
    write(out)
    removed: list[str] = []
    unlink = os.unlink

    def note(path: str, **options: Any) -> None:
        removed.append(os.path.basename(path).removeprefix(".").partition(".winitgen-")[0])
        assert not os.path.exists(path) or os.path.basename(path).startswith(".")
        unlink(path, **options)

    monkeypatch.setattr(os, "unlink", note)
    winitgen.write(SPEC, out / "other.safetensors", fsync=False)
    (out / "other.safetensors").rename(out / "model.safetensors")
    write(out, "1KB", force=True)

    assert [INDEX, *SHARDS] == [name for name in removed if name in {INDEX, *SHARDS}]


@pytest.mark.parametrize("name", [INDEX, SHARDS[0]])
@pytest.mark.parametrize("call", ["rename", "unlink"])
def test_a_stale_file_that_another_program_replaces(
    out: Path, name: str, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes in the place of a stale file after it was looked at is not removed, and told."""
    write(out)
    winitgen.write(SPEC, out / "other.safetensors", fsync=False)
    (out / "other.safetensors").rename(out / "model.safetensors")
    function = getattr(os, call)

    def replaced(path: str, *args: Any, **options: Any) -> Any:
        if name in os.path.basename(path) and not (out / "theirs").exists():
            (out / "theirs").write_bytes(b"theirs")
            os.link(out / "theirs", out / "theirs too")
            os.replace(out / "theirs too", out / name)
        return function(path, *args, **options)

    monkeypatch.setattr(os, call, replaced)
    text = "was not written by winitgen, and readers may take it for a part of this model; move it away"
    if call == "rename":
        text = "was replaced by another program at the same time, and stays; run this one again"
    with pytest.raises(OutputError) as caught:
        write(out, "1KB", force=True)

    assert str(caught.value) == f"{out}/{name} {text}"
    assert (out / name).read_bytes() == b"theirs"
    assert not [path for path in os.listdir(out) if path.endswith(".tmp")]
