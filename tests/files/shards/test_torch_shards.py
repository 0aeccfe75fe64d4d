"""Shards of PyTorch's files with an index, as transformers wrote them before safetensors."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.files.formats.torch_files import Call, storage, tensor, zipped
from tests.files.shards.test_reading import arrays, refusal
from winitgen.files.formats.sharded.shard_readings import late_readings
from winitgen.files.input import open_weights
from winitgen.files.input.open_file import OpenFile
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.weight_files import weight_files

INDEX = "pytorch_model.bin.index.json"
FIRST, SECOND = "pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"


def saved(values: dict[str, np.ndarray[Any, Any]], **more: Any) -> bytes:
    """Return a file of ``torch.save`` with arrays of float32."""
    state = {
        name: tensor(storage(str(key), one.size), one.shape, (one.shape[1], 1))
        for key, (name, one) in enumerate(values.items())
    }
    stored = {str(key): one.astype("<f4").tobytes() for key, one in enumerate(values.values())}
    return zipped({**state, **more}, stored)


@pytest.fixture
def values() -> dict[str, np.ndarray[Any, Any]]:
    """Return three arrays of unequal sizes."""
    chance = np.random.default_rng(3)
    shapes = {"a.weight": (3, 5), "a.bias": (1, 3), "b.weight": (2, 7)}
    return {name: chance.normal(size=shape).astype("f4") for name, shape in shapes.items()}


@pytest.fixture
def model(tmp_path: Path, values: dict[str, np.ndarray[Any, Any]]) -> Path:
    """Write a model of two shards."""
    path = tmp_path / "m"
    path.mkdir()
    places = {"a.weight": FIRST, "a.bias": SECOND, "b.weight": SECOND}
    for file in (FIRST, SECOND):
        (path / file).write_bytes(saved({name: values[name] for name in places if places[name] == file}))
    index = {"metadata": {"total_size": 4 * 32}, "weight_map": places}
    (path / INDEX).write_text(json.dumps(index))
    return path


def test_the_folder_and_the_index(model: Path, values: dict[str, np.ndarray[Any, Any]]) -> None:
    """Both give all tensors, shard by shard; nothing else is to be told."""
    for path in (model, model / INDEX):
        found = arrays(path)
        assert [*values] == [*found]
        assert all(np.array_equal(one, found[name]) for name, one in values.items())
    with open_weights(model) as weights:
        assert ("pytorch-index", 2) == (weights.format, weights.facts["shards"])
        assert [] == [*weights.others, *weights.late(True)]
        assert [str(model / FIRST), str(model / SECOND)] == list(weights.shards)
    (model / "training_args.bin").write_bytes(b"x")
    assert ["'training_args.bin' stands beside it and was not read"] == winitgen.inspect(model)["notes"]


def test_a_copy_as_safetensors(model: Path, values: dict[str, np.ndarray[Any, Any]]) -> None:
    """Every value arrives, and what is read is not written over."""
    winitgen.convert(model, model.parent / "w.safetensors", fsync=False)

    assert {name: one.tolist() for name, one in values.items()} == {
        name: one.tolist() for name, one in arrays(model.parent / "w.safetensors").items()
    }
    assert {INDEX, FIRST, SECOND} == {Path(path).name for path in weight_files(str(model / INDEX))}


def test_what_is_wrong_with_shards(model: Path, values: dict[str, np.ndarray[Any, Any]]) -> None:
    """Each is told as of shards of safetensors."""
    other = model / SECOND
    content = other.read_bytes()
    other.write_bytes(saved({"a.bias": values["a.bias"]}))
    line = f"OUT/{INDEX} is a damaged index: 'b.weight' is not in its shard '{SECOND}'"
    assert line == refusal(model, model)
    other.write_bytes(b"text")
    assert f"OUT/{SECOND} is not a PyTorch file, or is damaged" == refusal(model, model)
    np.savez(model.parent / "w.npz", a=np.ones(2))
    other.write_bytes((model.parent / "w.npz").read_bytes())
    assert f"OUT/{SECOND} is not a PyTorch file, or is damaged" == refusal(model, model)
    with zipfile.ZipFile(model.parent / "w.npz") as arrays_alone, zipfile.ZipFile(other, "w") as archive:
        archive.writestr("m/notes", "text")
        archive.writestr("b.weight.npy", arrays_alone.read("a.npy"))
        archive.writestr("a.bias.npy", arrays_alone.read("a.npy"))
    assert f"OUT/{SECOND} is not a PyTorch file, or is damaged" == refusal(model, model)
    other.unlink()
    assert f"OUT/{INDEX} is not complete: its shard '{SECOND}' does not exist" == refusal(model, model)
    other.write_bytes(content)
    (model / INDEX).write_text(json.dumps({"weight_map": {"a": "../w.bin"}}))
    assert f"OUT/{INDEX} is a damaged index: the shard '../w.bin' is not a plain file name" == refusal(
        model, model
    )


def test_what_loaders_may_take_otherwise(model: Path, values: dict[str, np.ndarray[Any, Any]]) -> None:
    """Names that could run code, checksums of a shard, shards of another ending, and more shards beside them."""
    call = Call("os.system", "true")
    (model / SECOND).write_bytes(saved({"a.bias": values["a.bias"], "b.weight": values["b.weight"]}, c=call))
    line = f"'{SECOND}': it holds 'os.system', which is not read, as it could run code: torch.load(weights_only=True) refuses the file"
    assert [line, f"'{SECOND}': its value 'c' is no tensor, and was not read"] == winitgen.inspect(model)[
        "notes"
    ]
    (model / SECOND).rename(model / "b.safetensors")
    index = json.loads((model / INDEX).read_text())
    index["weight_map"] = {
        key: one.replace(SECOND, "b.safetensors") for key, one in index["weight_map"].items()
    }
    (model / INDEX).write_text(json.dumps(index))
    (model / SECOND).write_bytes(b"x")
    notes = winitgen.inspect(model / INDEX)["notes"]
    line = "the shard 'b.safetensors' ends in .safetensors: transformers takes it for a file of safetensors"
    assert line in notes
    assert f"'{SECOND}' stands beside it, and loaders read it instead of its shards, or too" in notes


def test_what_only_the_values_tell() -> None:
    """Each shard's own is told with its name."""
    asked = []

    def late(rest: bool) -> list[OtherReading]:
        asked.append(rest)
        return [OtherReading("it is odd")]

    found = late_readings({"a.bin": OpenFile("a.bin", "pytorch", late=late)}, True)

    assert ([OtherReading("'a.bin': it is odd")], [True]) == (found, asked)
