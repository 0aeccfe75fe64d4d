"""Folders as inputs: which file stands for a folder, on the whole text of each message."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from tests.files.shards.conftest import SPEC, write
from tests.files.shards.test_reading import arrays, refusal


@pytest.mark.parametrize("name", ["only.safetensors", "w.weights.h5"])
def test_a_folder_with_one_file(out: Path, name: str) -> None:
    """A checkpoint of one file is read by its folder, whatever else is in it."""
    out.mkdir()
    (out / "config.json").write_text("{}")
    winitgen.write(SPEC, out / name, layout="keras" if name.endswith("h5") else "torch", fsync=False)

    assert "verified" == winitgen.verify(out)["status"]
    assert 6 == len(arrays(out))


def test_an_index_counts_before_files_of_other_names(out: Path) -> None:
    """An adapter beside a sharded model does not stand for the folder."""
    write(out)
    save_file({"w": np.zeros(3, "f4")}, out / "adapter.safetensors")

    assert 6 == len(arrays(out))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        pytest.param(
            (),
            "OUT is a folder without index.json, an index of shards, or a weight file of a known ending, such as .safetensors; name a file in it",
            id="nothing",
        ),
        pytest.param(
            ("a.safetensors.index.json", "b.weights.json"),
            "OUT is a folder with 2 indices of shards: 'a.safetensors.index.json', 'b.weights.json'; name one",
            id="two indices",
        ),
        pytest.param(
            ("a.safetensors", "b.safetensors", "c.weights.h5"),
            "OUT is a folder with 3 weight files: 'a.safetensors', 'b.safetensors', 'c.weights.h5'; name one",
            id="several files",
        ),
        pytest.param(
            ("model.safetensors", "model.safetensors.index.json"),
            "OUT is a folder with model.safetensors.index.json and model.safetensors; name one",
            id="index and only file",
        ),
        pytest.param(
            ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"),
            "OUT is a folder with 2 shards but no index: the run that wrote them was interrupted, or is still writing",
            id="no index",
        ),
        pytest.param(
            ("w_00000.weights.h5",),
            "OUT is a folder with 1 shard but no index: the run that wrote it was interrupted, or is still writing",
            id="no index of Keras",
        ),
        pytest.param(
            ("pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"),
            "OUT is a folder with 2 shards but no index: the run that wrote them was interrupted, or is still writing",
            id="no index of PyTorch",
        ),
        pytest.param(
            ("w-00002-of-00002.gguf",),
            "OUT is a folder with 1 shard but no index: the run that wrote it was interrupted, or is still writing",
            id="a later part of GGUF",
        ),
        pytest.param(
            ("a.pt", "b.PTH", "c.keras", "d.onnx", "e.npz", "f.bin", "optimizer.pt"),
            "OUT is a folder with 6 weight files: 'a.pt', 'b.PTH', 'c.keras', 'd.onnx', 'e.npz' and 1 more; name one",
            id="several others",
        ),
        pytest.param(
            ("a.bin.index.json", "b.bin.index.fp16.json"),
            "OUT is a folder with 2 indices of shards: 'a.bin.index.json', 'b.bin.index.fp16.json'; name one",
            id="two indices of PyTorch",
        ),
        pytest.param(
            ("pytorch_model.bin", "pytorch_model.bin.index.json"),
            "OUT is a folder with pytorch_model.bin.index.json and pytorch_model.bin; name one",
            id="index and only file of PyTorch",
        ),
        pytest.param(
            ("models--a--b", "models--a--c", "version.txt"),
            "OUT is a cache of Hugging Face with 2 models: 'models--a--b', 'models--a--c'; name one",
            id="a cache",
        ),
        pytest.param(
            ("models--a--b",),
            "OUT is a cache of Hugging Face with a model: 'models--a--b'; name one",
            id="a cache with one model",
        ),
    ],
)
def test_folders_that_leave_a_choice(out: Path, names: tuple[str, ...], message: str) -> None:
    """The message says what is in the folder."""
    out.mkdir()
    for name in names:
        (out / name).touch()

    assert message == refusal(out, out)


LEFT_BY_TRAINING = (
    "training_args.bin",
    "optimizer.pt",
    "scheduler.pt",
    "rng_state_0.pth",
    "scaler.pt",
    "optimizer_1.bin",
)


@pytest.mark.parametrize(
    "name",
    ["pytorch_model.bin", "a.pt", "B.PTH", "e=1.ckpt", "m.keras", "m.onnx", "m.gguf", "a.h5", "a.hdf5"],
)
def test_a_folder_with_one_file_of_another_kind(out: Path, name: str) -> None:
    """It stands for the folder, whatever training has left beside it; its bytes say what it is."""
    out.mkdir()
    for other in (*LEFT_BY_TRAINING, "config.json", "vocab.txt"):
        (out / other).write_text("{}")
    np.savez(out / "w.npz", w=np.ones(3))
    (out / "w.npz").rename(out / name)

    assert {"w": [1.0, 1.0, 1.0]} == {key: found.tolist() for key, found in arrays(out).items()}


def test_the_usual_file_of_pytorch_counts_before_others(out: Path) -> None:
    """Transformers reads that one; the others are told."""
    out.mkdir()
    for name in ("a.pt", "pytorch_model.bin", "model-00001-of-00002.gguf"):
        np.savez(out / "w.npz", w=np.ones(len(name)))
        (out / "w.npz").rename(out / name)

    assert 17 == arrays(out)["w"].size
    notes = winitgen.inspect(out)["notes"]
    assert [
        f"'{name}' stands beside it and was not read" for name in ("a.pt", "model-00001-of-00002.gguf")
    ] == notes


def test_safetensors_count_before_other_files(out: Path) -> None:
    """So they do for transformers."""
    out.mkdir()
    for name in ("pytorch_model.bin", "model.keras", "pytorch_model.bin.index.json"):
        (out / name).touch()
    save_file({"w": np.zeros(3, "f4")}, out / "model.safetensors")

    assert ["w"] == [*arrays(out)]
