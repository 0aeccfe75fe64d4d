"""Chunks of a distributed checkpoint in other forms than it writes itself: ``torch.load`` reads them, or they are refused in true words."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.files.formats.dcp_folders import Box, about, index, place
from tests.files.formats.torch_files import Call, storage, streamed, tensor, zipped
from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights

WHOLE = np.arange(20, dtype="<f4").reshape(5, 4)


def old(values: np.ndarray, *, turned: bool = False) -> bytes:
    """Return an array as ``torch.save`` wrote it before 1.6, with three values in front of it; ``turned`` stores the columns."""
    stored = np.concatenate([np.full(3, 9, "<f4"), (values.T if turned else values).reshape(-1)])
    strides = (1, len(values)) if turned else (values.shape[1], 1)
    one = tensor(storage("0", stored.size), values.shape, strides, 3)
    return streamed(one, {"0": (stored.size, stored.tobytes())})


def folder_of(folder: Path, *chunks: tuple[Box, bytes]) -> Path:
    """Write a checkpoint of one tensor; its chunks follow one another, with bytes of no meaning in front of each."""
    content, places = b"", []
    for box, one in chunks:
        content += b"?" * 11
        where = {"relative_path": box.file, "offset": len(content), "length": len(one)}
        places.append(place("w", box.begin, **where))
        content += one
    (folder / chunks[0][0].file).write_bytes(content)
    (folder / ".metadata").write_bytes(index({"w": about((5, 4), [box for box, _ in chunks])}, places))
    return folder


def test_chunks_of_before_1_6(tmp_path: Path) -> None:
    """They are read as what they are, beside others, wherever they stand in their file, with any strides."""
    top, middle, low = (Box((row, 0), WHOLE[row:end]) for row, end in ((0, 2), (2, 3), (3, 5)))
    zip_of_one = zipped(tensor(storage("0", 4), (1, 4), (4, 1)), {"0": WHOLE[2:3].tobytes()})
    folder_of(
        *(tmp_path, (top, old(top.values)), (middle, zip_of_one)),
        (low, old(low.values, turned=True) + b"behind"),
    )
    with open_weights(tmp_path) as weights:
        (found,) = weights.tensors
        assert WHOLE.reshape(-1).tolist() == found.read(0, 20).tolist()
        assert WHOLE.reshape(-1)[7:15].tolist() == found.read(7, 8).tolist()
        assert [] == list(weights.late(True))


def test_what_torch_load_refuses_of_one(tmp_path: Path) -> None:
    """It differs, with the place of the chunk."""
    content = streamed(tensor(storage("0", 20), (5, 4), (4, 1)), {"0": (20, WHOLE.tobytes())}, protocol=4)
    folder_of(tmp_path, (Box((0, 0), WHOLE), content))
    path = tmp_path / "__0_0.distcp"
    with open_weights(tmp_path) as weights:
        told = f"a chunk of 'w' in {path}: its pickle has the opcode 0x95, for which torch.load(weights_only=True) refuses the file"
        assert [told] == [one.text for one in weights.late(True)]


DEFLATED = zipped(
    tensor(storage("0", 20), (5, 4), (4, 1)), {"0": WHOLE.tobytes()}, compression=zipfile.ZIP_DEFLATED
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (DEFLATED, " has the deflated storage '0', which is read only in a file of its own"),
        (old(WHOLE)[:-1], " is a damaged PyTorch file: its storage '0' does not have its 23 values"),
        (old(WHOLE)[:60], " is a damaged PyTorch file: in its pickle, it is cut off, or is not a pickle"),
        (old(WHOLE[:4]), " is not the tensor that the index says"),
        (streamed(Call("os.system", "x"), {}), " holds 'os.system', which is not read, as it could run code; load it where it is trusted, and save it with safetensors.torch.save_file"),
    ],
    ids=["deflated", "short", "cut", "shape", "code"],
)  # fmt: skip
def test_refused(content: bytes, message: str, tmp_path: Path) -> None:
    """Nothing is called damaged that PyTorch reads."""
    folder_of(tmp_path, (Box((0, 0), WHOLE), content))
    with open_weights(tmp_path) as weights, pytest.raises(UnreadableError) as caught:
        weights.tensors[0].read(0, 20)

    assert f"a chunk of 'w' in {tmp_path / '__0_0.distcp'}{message}" == str(caught.value)
