"""The cache of Hugging Face's libraries: which snapshot stands for a model, and which links are followed."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.files.formats.onnx_files import beside, graph, model, tensor
from winitgen.errors import UnreadableError
from winitgen.files.input import held_folder, open_weights
from winitgen.files.input.hub_cache import check_inside, check_opened

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="there the cache has copies in place of links"
)

NEW, OLD = "a" * 40, "b" * 40


def saved(cache: Path, snapshot: str, value: float, name: str = "model.safetensors") -> Path:
    """Put a file with one value into a snapshot, as a link to a blob."""
    folder = cache / "snapshots" / snapshot
    folder.mkdir(parents=True, exist_ok=True)
    (cache / "blobs").mkdir(exist_ok=True)
    blob = cache / "blobs" / f"{value}-{name}"
    save_file({"w": np.full(2, value, "f4")}, blob)
    (folder / name).symlink_to(f"../../blobs/{blob.name}")
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Make the folder of a model with two snapshots."""
    path = tmp_path / "hub" / "models--org--name"
    saved(path, OLD, 1)
    saved(path, NEW, 2)
    (path / "refs").mkdir()
    (path / "refs" / "main").write_text(OLD)
    return path


def value(path: Path) -> tuple[str, float]:
    """Return the path that is read and the first value."""
    with open_weights(path) as weights:
        return weights.path, float(weights.tensors[0].read(0, 1)[0])


def refusal(path: Path) -> str:
    """Return the message about a path."""
    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass
    return str(caught.value)


def test_the_snapshot_of_main(cache: Path) -> None:
    """It stands for the model; a snapshot is read as such, and so is a file in it."""
    for path in (cache, cache / "snapshots" / OLD, cache / "snapshots" / OLD / "model.safetensors"):
        assert (str(cache / "snapshots" / OLD / "model.safetensors"), 1.0) == value(path)
    (cache / "refs" / "main").write_text(f"{NEW}\n")
    assert (str(cache / "snapshots" / NEW / "model.safetensors"), 2.0) == value(cache)


def test_a_link_to_a_snapshot(cache: Path, tmp_path: Path) -> None:
    """A snapshot is one by any way that leads to it: links within the cache are followed, others are not."""
    (tmp_path / "ways").mkdir()
    link = tmp_path / "ways" / "latest"
    link.symlink_to(cache / "snapshots" / NEW)
    (tmp_path / "hubs").symlink_to(cache.parent)
    assert (str(link / "model.safetensors"), 2.0) == value(link)
    assert 2.0 == value(tmp_path / "hubs" / cache.name / "snapshots" / NEW)[1]
    blob = cache / "blobs" / "2-model.safetensors"
    blob.rename(tmp_path / "elsewhere")
    blob.symlink_to(tmp_path / "elsewhere")

    assert f"{link}/model.safetensors is a link that leads out of {cache}, and is not followed" == refusal(
        link
    )


def test_a_model_without_main(cache: Path) -> None:
    """The only snapshot stands for it; of several one has to be named."""
    (cache / "refs" / "main").unlink()
    line = f"{cache} is a model in a cache of Hugging Face with 2 snapshots and no refs/main: {NEW!r}, {OLD!r}; name one"
    assert line == refusal(cache)
    (cache / "snapshots" / NEW / "model.safetensors").unlink()
    (cache / "snapshots" / NEW).rmdir()
    assert 1.0 == value(cache)[1]
    (cache / "snapshots" / OLD / "model.safetensors").unlink()
    (cache / "snapshots" / OLD).rmdir()
    assert f"{cache} is a model in a cache of Hugging Face without a snapshot; download it" == refusal(cache)


@pytest.mark.parametrize("named", ["c" * 40, "../blobs", "..", ""])
def test_main_names_no_snapshot(cache: Path, named: str) -> None:
    """Nothing else is read instead, whatever the name leads to."""
    (cache / "refs" / "main").write_text(named)

    assert f"{cache} has no snapshot {named!r}, which its refs/main names" == refusal(cache)


@pytest.mark.parametrize("absent", ["blobs", "refs"])
def test_a_copy_without_links(cache: Path, absent: str) -> None:
    """Files may stand in a snapshot themselves, as in a copy of a cache, and where links are not allowed."""
    copy = cache.parent / "copy"
    shutil.copytree(cache, copy)
    shutil.rmtree(copy / absent)
    shutil.rmtree(copy / "snapshots" / NEW)

    assert (str(copy / "snapshots" / OLD / "model.safetensors"), 1.0) == value(copy)


def test_folders_that_are_no_cache(tmp_path: Path) -> None:
    """A folder called snapshots makes none, and its links are followed as anywhere."""
    (tmp_path / "m" / "snapshots" / "a").mkdir(parents=True)
    save_file({"w": np.full(2, 3, "f4")}, tmp_path / "w")
    link = tmp_path / "m" / "snapshots" / "a" / "model.safetensors"
    link.symlink_to(tmp_path / "w")

    assert 3.0 == value(link.parent)[1]
    assert refusal(tmp_path / "m").startswith(f"{tmp_path / 'm'} is a folder without ")


def test_links_out_of_the_cache(cache: Path) -> None:
    """They are refused in words; those into the cache are followed, by whatever way."""
    folder = cache / "snapshots" / OLD
    outside = cache.parent / "secret.safetensors"
    save_file({"w": np.full(2, 9, "f4")}, outside)
    link = folder / "model.safetensors"
    link.unlink()
    link.symlink_to(outside)
    line = f"{link} is a link that leads out of {cache}, and is not followed"
    assert line == refusal(cache)
    link.unlink()
    link.symlink_to("../../../secret.safetensors")
    assert line == refusal(folder)
    link.unlink()
    link.symlink_to(cache / "blobs" / "2-model.safetensors")
    assert 2.0 == value(cache)[1]
    assert 9.0 == load_file(outside)["w"][0]


