"""What Keras and Flax load of a folder that winitgen reads by something else: never other values than ``verify`` approves."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen

pytestmark = pytest.mark.slow

SPEC = {
    "input": 6,
    "layers": [
        {"name": "a", "type": "dense", "units": 5, "bias_init": "normal"},
        {"name": "b", "type": "dense", "units": 3, "bias_init": "normal"},
    ],
}
SHARDS = {"max_shard_size": "0.13KB", "layout": "keras"}
MAINS: dict[str, Callable[[Path], Any]] = {
    "npy-dir": lambda folder: winitgen.write(SPEC, f"{folder}/", layout="keras"),
    "shards": lambda folder: winitgen.write(SPEC, f"{folder}/", format="safetensors", **SHARDS),  # type: ignore[arg-type]
    "keras shards": lambda folder: winitgen.write(
        SPEC,
        f"{folder}/",
        format="keras-h5",
        shard_name="other",
        **SHARDS,  # type: ignore[arg-type]
    ),
    "nothing else": lambda folder: folder.mkdir(),
}


def is_verified(folder: Path) -> bool:
    """Return whether ``verify`` approves a folder."""
    try:
        return bool(winitgen.verify(folder, SPEC, layout="keras")["status"] == "verified")
    except (winitgen.DiffersError, winitgen.UnreadableError):
        return False


@pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn"
)  # Keras asks its own variables for copies
@pytest.mark.parametrize("right", [False, True])
@pytest.mark.parametrize("main", MAINS)
def test_keras(main: str, right: bool, keras: Any, tmp_path: Path) -> None:
    """``load_model`` goes by config.json, and takes model.weights.h5 whatever else is there."""
    layers = [keras.layers.Dense(5, name="a"), keras.layers.Dense(3, name="b")]
    model = keras.Sequential([keras.Input((6,)), *layers])
    if right:
        winitgen.write(SPEC, tmp_path / "w.weights.h5", layout="keras")
        model.load_weights(tmp_path / "w.weights.h5")
    planned = winitgen.generate(SPEC, layout="keras")["a/kernel"]
    folder = tmp_path / "w"
    MAINS[main](folder)
    assert is_verified(folder) or main == "nothing else"
    keras.saving.save_model(model, tmp_path / "saved", zipped=False)
    for path in (tmp_path / "saved").iterdir():
        path.rename(folder / path.name)

    loaded = keras.saving.load_model(folder)
    assert right == np.array_equal(planned, loaded.get_layer("a").kernel.numpy())
    assert is_verified(folder) == (right and main == "nothing else")


@pytest.mark.parametrize("name", ["checkpoint", "checkpoint_3"])
def test_flax(name: str, tmp_path: Path, framework: Callable[[str], Any]) -> None:
    """``restore_checkpoint`` of Flax takes a file of MessagePack out of a folder of arrays."""
    framework("flax")
    from flax.serialization import msgpack_serialize
    from flax.training.checkpoints import restore_checkpoint

    folder = tmp_path / "w"
    winitgen.write(SPEC, f"{folder}/", layout="flax")
    assert winitgen.verify(folder, SPEC, layout="flax")["status"] == "verified"
    (folder / name).write_bytes(msgpack_serialize({"a": np.full(3, 0.5, np.float32)}))

    assert restore_checkpoint(folder, None)["a"].tolist() == [0.5] * 3
    with pytest.raises(winitgen.DiffersError):
        winitgen.verify(folder, SPEC, layout="flax")


def test_a_text_of_tensorflow(tmp_path: Path) -> None:
    """A file ``checkpoint`` that is no MessagePack restores nothing."""
    folder = tmp_path / "w"
    winitgen.write(SPEC, f"{folder}/", layout="keras")
    (folder / "checkpoint").write_text(json.dumps("model_checkpoint_path"))

    assert is_verified(folder)
