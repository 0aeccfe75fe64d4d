"""Indices as inputs: what is read, and what is wrong with shards, on the whole text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from tests.files.shards.conftest import SPEC, write
from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights

KERAS: dict[str, Any] = {"layout": "keras", "format": "keras-h5", "shard_name": "w"}
FORMS = [
    pytest.param({}, "model.safetensors.index.json", id="safetensors"),
    pytest.param({"shard_name": "m.fp16"}, "m.safetensors.index.fp16.json", id="variant"),
    pytest.param(KERAS, "w.weights.json", id="keras"),
]


def refusal(path: Path, folder: Path) -> str:
    """Return the message about a path that is not read; the folder is OUT in it."""
    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass
    return str(caught.value).replace(str(folder), "OUT")


def arrays(path: Path) -> dict[str, Any]:
    """Return all arrays."""
    with open_weights(path) as weights:
        return {tensor.name: tensor.read(0, tensor.size).reshape(tensor.shape) for tensor in weights.tensors}


@pytest.mark.parametrize(("options", "index"), FORMS)
def test_the_folder_and_the_index_are_read(out: Path, options: dict[str, Any], index: str) -> None:
    """Both give all values; they are verified, and equal to one file."""
    write(out, seed=3, **options)
    layout = options.get("layout", "torch")
    single = out.parent / ("w.weights.h5" if layout == "keras" else "w.safetensors")
    winitgen.write(SPEC, single, seed=3, layout=layout, fsync=False)
    expected = arrays(single)

    for path in (out, out / index):
        found = arrays(path)
        assert expected.keys() == found.keys()
        assert all(np.array_equal(expected[name], found[name]) for name in expected)
        assert "verified" == winitgen.verify(path)["status"]
        assert "verified" == winitgen.verify(path, SPEC, seed=3, layout=layout)["status"]
        assert winitgen.diff(path, single)["equal"]
        report = winitgen.inspect(path, digest=True)
        assert report["digests"]["content"] == winitgen.inspect(single, digest=True)["digests"]["content"]
        assert 3 == report["facts"]["shards"]


def test_missing_shards(out: Path) -> None:
    """The first is named, and the others are counted."""
    write(out)
    (out / "model-00002-of-00003.safetensors").unlink()
    begin = "OUT/model.safetensors.index.json is not complete: its shard"
    first = f"{begin} 'model-00002-of-00003.safetensors' does not exist"
    assert first == refusal(out, out)
    (out / "model-00003-of-00003.safetensors").unlink()

    found = refusal(out, out)
    assert found in (
        f"{first}, and 1 more do not",
        f"{begin} 'model-00003-of-00003.safetensors' does not exist, and 1 more do not",
    )


@pytest.mark.parametrize(
    ("options", "index", "names"),
    [
        pytest.param({}, "model.safetensors.index.json", "model-0000{}-of-00003.safetensors", id="hub"),
        pytest.param(KERAS, "w.weights.json", "w_0000{}.weights.h5", id="keras"),
    ],
)
def test_a_shard_of_another_run(
    out: Path, tmp_path: Path, options: dict[str, Any], index: str, names: str
) -> None:
    """Its recipe differs: the tensors are not those of one model."""
    write(out, **options)
    write(tmp_path / "other", seed=1, **options)
    second = names.format(2 if index != "w.weights.json" else 1)
    (out / second).write_bytes((tmp_path / "other" / second).read_bytes())
    found = refusal(out, out)
    first = names.format(1 if index != "w.weights.json" else 0)

    assert (
        f"OUT/{index} has shards of different runs: {second!r} is of another than {first!r}: its seed is 1, not 0"
        == found
    )


def test_a_shard_of_another_program(out: Path) -> None:
    """A shard without a recipe is read; the model then has none, and verify asks for the spec."""
    write(out)
    path = out / "model-00002-of-00003.safetensors"
    save_file(arrays(path), path)

    assert 6 == len(arrays(out))
    with pytest.raises(UnreadableError) as caught:
        winitgen.verify(out)
    shown = f"{out}/model.safetensors.index.json"
    assert str(caught.value) == (
        f"{shown} carries no recipe; name its layer-spec: winitgen verify {shown} SPEC"
    )
    assert "verified" == winitgen.verify(out, SPEC)["status"]


def test_a_tensor_of_another_shard(out: Path) -> None:
    """The message says where it is."""
    write(out)
    path = out / "model.safetensors.index.json"
    index = json.loads(path.read_text())
    index["weight_map"]["a.bias"] = "model-00003-of-00003.safetensors"
    path.write_text(json.dumps(index))

    assert refusal(out, out) == (
        "OUT/model.safetensors.index.json is a damaged index: 'a.bias' is in the shard "
        "'model-00001-of-00003.safetensors', not in 'model-00003-of-00003.safetensors'"
    )
    index["weight_map"] |= {
        "a.bias": "model-00001-of-00003.safetensors",
        "x": "model-00001-of-00003.safetensors",
    }
    path.write_text(json.dumps(index))

    assert refusal(out, out) == (
        "OUT/model.safetensors.index.json is a damaged index: 'x' is not in its shard 'model-00001-of-00003.safetensors'"
    )


def test_a_variable_in_two_shards_of_keras(out: Path) -> None:
    """A variable must be in one shard."""
    write(out, **KERAS)
    path = out / "w.weights.json"
    index = json.loads(path.read_text())
    index["weight_map"]["/layers/dense/vars"] = ["w_00000.weights.h5", "w_00002.weights.h5"]
    path.write_text(json.dumps(index))
    with h5py.File(out / "w_00002.weights.h5", "a") as file:
        file["layers/dense/vars/0"] = np.zeros(3, "f4")

    assert refusal(out, out) == (
        "OUT/w.weights.json is a damaged index: 'layers/dense/vars/0' is in two of its shards"
    )


@pytest.mark.parametrize(
    "name", ["m.safetensors.index.json", "m.safetensors.index.fp16.json", "w.weights.json"]
)
@pytest.mark.parametrize("text", ["", "[]", "{}", '{"weight_map": {"a": 1}}', '{"weight_map": {"a": [1]}}'])
def test_what_is_no_index(tmp_path: Path, name: str, text: str) -> None:
    """A file with the name of an index must be one."""
    (tmp_path / name).write_text(text)

    assert f"OUT/{name} is not the index of a sharded model" == refusal(tmp_path / name, tmp_path)


def test_a_shard_that_is_no_hdf5_file(out: Path) -> None:
    """It is named."""
    write(out, **KERAS)
    (out / "w_00001.weights.h5").write_text("mine")

    assert "OUT/w_00001.weights.h5 is not an HDF5 file, or is damaged" == refusal(out, out)


@pytest.mark.parametrize("name", ["../w_00000.weights.h5", "/etc/passwd", "..", "", "a\0b"])
def test_an_index_of_keras_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    """It only reads files of its own folder."""
    (tmp_path / "w.weights.json").write_text(json.dumps({"weight_map": {"/layers/a/vars": name}}))

    assert refusal(tmp_path, tmp_path).endswith("is not a plain file name")


def test_tensors_of_all_shards_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as in one file, and no more, though the index lists one of each shard."""
    dense = [{"name": f"l{index}", "type": "dense", "units": 2} for index in range(3)]
    winitgen.write({"input": 2, "layers": dense}, f"{tmp_path}/", max_shard_size="0.03KB")
    index = tmp_path / "model.safetensors.index.json"
    found = json.loads(index.read_text())
    one_each = {shard: name for name, shard in found["weight_map"].items()}
    index.write_text(json.dumps({**found, "weight_map": {name: shard for shard, name in one_each.items()}}))
    monkeypatch.setattr("winitgen.files.formats.sharded.reader.MOST_TENSORS", 6)
    assert len(one_each) == len(winitgen.inspect(index)["tensors"]) <= 5
    monkeypatch.setattr("winitgen.files.formats.sharded.reader.MOST_TENSORS", 5)
    with pytest.raises(winitgen.UnreadableError) as error:
        winitgen.inspect(index)

    assert f"{index} has shards with more than 5 tensors, the most that winitgen reads" == str(error.value)
