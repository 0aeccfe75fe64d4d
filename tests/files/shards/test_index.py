"""The index, byte for byte as transformers and Keras write it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.files.shards.conftest import LIMIT, SPEC, planned, write
from tests.frameworks.conftest import import_framework
from winitgen.files.shards.file_names import KerasNames


def indices(folder: Path) -> dict[str, bytes]:
    """Return the indices in a folder by their names."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix == ".json"}


def test_the_index_by_hand() -> None:
    """Keys are sorted, two spaces are a level, and a newline is at the end."""
    weight_map = {
        "a.bias": "model-00001-of-00003.safetensors",
        "a.weight": "model-00001-of-00003.safetensors",
        "b.bias": "model-00003-of-00003.safetensors",
        "b.weight": "model-00002-of-00003.safetensors",
        "c.bias": "model-00003-of-00003.safetensors",
        "c.weight": "model-00003-of-00003.safetensors",
    }
    expected = {"metadata": {"total_parameters": 78, "total_size": 312}, "weight_map": weight_map}

    assert planned().index_content == f"{json.dumps(expected, indent=2)}\n".encode()


def test_buffers_are_not_counted(tmp_path: Path) -> None:
    """Neither those of a layer, nor tensors that the spec says to be buffers, in any group."""
    table = {"name": "table", "type": "param", "shape": [10], "init": "zeros", "buffer": True}
    layers = [
        {
            "type": "repeat",
            "name": "h.{i}",
            "times": 2,
            "layers": [{"name": "fc", "type": "dense", "units": 3}, table],
        },
        {"name": "norm", "type": "batch_norm"},
        {"name": "moved", "type": "shift", "init": "ones", "buffer": True},
        {"name": "counted", "type": "shift"},
    ]
    winitgen.write({"input": 3, "layers": layers}, f"{tmp_path}/out/", max_shard_size="0.05KB")
    (content,) = indices(tmp_path / "out").values()

    assert 2 * (3 * 3 + 3) + 2 * 3 + 3 == json.loads(content)["metadata"]["total_parameters"]


def test_a_model_in_one_file_has_no_index() -> None:
    """The only file has the plain name."""
    found = planned(312)

    assert (b"", "model.safetensors", ["model.safetensors"]) == (
        found.index_content,
        found.main,
        found.files,
    )


def test_the_hub_library_writes_the_same_shards(torch: Any, out: Path, tmp_path: Path) -> None:
    """Its files of the same tensors have the same names and tensors, and its index says the same."""
    hub = import_framework("huggingface_hub")
    from safetensors.torch import load_file

    write(out)
    state = {name: torch.from_numpy(array) for name, array in winitgen.generate(SPEC).items()}
    (tmp_path / "theirs").mkdir()
    hub.save_torch_state_dict(
        state, tmp_path / "theirs", max_shard_size=LIMIT, metadata={"total_parameters": 78}
    )
    (ours,), (theirs,) = (indices(folder).values() for folder in (out, tmp_path / "theirs"))

    assert sorted(os.listdir(out)) == sorted(os.listdir(tmp_path / "theirs"))
    assert json.loads(ours) == json.loads(theirs)
    for path in out.glob("*.safetensors"):
        one, other = load_file(path), load_file(tmp_path / "theirs" / path.name)
        assert one.keys() == other.keys()
        assert all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("variant", [None, "fp16"])
@pytest.mark.parametrize("limit", ["40KB", "200KB"])
def test_transformers_writes_the_same_index(
    transformers: Any, tmp_path: Path, limit: str, variant: str | None
) -> None:
    """The index equals that of ``save_pretrained`` for the tensors in the order of the spec; tied ones count once."""
    config = transformers.LlamaConfig(
        hidden_size=48,
        intermediate_size=80,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        vocab_size=131,
        tie_word_embeddings=True,
    )
    model = transformers.LlamaForCausalLM(config)
    model.save_pretrained(tmp_path)
    own = tmp_path / "config.json"
    state, theirs, ours = model.state_dict(), tmp_path / "theirs", tmp_path / "ours"
    ordered = {name: state[name] for name in winitgen.generate(own)} | {
        "lm_head.weight": state["lm_head.weight"]
    }
    model.save_pretrained(theirs, state_dict=ordered, max_shard_size=limit, variant=variant)
    stem = f"model.{variant}" if variant else None
    winitgen.write(own, f"{ours}/", max_shard_size=limit, shard_name=stem, fsync=False)
    for name in ("config.json", "generation_config.json"):
        (theirs / name).unlink()

    assert indices(theirs) == indices(ours)
    assert sorted(os.listdir(theirs)) == sorted(os.listdir(ours))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("limit", [250, 150, 140])
def test_keras_writes_the_same_index(out: Path, tmp_path: Path, limit: int) -> None:
    """The index equals that of ``save_weights``: a group of one variable has a name, others a list, the size is a float."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    keras = import_framework("keras")
    model = keras.Sequential([keras.Input((3,)), *map(keras.layers.Dense, (5, 7, 2))])
    (tmp_path / "theirs").mkdir()
    model.save_weights(tmp_path / "theirs" / "w.weights.json", max_shard_size=limit / 2**30)
    write(out, f"{limit / 1000}KB", layout="keras", format="keras-h5", shard_name="w")

    assert indices(tmp_path / "theirs") == indices(out)
    assert sorted(os.listdir(tmp_path / "theirs")) == sorted(os.listdir(out))


def test_a_group_of_one_variable_has_no_list() -> None:
    """Keras writes the name of the shard alone, and four spaces a level without a newline at the end."""
    spec = {**SPEC, "layers": [{"name": "a", "type": "dense", "units": 5, "use_bias": False}]}
    found = planned(100, names=KerasNames("w"), layout="keras", spec=spec)
    expected = {
        "metadata": {"total_size": 60.0},
        "weight_map": {"/layers/dense/vars": "w_00000.weights.h5"},
    }

    assert json.dumps(expected, indent=4).encode() == found.index_content
    assert ["w_00000.weights.h5", "w.weights.json"] == found.files
