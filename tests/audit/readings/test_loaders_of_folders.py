"""Every loader that reads a folder is asked whatever winitgen reads it by: each kind of main file, beside what each loader takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import winitgen
from tests.audit.readings.words import SPEC, told
from tests.files.formats.dcp_folders import Box, write_checkpoint
from tests.files.formats.zarr_folders import group, second
from winitgen.files.input import open_weights

PART = "shard-00001-model-00001-of-00001.safetensors"


def lone(name: str, **options: str) -> Callable[[Path], None]:
    """Return what writes the plan as one file of a folder."""
    return lambda folder: winitgen.write(SPEC, folder / name, **options) and None  # type: ignore[arg-type]


def shards(layout: str, form: str) -> Callable[[Path], None]:
    """Return what writes the plan as shards."""
    options = {"format": form, "layout": layout, "max_shard_size": "0.025KB"}
    return lambda folder: winitgen.write(SPEC, f"{folder}/", **options) and None  # type: ignore[arg-type]


def checkpoint(folder: Path) -> None:
    """Write a distributed checkpoint."""
    write_checkpoint(folder, {"w": ((3,), [Box((0,), np.ones(3, np.float32))])})


def zarr(folder: Path) -> None:
    """Write a group of an array."""
    group(folder, 2)
    second(folder / "w", np.arange(4.0), [2])


MAINS: dict[str, Callable[[Path], object]] = {
    "weights.safetensors": lone("weights.safetensors"),
    "other.safetensors.index.json": lambda folder: winitgen.write(
        SPEC, f"{folder}/", format="safetensors", max_shard_size="0.025KB", shard_name="other"
    ),
    "model.safetensors.index.json": shards("torch", "safetensors"),
    "w.weights.h5": lone("w.weights.h5", layout="keras"),
    "model.weights.h5": lone("model.weights.h5", format="hdf5"),
    "model.weights.json": shards("keras", "keras-h5"),
    "w.npz": lone("w.npz"),
    "w.h5": lone("w.h5", format="hdf5"),
    "index.json": lambda folder: winitgen.write(SPEC, f"{folder}/", force=True),
    ".metadata": checkpoint,
    ".zgroup": zarr,
}
ARRAYS = ("index.json", ".metadata", ".zgroup")


class Other(NamedTuple):
    """What a loader takes: files, fields of the config, the clause, and for which main files it takes nothing else, or makes another main file."""

    clause: str
    files: tuple[str, ...] = ()
    fields: dict[str, object] | None = None
    not_for: tuple[str, ...] = ()
    packed: bytes = b"x"


READS = "from_pretrained of transformers reads '{}' of this folder, {{}}".format
KERAS = "load_model of Keras reads '{}' of this folder, {{}}".format
MARK = "'{}' makes the folder one of {}, which reads other files of it".format
ONES_OF_TORCH = ("model.safetensors.index.json",)
SINGLE = ("w.npz", "w.h5")
FILES_OF_KERAS = ("w.weights.h5", "model.weights.h5")
NOT_ARRAYS = tuple({*MAINS} - {*ARRAYS[:2]})
OTHERS = (
    Other(READS("pytorch_model.bin"), ("pytorch_model.bin",), not_for=(*ONES_OF_TORCH, *SINGLE)),
    Other(
        READS("pytorch_model.bin.index.json"),
        ("pytorch_model.bin.index.json",),
        not_for=(*ONES_OF_TORCH, *SINGLE),
    ),
    Other(
        READS("model.safetensors"),
        ("model.safetensors", "pytorch_model.bin"),
        not_for=("weights.safetensors", *ONES_OF_TORCH, *FILES_OF_KERAS, *SINGLE),
    ),
    Other(
        "its config.json has 'o/a.safetensors' as transformers_weights, which from_pretrained of transformers reads, {}",
        (),
        {"transformers_weights": "o/a.safetensors"},
    ),
    Other(
        "its config.json has 'o' as transformers_weights of its text_config, which AutoModelForCausalLM of transformers reads, {}",
        (),
        {"model_type": "llama4", "text_config": {"transformers_weights": "o"}},
    ),
    Other(
        "its config.json has '['config.4.0.0.json']' as configuration_files, one of which from_pretrained of transformers may read in its place".replace(
            "'[", '"['
        ).replace("]'", ']"'),
        (),
        {"configuration_files": ["config.4.0.0.json"]},
    ),
    Other(
        "'adapter_config.json' stands beside it, and from_pretrained of transformers puts an adapter over the weights",
        ("adapter_config.json",),
    ),
    Other(
        "from_pretrained of transformers reads 'head.safetensors', too, whose tensors take the place of others",
        ("head.safetensors",),
        {"model_type": "jev"},
        ("weights.safetensors", *FILES_OF_KERAS, *SINGLE),
    ),
    Other(
        KERAS("model.weights.h5"),
        ("model.weights.h5",),
        {},
        ("weights.safetensors", *FILES_OF_KERAS, *SINGLE, "model.weights.json"),
    ),
    Other(
        KERAS("model.weights.npz"),
        ("model.weights.npz",),
        {},
        ("model.weights.h5", *SINGLE),
    ),
    Other(MARK("checkpoint", "Orbax"), ("checkpoint",), None, NOT_ARRAYS, b"\x81\xa1a\xc0"),
    Other(MARK("checkpoint_7", "Flax"), ("checkpoint_7",), None, NOT_ARRAYS, b"\xde\0\1\xa1a\xc0"),
)


def made(folder: Path, main: str, other: Other) -> dict[str, bool]:
    """Write a folder of both; return what is told of it, and whether that may be misread."""
    folder.mkdir(exist_ok=True)
    MAINS[main](folder)
    for name in other.files:
        (folder / name).write_bytes(other.packed)
    if other.fields is not None:
        (folder / "config.json").write_text(json.dumps(other.fields))
    with open_weights(folder) as weights:
        return {one.text: one.misread for one in weights.others}


@pytest.mark.parametrize("main", MAINS)
def test_alone(main: str, tmp_path: Path) -> None:
    """Nothing is told of a folder of one kind, with a config or without."""
    assert True not in made(tmp_path, main, Other("")).values()
    assert True not in made(tmp_path / "c", main, Other("", (), {"class_name": "Functional"})).values()


@pytest.mark.parametrize(
    ("main", "other"),
    [(main, other) for other in OTHERS for main in MAINS if main not in other.not_for],
    ids=lambda one: one if isinstance(one, str) else (*one.files, *(one.fields or ["-"]))[0],
)
def test_beside_what_a_loader_takes(main: str, other: Other, tmp_path: Path) -> None:
    """It differs, and no other line tells the file, but the reader of an index."""
    found = made(tmp_path, main, other)
    line = other.clause.format("and none of its arrays" if main in ARRAYS else f"not '{main}'")

    assert found[line]
    if other.files and not main.endswith(".index.json"):
        assert [line] == [text for text in found if f"'{other.files[0]}'" in text]


@pytest.mark.parametrize("main", [main for main in MAINS if main not in SINGLE])
def test_files_of_a_training(main: str, tmp_path: Path) -> None:
    """Transformers joins them before it looks for any other file."""
    found = made(tmp_path, main, Other("", (PART, "pytorch_model.bin")))
    joined = f"from_pretrained of transformers reads all files of safetensors of this folder, since '{PART}' is called like a part of a distributed checkpoint"

    assert found[READS(PART).format("and none of its arrays") if main in ARRAYS else joined]
    assert READS("pytorch_model.bin").format(f"not '{main}'") not in found


@pytest.mark.parametrize("main", ["weights.safetensors", "w.weights.h5", "index.json"])
def test_a_file_that_the_config_hides(main: str, tmp_path: Path) -> None:
    """Where the config names a file, transformers looks for no other."""
    other = Other("", ("pytorch_model.bin",), {"transformers_weights": main})
    found = made(tmp_path, main, other)

    assert not [text for text in found if text.startswith("from_pretrained")]
    assert "not read" in " ".join(text for text in found if "'pytorch_model.bin'" in text)


@pytest.mark.parametrize("name", ["checkpoint", "checkpoint_3", "checkpoints"])
def test_other_files_that_are_called_checkpoint(name: str, tmp_path: Path) -> None:
    """A text of TensorFlow, an empty file and a folder are nothing to Orbax and Flax."""
    folder = tmp_path / "w"
    winitgen.write(SPEC, f"{folder}/")
    (folder / name).mkdir()
    assert [] == told(folder)
    (folder / name).rmdir()
    for text in (b'model_checkpoint_path: "a"', b""):
        (folder / name).write_bytes(text)
        assert [] == told(folder)


def test_verify_differs(tmp_path: Path) -> None:
    """What may be misread is a difference for ``verify``, of arrays and of Keras's files, too."""
    folder = tmp_path / "w"
    winitgen.write(SPEC, f"{folder}/")
    (folder / "checkpoint").write_bytes(b"\x81\xa1a\xc0")
    (folder / "model.weights.h5").write_bytes(b"x")
    (folder / "config.json").write_text("{}")

    assert [
        "differs: load_model of Keras reads 'model.weights.h5' of this folder, and none of its arrays",
        f"differs: {MARK('checkpoint', 'Orbax')}",
    ] == told(folder)
