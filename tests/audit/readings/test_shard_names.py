"""The names of shards, by which loaders go, and what an index has to say besides."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import winitgen
from tests.audit.readings.words import SPEC, told
from winitgen.files.input import open_weights
from winitgen.files.input.misreading import refuse_misread

TWO = {"input": 3, "layers": [{"name": name, "type": "dense", "units": 3} for name in ("a", "b")]}


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    """The index of a model in two shards, as transformers reads it."""
    winitgen.write(SPEC, f"{tmp_path}/", format="safetensors", max_shard_size="0.025KB")
    return tmp_path / "model.safetensors.index.json"


@pytest.fixture
def keras(tmp_path: Path) -> Path:
    """The index of a model in two shards, as Keras reads it."""
    winitgen.write(
        TWO, f"{tmp_path}/", layout="keras", format="keras-h5", max_shard_size="0.05KB", shard_name="w"
    )
    return tmp_path / "w.weights.json"


def found(keras: Path) -> list[str]:
    """Return what verify says of Keras's shards."""
    try:
        return [*map(str, winitgen.verify(keras, TWO, layout="keras")["notes"])]
    except winitgen.DiffersError as error:
        return [f"differs: {mistake.message}" for mistake in error.mistakes]


def renamed(index: Path, names: dict[str, str]) -> None:
    """Give shards other names, in the folder and in the index."""
    changed = json.loads(index.read_text())
    for old, new in names.items():
        (index.parent / old).rename(index.parent / new)
    places = changed["weight_map"]
    for entry, place in places.items():
        own = [names.get(name, name) for name in ([place] if isinstance(place, str) else place)]
        places[entry] = own[0] if isinstance(place, str) else own
    index.write_text(json.dumps(changed))


def changed(index: Path, change: Callable[[Any], object]) -> None:
    """Change what an index says."""
    says = json.loads(index.read_text())
    change(says)
    index.write_text(json.dumps(says))


@pytest.mark.parametrize("name", ["a.npz", "evil.bin", "pytorch_model.pt", "A.SAFETENSORS", "a.weights.h5"])
def test_a_shard_that_is_not_called_safetensors(shards: Path, name: str) -> None:
    """Transformers takes a shard for a file of PyTorch then; that it was not read is said of none."""
    renamed(shards, {"model-00001-of-00002.safetensors": name})
    line = f"the shard '{name}' does not end in .safetensors: transformers takes it for a file of PyTorch"

    assert [f"differs: {line}"] == told(shards) == told(shards.parent)
    assert [line] == winitgen.inspect(shards.parent)["notes"]


def test_a_shard_of_any_other_name(shards: Path) -> None:
    """Transformers goes by the index."""
    renamed(shards, {"model-00001-of-00002.safetensors": "a.safetensors"})

    assert [] == told(shards) == told(shards.parent)


def test_the_file_that_keras_opens_first(keras: Path) -> None:
    """Keras opens the shard of number 0 whatever the index says; the others may have any names."""
    assert [] == found(keras)
    renamed(keras, {"w_00001.weights.h5": "x.h5"})
    assert [] == found(keras)
    renamed(keras, {"w_00000.weights.h5": "w_00009.weights.h5"})
    line = "its index does not list 'w_00000.weights.h5', which Keras opens before any other shard"

    assert [f"differs: {line}"] == found(keras)
    assert [line] == winitgen.inspect(keras)["notes"]


def test_the_file_of_a_saved_model(keras: Path) -> None:
    """Of a folder with a config Keras loads this file, and never looks at an index."""
    (keras.parent / "model.weights.h5").write_bytes(b"x")
    line = "load_model of Keras reads 'model.weights.h5' of this folder, not 'w.weights.json'"
    assert f"differs: {line}" not in found(keras.parent)
    (keras.parent / "config.json").write_text("{}")

    assert f"differs: {line}" in found(keras.parent)
    assert line in winitgen.inspect(keras.parent)["notes"]


