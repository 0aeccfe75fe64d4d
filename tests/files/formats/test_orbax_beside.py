"""What Orbax reads beside the tree and the arrays of a checkpoint."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.files.formats.test_orbax import told
from tests.files.formats.test_orbax_documents import FIRST, REFUSE, Change, changed, checkpoint
from tests.files.formats.test_zarr_documents import also
from tests.files.formats.zarr_folders import entry, second, write_json, write_tree

KEY = "has a value of 'YS53' that the format has not"
of_jax = changed(FIRST, value_type="jax.Array")


def process(*, name: str = "process_0", **more: Any) -> Change:
    """Return a function that writes what a process says of an array."""
    about = {"param_name": "a.w", "write_shape": [5, 3], "chunk_shape": [5, 3], "ext_metadata": None} | more
    return lambda folder: write_json(
        folder / "array_metadatas" / name, {"array_metadatas": [{"array_metadata": about}]}
    )


def text(name: str, content: str) -> Change:
    """Return a function that writes a text."""
    return lambda folder: ((folder / name).parent.mkdir(exist_ok=True), (folder / name).write_text(content))


def sharding(**found: Any) -> Change:
    """Return a function that writes how an array is divided."""
    return lambda folder: write_json(folder / "_sharding", {"YS53": json.dumps(found)})


FLOATS = "its 'a.w' is to be restored as keys of random numbers ({!r}), which it is not"
NOT_PROCESS = f"its 'array_metadatas/process_0' {{}}{REFUSE}"
NOT_SHARDING = f"its '_sharding' {{}}{REFUSE}"
NAMED = {
    "sharding_type": "NamedSharding",
    "shape": [2, 1],
    "axis_names": ["x", "y"],
    "partition_spec": [None, ["x", "y"]],
}
MESH = {"axis_types": ["AxisType.Auto"] * 2, "device_mesh": {"mesh": [[{"id": 0}], [{"id": 1}]]}}
AROUND = [
    (process(), ""),
    (process(name="other"), ""),
    (process(ext_metadata={}), ""),
    (process(name="process_x"), f"its 'array_metadatas/process_x' is of no process{REFUSE}"),
    (process(a=1), NOT_PROCESS.format("has a value of 'array_metadatas' that the format has not")),
    (process(write_shape=3), NOT_PROCESS.format("has a value of 'array_metadatas' that the format has not")),
    (
        process(ext_metadata={"a": 1}),
        NOT_PROCESS.format("has a value of 'array_metadatas' that the format has not"),
    ),
    (text("array_metadatas/process_0", "x"), NOT_PROCESS.format("is not a JSON object")),
    (text("array_metadatas", "x"), ""),
    (process(ext_metadata={"random_key_impl": "threefry2x32"}), FLOATS.format("threefry2x32")),
    (process(param_name="c", ext_metadata={"random_key_impl": "rbg"}), ""),
    (text("_sharding", "x"), NOT_SHARDING.format("is not a JSON object")),
    (text("_sharding", '{"YS53": ""}'), NOT_SHARDING.format(KEY)),
    (text("_sharding", '{"YS53": null}'), NOT_SHARDING.format(KEY)),
    (also(of_jax, text("_sharding", "{}")), NOT_SHARDING.format("has nothing of 'a.w'")),
    (text("_sharding", "{}"), ""),
    (sharding(sharding_type="SingleDeviceSharding", device_str="cpu:0"), ""),
    (sharding(sharding_type="PositionalSharding", shape=[1, 2]), ""),
    (sharding(**NAMED), ""),
    (sharding(**NAMED, **MESH), ""),
    (
        sharding(**NAMED | {"partition_spec": [1]}),
        NOT_SHARDING.format(KEY),
    ),
    (sharding(**NAMED | {"partition_spec": ["z"]}), NOT_SHARDING.format(KEY)),
    (sharding(**NAMED | {"partition_spec": ["x", "x"]}), NOT_SHARDING.format(KEY)),
    (sharding(**NAMED | {"shape": [2]}), NOT_SHARDING.format(KEY)),
    (sharding(**NAMED, axis_types=["Auto", "zzz"]), NOT_SHARDING.format(KEY)),
    (sharding(**NAMED, device_mesh={"mesh": [0, 1]}), NOT_SHARDING.format(KEY)),
    (sharding(sharding_type="Other"), NOT_SHARDING.format(KEY)),
]


@pytest.mark.parametrize(("change", "clause"), AROUND, ids=range(len(AROUND)))
def test_what_stands_around(change: Change, clause: str, tmp_path: Path) -> None:
    """What Orbax reads beside the tree and the arrays is told unless it is as Orbax writes it."""
    checkpoint(tmp_path)
    change(tmp_path)

    assert ([(clause, True)] if clause else []) == told(tmp_path)


def test_a_text_that_is_too_large(tmp_path: Path) -> None:
    """It may be good JSON, of which so many values would fill the memory."""
    checkpoint(tmp_path)
    (tmp_path / "_sharding").write_text('{"YS53": [' + "[]," * 3_000_000 + "[]]}")

    assert [(NOT_SHARDING.format("is larger than the JSON that winitgen reads"), True)] == told(tmp_path)


def test_keys_of_random_numbers(tmp_path: Path) -> None:
    """Whole numbers that are keys of JAX's random numbers are only noted."""
    write_tree(tmp_path, [entry(["a", "w"])])
    second(tmp_path / "a.w", np.arange(6, dtype="<u4").reshape(3, 2), [3, 2])
    process(ext_metadata={"random_key_impl": "threefry2x32"})(tmp_path)

    assert [
        (
            "its 'a.w' is restored by Orbax as keys of random numbers ('threefry2x32'), and was read as their numbers",
            False,
        )
    ] == told(tmp_path)


