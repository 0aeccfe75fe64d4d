"""Files that are called like the index of a folder of arrays or of a checkpoint, and are none, beside a weight file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import winitgen
from tests.audit.readings.words import SPEC, told
from tests.files.formats.dcp_folders import Box, write_checkpoint
from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights

NOT_READ = "'{}' stands in the folder and is no index of {}: it was not read"
OF_ARRAYS, OF_CHECKPOINT = (
    NOT_READ.format("index.json", "arrays"),
    NOT_READ.format(".metadata", "a distributed checkpoint"),
)
GROUP = "'{}' makes the folder one of zarr, of which it holds no arrays"


def folder(tmp_path: Path, main: str = "model.safetensors") -> Path:
    """Make a folder with a weight file of the plan."""
    path = tmp_path / "w"
    path.mkdir()
    winitgen.write(SPEC, path / main)
    return path


@pytest.mark.parametrize("main", ["model.safetensors", "w.npz"])
@pytest.mark.parametrize(
    ("name", "content", "note"),
    [
        ("index.json", b"", OF_ARRAYS),
        ("index.json", b'{"name": "x"}', OF_ARRAYS),
        ("index.json", b"[1]", OF_ARRAYS),
        ("index.json", b"\xff\xfe", OF_ARRAYS),
        (".metadata", b"", OF_CHECKPOINT),
        (".metadata", b'{"checksum": 1}', OF_CHECKPOINT),
        (".metadata", b"\x80\x04N.", OF_CHECKPOINT),
        (".zgroup", b'{"zarr_format": 2}', GROUP.format(".zgroup")),
        ("zarr.json", b"{}", GROUP.format("zarr.json")),
    ],
)  # fmt: skip
def test_beside_weights(name: str, content: bytes, note: str, main: str, tmp_path: Path) -> None:
    """The weights are read and verified, and the other file is a note."""
    path = folder(tmp_path, main)
    (path / name).write_bytes(content)

    assert [note] == told(path)
    assert [note] == winitgen.inspect(path)["notes"]


def test_all_of_them(tmp_path: Path) -> None:
    """Each is noted."""
    path = folder(tmp_path)
    for name in ("index.json", ".metadata"):
        (path / name).write_bytes(b"")

    assert [OF_ARRAYS, OF_CHECKPOINT] == told(path)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("index.json", "{}/index.json is not the index of a folder of npy files"),
        (".metadata", "{}/.metadata is a damaged index of a distributed checkpoint: it is cut off, or is not a pickle"),
    ],
)  # fmt: skip
def test_without_weights(name: str, message: str, tmp_path: Path) -> None:
    """Where no other file has weights, it is what the folder is read by, and damaged."""
    (tmp_path / name).write_bytes(b"")
    (tmp_path / "w.npy").write_bytes(b"")
    with pytest.raises(UnreadableError) as caught, open_weights(tmp_path):
        pass

    assert message.format(tmp_path) == str(caught.value)


def test_several_weights(tmp_path: Path) -> None:
    """The refusal is that of a folder with several weight files."""
    path = folder(tmp_path)
    winitgen.write(SPEC, path / "other.safetensors")
    (path / "index.json").write_bytes(b"")
    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass

    assert (
        f"{path} is a folder with 2 weight files: 'model.safetensors', 'other.safetensors'; name one"
        == str(caught.value)
    )


def test_a_true_index(tmp_path: Path) -> None:
    """A folder of arrays, and a checkpoint, remain what they are, though the index of one of them may be damaged."""
    reads = "from_pretrained of transformers reads 'model.safetensors' of this folder, and none of its arrays"
    arrays = tmp_path / "arrays"
    winitgen.write(SPEC, f"{arrays}/")
    checkpoint = tmp_path / "checkpoint"
    checkpoint.mkdir()
    write_checkpoint(checkpoint, {"w": ((3,), [Box((0,), np.ones(3, np.float32))])})
    for path in (arrays, checkpoint):
        winitgen.write(SPEC, path / "model.safetensors")
        assert reads in winitgen.inspect(path)["notes"]
    index = checkpoint / ".metadata"
    index.write_bytes(index.read_bytes()[:-1])
    with (
        pytest.raises(UnreadableError, match="is a damaged index of a distributed checkpoint"),
        open_weights(checkpoint),
    ):
        pass


def test_arrays_of_which_no_shape_is_read(tmp_path: Path) -> None:
    """Arrays whose metadata are too long for winitgen are arrays: the folder is one of zarr, and the weights beside are told."""
    path = folder(tmp_path)
    (path / "zarr.json").write_text('{"zarr_format": 3, "node_type": "group"}')
    (path / "w").mkdir()
    node = {"zarr_format": 3, "node_type": "array", "shape": [3], "attributes": {"note": "x" * (1 << 20)}}
    (path / "w" / "zarr.json").write_text(json.dumps(node))
    found = winitgen.inspect(path)

    assert ["w"] == [row["name"] for row in found["tensors"]]
    assert (
        "from_pretrained of transformers reads 'model.safetensors' of this folder, and none of its arrays"
        in (found["notes"])
    )


def test_an_index_that_names_its_classes_late(tmp_path: Path) -> None:
    """Behind values that are thrown away; PyTorch loads the checkpoint all the same."""
    path = folder(tmp_path)
    write_checkpoint(path, {"w": ((3,), [Box((0,), np.ones(3, np.float32))])})
    index = path / ".metadata"
    content = index.read_bytes()
    text = b"X" + (3000).to_bytes(4, "little") + b"x" * 3000 + b"0"
    index.write_bytes(content[:2] + text + content[2:])
    found = winitgen.inspect(path)

    assert ("dcp", ["w"]) == (found["format"], [row["name"] for row in found["tensors"]])