def test_a_group_in_no_shard(keras: Path) -> None:
    """Keras takes the first shard of a group, and fails if there is none."""
    index = json.loads(keras.read_text())
    entry = next(iter(index["weight_map"]))
    index["weight_map"][entry] = []
    keras.write_text(json.dumps(index))
    line = f"its index gives '{entry}' to no shard, and Keras refuses it for a model that has this group"

    assert f"differs: {line}" in found(keras)
    assert line in winitgen.inspect(keras)["notes"]


def test_the_stem_of_keras(keras: Path) -> None:
    """Keras takes every '.weights' out of the name of the index."""
    names = sorted(path.name for path in keras.parent.glob("w_*"))
    index = keras.rename(keras.parent / "a.weights.b.weights.json")
    renamed(index, {name: name.replace("w_", "a.b_") for name in names})

    assert [] == found(index)


def test_a_shard_of_keras_under_the_name_of_another_container(keras: Path) -> None:
    """A loader that goes by the name finds something else in it."""
    renamed(keras, {"w_00001.weights.h5": "x.npz"})
    line = "it holds hdf5, but its name ends in .npz: a loader by that name reads something else of it, or nothing"

    assert [f"differs: 'x.npz': {line}"] == found(keras) == found(keras.parent)


def test_a_shard_that_a_group_of_keras_has_twice(keras: Path) -> None:
    """Keras counts the variables of each shard in the list."""
    places = json.loads(keras.read_text())["weight_map"]
    group, own = next(iter(places.items()))
    own = [own] if isinstance(own, str) else own
    changed(keras, lambda says: says["weight_map"].update({group: [*own, own[0]]}))
    line = f"its index lists a shard of '{group}' twice, and Keras counts its variables twice"

    assert [f"differs: {line}"] == found(keras)


@pytest.mark.parametrize("metadata", ["gone", None, [], "text", 3])
def test_an_index_without_metadata(shards: Path, metadata: Any) -> None:
    """Transformers refuses it; what other loaders read of it is right, so that values may be taken from it."""
    changed(shards, lambda says: says.pop("metadata"))
    if metadata != "gone":
        changed(shards, lambda says: says.update(metadata=metadata))
    note = "its index has no metadata, and from_pretrained of transformers refuses one without"

    assert [note] == told(shards) == told(shards.parent)
    with open_weights(shards) as weights:
        refuse_misread(weights)
    changed(shards, lambda says: says.update(metadata={}))
    assert [] == told(shards)


@pytest.mark.parametrize("dtype", ["float16", None, 5])
def test_a_number_format_in_an_index(shards: Path, dtype: Any) -> None:
    """Transformers 5.23 converts to it, or refuses it, unless the config has one, which an index alone does not tell."""
    changed(shards, lambda says: says["metadata"].update(dtype=dtype))
    note = "its index has a dtype, to which from_pretrained of transformers converts the values where config.json has none"

    assert [note] == told(shards) == told(shards.parent)


def test_a_shard_that_a_group_names_very_often(tmp_path: Path) -> None:
    """The time goes with the index and with the variables, not with both together."""
    for shard, first in (("a", 0), ("b", 1000)):
        with h5py.File(tmp_path / shard, "w") as file:
            for number in range(first, first + 1000 if first else 1):
                file[f"g/vars/{number}"] = np.float32(number)
    index = {"/g/vars": ["a"] * 300_000 + ["b"]}
    (tmp_path / "m.weights.json").write_text(json.dumps({"weight_map": index}))
    start = time.process_time()
    with open_weights(tmp_path / "m.weights.json") as weights:
        assert 1001 == len(weights.tensors)
        notes = [one.text for one in weights.others]
    took = time.process_time() - start

    assert [
        "its index does not list 'm_00000.weights.h5', which Keras opens before any other shard",
        "its index lists a shard of '/g/vars' twice, and Keras counts its variables twice",
    ] == notes
    assert took < 2
