"""No output is written into a folder that is read as a whole: what stands in it decides what is read of it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from tests.files.formats.dcp_folders import Box, write_checkpoint
from tests.files.formats.zarr_folders import entry, group, second, third, write_tree

SPEC = {"input": 3, "layers": [{"name": "fc", "type": "dense", "units": 2}]}
"""Drawn for the names ``fc.weight`` and ``fc.bias``."""


def values() -> dict[str, Any]:
    """Return what the folders hold."""
    return {name: np.asarray(found) for name, found in winitgen.generate(SPEC, seed=4).items()}


def zarr(folder: Path, version: int) -> None:
    """Write a group of zarr."""
    group(folder, version)
    for name, found in values().items():
        (second if version == 2 else third)(folder / name, found, [2] * found.ndim)


def orbax(folder: Path) -> None:
    """Write a tree of Orbax."""
    for name, found in values().items():
        second(folder / name, found, [2] * found.ndim)
    write_tree(folder, [entry([name]) for name in values()])


def safetensors(folder: Path) -> None:
    """Write a folder with the only weight file of a model."""
    folder.mkdir()
    save_file(values(), folder / "model.safetensors")


def shards(folder: Path) -> None:
    """Write a model in two shards."""
    winitgen.write(SPEC, f"{folder}/", max_shard_size="0.024KB", seed=4)


def dcp(folder: Path) -> None:
    """Write a checkpoint of PyTorch."""
    folder.mkdir()
    found = values()
    boxes = {name: (one.shape, [Box((0,) * one.ndim, one)]) for name, one in found.items()}
    write_checkpoint(folder, boxes)


def arrays(folder: Path) -> None:
    """Write a folder of arrays."""
    winitgen.write(SPEC, f"{folder}/", seed=4)


KINDS: dict[str, Callable[[Path], None]] = {
    "zarr2": lambda folder: zarr(folder, 2),
    "zarr3": lambda folder: zarr(folder, 3),
    "orbax": orbax,
    "safetensors": safetensors,
    "shards": shards,
    "dcp": dcp,
    "arrays": arrays,
}


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


WHOLE = ["zarr2", "zarr3", "orbax", "dcp"]


@pytest.mark.parametrize("kind", WHOLE)
def test_convert_into_its_source(kind: str, tmp_path: Path) -> None:
    """Neither a file nor a folder, nor through a link, nor with force; beside it there is a place."""
    folder = tmp_path / "source"
    KINDS[kind](folder)
    before = contents(folder)
    os.symlink(folder, tmp_path / "link")
    for name in ("source/out.npz", "source/out/", "source/new.safetensors", "link/out.npz"):
        with pytest.raises(winitgen.UsageError) as error:
            winitgen.convert(folder, f"{tmp_path}/{name}", force=True)
        assert (
            f"{tmp_path}/{name}: the output would stand in {folder}, a folder whose values it needs; write it elsewhere"
            == str(error.value)
        )
        assert before == contents(folder)
    winitgen.convert(folder, tmp_path / "source.npz")


@pytest.mark.parametrize("kind", ["safetensors", "shards"])
def test_beside_the_file_that_is_read(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of a model in which one works holds other formats of it, too."""
    KINDS[kind](tmp_path / "model")
    monkeypatch.chdir(tmp_path / "model")
    winitgen.convert(".", "w.npz")

    winitgen.verify(".", SPEC, seed=4)
    assert winitgen.diff(".", "w.npz")["equal"]


@pytest.mark.parametrize("kind", WHOLE)
def test_init_into_its_base(kind: str, tmp_path: Path) -> None:
    """A base that is a folder, in a run that writes a file or shards."""
    folder = tmp_path / "base"
    KINDS[kind](folder)
    before = contents(folder)
    for name, size in (("base/new.npz", None), ("base/new/", "0.024KB")):
        with pytest.raises(winitgen.UsageError) as error:
            winitgen.write(SPEC, f"{tmp_path}/{name}", base=folder, only=["fc.bias"], max_shard_size=size)
        assert str(error.value).startswith(f"{tmp_path}/{name}")
        assert str(error.value).endswith(
            f": the output would stand in {folder}, a folder whose values it needs; write it elsewhere"
        )
        assert before == contents(folder)


