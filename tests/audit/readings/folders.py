"""Folders and sharded models with more than one reading."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy

Edit = Callable[[Path], object]


def _index(path: Path, change: Callable[[Any], object]) -> None:
    found = json.loads(path.read_text())
    change(found)
    path.write_text(json.dumps(found))


def _sevens(path: Path, like: Path) -> None:
    np.save(path, np.full_like(np.load(like), 7))


def of_arrays(names: list[str]) -> Iterator[tuple[str, Edit]]:
    """Yield changes of a folder of arrays; the names are those of the tensors."""
    for number, name in enumerate(names):
        file, other = f"{name}.npy", f"{names[number - 1]}.npy"

        def elsewhere(folder: Path, name: str = name, file: str = file) -> None:
            (folder / file).rename(folder / "zz.npy")
            _sevens(folder / file, folder / "zz.npy")
            _index(folder / "index.json", lambda found: found["tensors"][name].update(file="zz.npy"))

        def renamed(folder: Path, name: str = name, file: str = file) -> None:
            (folder / file).rename(folder / "zz.npy")
            _index(folder / "index.json", lambda found: found["tensors"][name].update(file="zz.npy"))

        def linked(folder: Path, file: str = file) -> None:
            (folder / file).rename(folder / "zz")
            (folder / file).symlink_to("zz")

        def twice(folder: Path, name: str = name, file: str = file) -> None:
            text = (folder / "index.json").read_text()
            more = json.dumps({name: {"file": "zz.npy"}})[1:-1]
            (folder / "index.json").write_text(text.replace('"tensors": {', f'"tensors": {{{more},', 1))

        yield f"{name} elsewhere", elsewhere
        yield f"{name} renamed", renamed
        yield f"{name} linked", linked
        yield f"{name} twice", twice
        yield f"beside {name}", lambda folder, file=file: _sevens(folder / f"z{file}", folder / file)
        yield (
            f"upper {name}",
            lambda folder, file=file: _sevens(folder / file.upper().replace("NPY", "npy"), folder / file),
        )
        yield (
            f"archive beside {name}",
            lambda folder, name=name: np.savez(folder / f"{name}.npz", a=np.ones(2)),
        )
        yield f"text beside {name}", lambda folder, name=name: (folder / f"{name}.txt").write_text("seven")
        yield f"folder beside {name}", lambda folder, name=name: (folder / f"{name}.d").mkdir()
        yield (
            f"{name} by another's file",
            lambda folder, name=name, other=other: _index(
                folder / "index.json", lambda found: found["tensors"][name].update(file=other)
            ),
        )
        yield (
            f"{name} not in the index",
            lambda folder, name=name: _index(folder / "index.json", lambda found: found["tensors"].pop(name)),
        )


def of_shards(index: str, names: list[str]) -> Iterator[tuple[str, Edit]]:
    """Yield changes of a folder of shards; the names are those of the tensors."""
    for name in names:

        def added(folder: Path, name: str = name, last: bool = True) -> None:
            """Put sevens under the name of a tensor into a shard of others."""
            places = json.loads((folder / index).read_text())["weight_map"]
            shards = sorted(set(places.values()))
            target = next(shard for shard in (reversed(shards) if last else shards) if shard != places[name])
            like = safetensors.numpy.load_file(folder / places[name])[name]
            _rewrite(folder / target, {name: np.full_like(like, 7)})

        def unlisted(folder: Path, name: str = name) -> None:
            places = json.loads((folder / index).read_text())["weight_map"]
            _rewrite(folder / places[name], {f"{name}2": np.float32([7])})

        def stale(folder: Path, called: str, name: str = name) -> None:
            places = json.loads((folder / index).read_text())["weight_map"]
            like = safetensors.numpy.load_file(folder / places[name])
            safetensors.numpy.save_file(
                {key: np.full_like(value, 7) for key, value in like.items()}, folder / called
            )

        yield f"{name} in a later shard", added
        yield f"{name} in an earlier shard", lambda folder, added=added: added(folder, last=False)
        yield f"another beside {name}", unlisted
        for called in (
            "model.safetensors",
            "model-00001-of-00009.safetensors",
            "model-old.safetensors",
            "zz.safetensors",
        ):
            yield f"{called} of {name}", lambda folder, stale=stale, called=called: stale(folder, called)
        yield (
            f"{name} not in the index",
            lambda folder, name=name: _index(folder / index, lambda found: found["weight_map"].pop(name)),
        )


def _rewrite(path: Path, more: dict[str, Any]) -> None:
    """Add tensors to a shard, with its metadata as it was."""
    with safetensors.safe_open(path, "np") as file:
        metadata = file.metadata()
    safetensors.numpy.save_file({**safetensors.numpy.load_file(path), **more}, path, metadata)