def test_a_snapshot_named_through_links(cache: Path) -> None:
    """It is one of the cache still, by whatever way it is named: links into the cache are followed, others are not."""
    folder = cache / "snapshots" / OLD
    (folder / "unet").mkdir()
    save_file({"w": np.full(2, 9, "f4")}, cache.parent / "nine.safetensors")
    (folder / "unet" / "model.safetensors").symlink_to("../../../../../nine.safetensors")
    other = cache.parent.parent / "other"
    other.mkdir()
    (other / "hub").symlink_to(cache.parent)
    (other / "one").symlink_to("hub/models--org--name/snapshots/" + OLD)
    (other / "two").symlink_to("one/unet")
    (other / "three").symlink_to(folder / "unet")
    assert (str(other / "one" / "model.safetensors"), 1.0) == value(other / "one")
    ways = {
        other / "one" / "unet": other / "hub" / "models--org--name",
        other / "two": other / "hub" / "models--org--name",
        other / "three": cache,
        other / "three" / ".." / "unet": cache,
        other / "hub" / ".." / "other" / "three": cache,
    }
    for way, root in ways.items():
        shown = way / "model.safetensors"
        assert f"{shown} is a link that leads out of {root}, and is not followed" == refusal(way)
    (other / "one").unlink()
    assert f"cannot read {other / 'two'}: No such file or directory" == refusal(other / "two")


def test_a_snapshot_that_leads_out(cache: Path) -> None:
    """A snapshot that is a link to another folder is none of the cache, whether it is named itself or by a link to it."""
    outside = cache.parent / "outside"
    outside.mkdir()
    save_file({"w": np.full(2, 9, "f4")}, outside / "model.safetensors")
    snapshot = cache / "snapshots" / ("c" * 40)
    snapshot.symlink_to("../../outside")
    named = cache.parent / "named"
    named.symlink_to(snapshot)
    for folder in (snapshot, named):
        line = f"{folder / 'model.safetensors'} is a link that leads out of {cache}, and is not followed"
        assert line == refusal(folder)
    assert 9.0 == value(outside)[1]


def test_links_that_lead_in_a_circle(tmp_path: Path) -> None:
    """The system's words are told."""
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert f"cannot read {tmp_path / 'a'}: Too many levels of symbolic links" == refusal(tmp_path / "a")


def test_a_folder_inside_a_snapshot(cache: Path) -> None:
    """Models of several parts have their files in folders of a snapshot."""
    (cache / "snapshots" / OLD / "unet").mkdir()
    save_file({"w": np.full(2, 5, "f4")}, cache / "blobs" / "five")
    link = cache / "snapshots" / OLD / "unet" / "model.safetensors"
    link.symlink_to("../../../blobs/five")
    assert 5.0 == value(link.parent)[1]
    link.unlink()
    save_file({"w": np.full(2, 5, "f4")}, cache.parent / "five")
    link.symlink_to("../../../../five")
    assert f"{link} is a link that leads out of {cache}, and is not followed" == refusal(link.parent)


def test_values_of_an_onnx_model(cache: Path) -> None:
    """The file beside a model is a link as well, and followed as far as the cache goes."""
    folder = cache / "snapshots" / OLD
    (folder / "model.safetensors").unlink()
    places = beside({"location": "model.onnx_data", "offset": 4, "length": 8})
    (cache / "blobs" / "m").write_bytes(model(graph([tensor("w", 1, (2,), places)])))
    (cache / "blobs" / "d").write_bytes(np.array([7, 8, 9], "<f4").tobytes())
    (folder / "model.onnx").symlink_to("../../blobs/m")
    link = folder / "model.onnx_data"
    link.symlink_to("../../blobs/d")
    named = cache.parent / "named"
    named.symlink_to(folder)
    for one in (cache, named, named / "model.onnx"):
        assert 8.0 == value(one)[1]
    link.unlink()
    (cache.parent / "d").write_bytes(bytes(12))
    link.symlink_to("../../../d")
    with open_weights(cache) as weights:
        line = f"its values are in 'model.onnx_data', a link that leads out of {cache}, which is not followed"
        assert [line] == [one.unread for one in weights.tensors]


def test_a_folder_with_files_of_its_own(tmp_path: Path) -> None:
    """It is no model in a cache, whatever its folders are called; files that are hidden do not count."""
    (tmp_path / "refs").mkdir()
    saved(tmp_path, NEW, 2)
    (tmp_path / ".hidden").touch()
    assert (str(tmp_path / "snapshots" / NEW / "model.safetensors"), 2.0) == value(tmp_path)
    save_file({"w": np.full(2, 7, "f4")}, tmp_path / "own.safetensors")
    assert (str(tmp_path / "own.safetensors"), 7.0) == value(tmp_path)


def test_a_link_that_is_replaced(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is read only if the link leads to it after it was opened, too."""
    link = cache / "snapshots" / OLD / "model.safetensors"
    save_file({"w": np.full(2, 9, "f4")}, cache.parent / "outside")
    within = link.readlink()
    swaps = []

    def looked_at(path: str, folder: str) -> None:
        """Replace the link between two looks at it."""
        check_inside(path, folder)
        link.unlink()
        link.symlink_to(cache.parent / "outside")
        swaps.append(path)

    def opened(path: str, folder: str, fd: int) -> None:
        """Put the link back before the second look."""
        link.unlink()
        link.symlink_to(within)
        check_opened(path, folder, fd)

    monkeypatch.setattr(held_folder, "check_inside", looked_at)
    monkeypatch.setattr(held_folder, "check_opened", opened)

    assert f"{link} changed while it was read" == refusal(cache)
    assert len(swaps) > 1