def test_a_folder_is_given_to_standard_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    """What is written nowhere is not written into the folder in which one works."""
    safetensors(tmp_path / "source")
    monkeypatch.chdir(tmp_path / "source")
    winitgen.convert(".", "-", format="safetensors")

    assert len(capfd.readouterr().out) > 0
    assert ["model.safetensors"] == os.listdir()


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("dcp", ".metadata"),
        ("dcp", "."),
        ("zarr2", "."),
        ("zarr3", "."),
        ("orbax", "."),
        ("shards", "model.safetensors.index.json"),
    ],
)
def test_from_inside_the_source(
    kind: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named from the folder in which one works, a source is as safe: over each of its files, and as a base, too."""
    folder = tmp_path / "source"
    KINDS[kind](folder)
    before = contents(folder)
    monkeypatch.chdir(folder)
    files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    for path in files if kind == "shards" else [*files, Path("new.safetensors")]:
        with pytest.raises(winitgen.UsageError, match=r"the output would (stand in|take the place of)"):
            winitgen.convert(source, path, format="safetensors", force=True)
        with pytest.raises(winitgen.UsageError, match=r"the output would (stand in|take the place of)"):
            winitgen.write(SPEC, path, base=source, only=["fc.bias"], format="safetensors", force=True)
        assert before == contents(folder)


def test_one_of_several_shards_beside_them(tmp_path: Path) -> None:
    """Loaders would take the part for the whole model; all of them may become one file, and the part have another name."""
    folder = tmp_path / "source"
    shards(folder)
    before = contents(folder)
    [first, *_] = sorted(folder.glob("*-of-*.safetensors"))
    for force in (False, True):
        with pytest.raises(winitgen.UsageError) as error:
            winitgen.convert(first, folder / "model.safetensors", force=force)
        assert str(error.value).endswith(
            "the output would take the place of a file whose values it needs; give it another name"
        )
        assert before == contents(folder)

    winitgen.convert(first, folder / "part.safetensors")
    winitgen.convert(folder / "model.safetensors.index.json", folder / "model.safetensors")
    assert 2 == len(winitgen.inspect(folder / "model.safetensors")["tensors"])


@pytest.mark.parametrize(
    ("kind", "source", "needed"),
    [
        ("shards", "model.safetensors.index.json", "*-of-*.safetensors"),
        ("dcp", ".metadata", "*.distcp"),
        ("dcp", "", "*"),
        ("zarr3", "", "*/*"),
        ("arrays", "", "*"),
    ],
)
def test_over_what_a_layer_spec_takes_its_values_from(
    kind: str, source: str, needed: str, tmp_path: Path
) -> None:
    """Not only over the path that it names: over each file that is read for that, too."""
    folder = tmp_path / "source"
    KINDS[kind](folder)
    weight = values()["fc.weight"]
    init = {
        "scheme": "file",
        "path": str(folder / source),
        "tensor": "fc.weight",
        "sha256": hashlib.sha256(weight.tobytes()).hexdigest(),
    }
    spec = {"layers": [{"name": "kept", "type": "param", "shape": [2, 3], "init": init}]}
    before = contents(folder)
    found = [path for path in folder.glob(needed) if path.is_file()]
    assert found
    for path in found:
        with pytest.raises(winitgen.UsageError, match=r"the output would (stand in|take the place of)"):
            winitgen.write(spec, path, format="safetensors", force=True)
        assert before == contents(folder)

    winitgen.write(spec, tmp_path / "new.safetensors")


@pytest.mark.parametrize("source", ["w/fc.weight.npy", "w/sub/x.npz"])
def test_a_folder_around_the_source(source: str, tmp_path: Path) -> None:
    """A folder of arrays takes the place of all that stood in it."""
    folder = tmp_path / "w"
    winitgen.write(SPEC, f"{folder}/")
    (folder / "sub").mkdir()
    winitgen.write(SPEC, folder / "sub" / "x.npz")
    before = contents(folder)
    rename = ["^$=w"] if source.endswith(".npy") else []
    with pytest.raises(winitgen.UsageError) as error:
        winitgen.convert(tmp_path / source, f"{folder}/", rename=rename, force=True)

    assert (
        f"{folder}/: the output would take the place of a file whose values it needs; give it another name"
        == str(error.value)
    )
    assert before == contents(folder)
