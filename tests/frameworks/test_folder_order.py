"""Which file of a folder ``from_pretrained`` takes: never another than the one for which ``verify`` approves the folder."""

from __future__ import annotations

import json
import shutil
import zipfile
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import winitgen

pytestmark = pytest.mark.slow

CONFIG = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "num_hidden_layers": 1,
    "hidden_size": 8,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "intermediate_size": 12,
    "vocab_size": 11,
    "tie_word_embeddings": False,
}
TENSOR = "model.embed_tokens.weight"


@pytest.fixture
def files(tmp_path: Path, torch: Any) -> dict[str, Path]:
    """Whole weights of the model by the names under which they are put into a folder; those of torch are zeros."""
    config = tmp_path / "config.json"
    config.write_text(json.dumps(CONFIG))
    winitgen.write(config, tmp_path / "good.safetensors")
    zeros = {name: torch.zeros(array.shape) for name, array in winitgen.generate(config).items()}
    torch.save(zeros, tmp_path / "zeros.bin")
    good = tmp_path / "good.safetensors"
    return {
        "model.safetensors": good,
        "weights.safetensors": good,
        "pytorch_model.bin": tmp_path / "zeros.bin",
        "tf_model.h5": tmp_path / "zeros.bin",
    }


def is_good(folder: Path, transformers: Any) -> bool | None:
    """Return whether the planned values are loaded; None if nothing is."""
    try:
        model = transformers.LlamaForCausalLM.from_pretrained(folder)
    except (OSError, ValueError):
        return None
    return bool(model.state_dict()[TENSOR].abs().max() > 0)


def is_verified(folder: Path) -> bool:
    """Return whether ``verify`` approves a folder."""
    try:
        return bool(winitgen.verify(folder)["status"] == "verified")
    except (winitgen.DiffersError, winitgen.UnreadableError):
        return False


def test_order(files: dict[str, Path], transformers: Any, tmp_path: Path) -> None:
    """Of all choices of files, and of what the config names, a folder that is verified gives the planned values, or nothing."""
    seen = set()
    choices = [chosen for count in (1, 2, 3, 4) for chosen in combinations(files, count)]
    for chosen in choices:
        for named in (None, "model.safetensors", "weights.safetensors"):
            folder = tmp_path / "folder"
            folder.mkdir()
            for name in chosen:
                shutil.copy(files[name], folder / name)
            more = {} if named is None else {"transformers_weights": named}
            (folder / "config.json").write_text(json.dumps({**CONFIG, **more}))
            found = is_verified(folder), is_good(folder, transformers)
            assert found != (True, False), (chosen, named)
            seen.add(found)
            shutil.rmtree(folder)

    assert {(True, True), (True, None), (False, False), (False, True), (False, None)} == seen


@pytest.mark.parametrize("main", ["model.weights.h5", "w.hdf5", "w.npz", "npy-dir"])
def test_other_containers(main: str, files: dict[str, Path], transformers: Any, tmp_path: Path) -> None:
    """Of a folder that winitgen reads by a container of another loader, transformers reads its own files, and verify says so."""
    folder = tmp_path / "folder"
    config = tmp_path / "config.json"
    folder.mkdir()
    how = {} if main in ("npy-dir", "w.npz") else {"format": "hdf5"}
    winitgen.write(config, f"{folder}/" if main == "npy-dir" else folder / main, **how)
    shutil.copy(config, folder)
    assert (True, None) == (is_verified(folder), is_good(folder, transformers))
    shutil.copy(files["pytorch_model.bin"], folder / "pytorch_model.bin")

    assert (False, False) == (is_verified(folder), is_good(folder, transformers))


PART = "shard-{:05d}-model-00001-of-00001.safetensors".format


@pytest.mark.filterwarnings("ignore:torch.distributed is disabled")
@pytest.mark.parametrize("others", [["model.safetensors"], [PART(2)], []], ids=["beside", "two", "alone"])
def test_files_of_processes(
    others: list[str], files: dict[str, Path], transformers: Any, tmp_path: Path
) -> None:
    """They are all joined; which file a tensor is taken from depends on the order in which the system lists the folder."""
    good, zeros = files["model.safetensors"], tmp_path / "zeros.safetensors"
    save_file({name: np.zeros_like(array) for name, array in load_file(good).items()}, zeros)
    seen = set()
    for number in range(1, 9):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "config.json").write_text(json.dumps(CONFIG))
        for name in others:
            shutil.copy(good, folder / name)
        shutil.copy(zeros if others else good, folder / PART(number))
        seen.add((is_verified(folder), is_good(folder, transformers)))

    assert {found for found in seen if found[0]} == (set() if others else {(True, True)})


def test_packed_storages(files: dict[str, Path], transformers: Any, tmp_path: Path) -> None:
    """Transformers maps a file of PyTorch into memory, and takes what is packed for the values."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(CONFIG))
    with (
        zipfile.ZipFile(files["pytorch_model.bin"]) as stored,
        zipfile.ZipFile(folder / "pytorch_model.bin", "w") as packed,
    ):
        for info in stored.infolist():
            packed.writestr(info.filename, stored.read(info), zipfile.ZIP_DEFLATED)

    assert not is_verified(folder)
    assert is_good(folder, transformers)  # no zeros, though these were saved