INSIDE = "its folder {!r} holds a checkpoint, too, which other functions of Orbax read in its place"


@pytest.mark.parametrize("name", ["pytree", "default", "state", "7", "step_12"])
@pytest.mark.parametrize("mark", ["_METADATA", "_CHECKPOINT_METADATA"])
def test_a_checkpoint_inside_a_checkpoint(name: str, mark: str, tmp_path: Path) -> None:
    """One function reads the folder's own tree, another one that in a folder with a certain name, or of the last step."""
    checkpoint(tmp_path)
    (tmp_path / name).mkdir()
    write_json(tmp_path / name / "other.json", {})
    assert [] == told(tmp_path)

    write_json(tmp_path / name / mark, {})

    assert [(INSIDE.format(name), True)] == told(tmp_path)


def step(folder: Path) -> None:
    """Write a step with one tree, which is in a folder of its own."""
    checkpoint(folder / "weights")
    write_json(folder / "_CHECKPOINT_METADATA", {})


def test_weights_beside_the_tree_of_a_step(tmp_path: Path) -> None:
    """The loaders of models look into the folder that they are given, as if the tree stood in it."""
    step(tmp_path)
    write_json(tmp_path / "config.json", {"model_type": "llama"})
    assert [] == told(tmp_path)
    for name in ("model.safetensors", "other.npz"):
        (tmp_path / name).write_bytes(b"x")
    read = "from_pretrained of transformers reads 'model.safetensors' of this folder, and none of its arrays"
    beside = "'other.npz' stands in the folder and was not read"

    assert [(read, True), (beside, False)] == told(tmp_path)
    assert [] == told(tmp_path / "weights")


@pytest.mark.parametrize("mark", ["_CHECKPOINT_METADATA", "default/_METADATA"])
def test_a_step_inside_a_step(mark: str, tmp_path: Path) -> None:
    """A manager of Orbax reads the step with the largest number of the folder that was named."""
    step(tmp_path)
    write_json(tmp_path / "7" / mark, {})

    assert [(INSIDE.format("7"), True)] == told(tmp_path)


@pytest.mark.parametrize("target", ["elsewhere", "nowhere"])
def test_a_link_in_a_step(target: str, tmp_path: Path) -> None:
    """Orbax follows it, and may take the tree there for that of the step; it is told wherever it leads."""
    step(tmp_path / "s")
    checkpoint(tmp_path / "elsewhere")
    (tmp_path / "s" / "state").symlink_to(tmp_path / target)

    line = "'state' is not a file of the folder but a link or a device, and was not followed"
    assert [(line, True)] == told(tmp_path / "s")


def test_a_step_in_a_cache(tmp_path: Path) -> None:
    """There all files are links, to files of the cache; a folder is none."""
    folder, blobs = tmp_path / "models--a--b/snapshots/1", tmp_path / "models--a--b/blobs"
    step(folder)
    blobs.mkdir()
    (folder / "_CHECKPOINT_METADATA").rename(blobs / "x")
    (folder / "_CHECKPOINT_METADATA").symlink_to("../../blobs/x")
    assert [] == told(folder)

    (folder / "state").symlink_to("../../blobs")

    line = "'state' is not a file of the folder but a link or a device, and was not followed"
    assert [(line, True)] == told(folder)
