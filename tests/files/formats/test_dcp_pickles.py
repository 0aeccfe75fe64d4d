"""What Python's pickle refuses of the index of a distributed checkpoint, as PyTorch's loader does, and what it never writes."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.files.formats.dcp_folders import OWN, Box, write_checkpoint
from tests.files.formats.torch_files import Call, New, pickled
from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights

LAYOUT = pickled("torch.strided")[2:-1]
ORDER = f"c{OWN[:-1]}\n_MEM_FORMAT_ENCODING\n".encode()
CUT_OFF = "it is cut off, or is not a pickle"


def behind(value: object) -> Callable[[bytes], bytes]:
    """Return a change that adds a value to a pickle, and drops it."""
    return lambda content: content[:2] + pickled(value)[2:-1] + b"0" + content[2:]


def opcodes(added: bytes, protocol: int = 2) -> Callable[[bytes], bytes]:
    """Return a change that adds opcodes to a pickle."""
    return lambda content: b"\x80" + bytes([protocol]) + added + content[2:]


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Return a change of all places of some bytes."""

    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new)

    return change


def made(name: str) -> str:
    """Return the clause about an object that is set up wrongly."""
    return f"it makes '{name}' in another way than PyTorch does"


def set_up(name: str) -> str:
    """Return the clause about wrong attributes."""
    return f"it sets the attributes of '{name}' in another way than PyTorch does"


REFUSED = [
    (opcodes(b"", 6), "it is a pickle of protocol 6, which there is not"),
    (opcodes(b"\x95" + struct.pack("<Q", 1 << 20), 4), CUT_OFF),
    (opcodes(b"U\2\xc3\xa40"), CUT_OFF),
    (opcodes(b"Nr\xff\xff\xff\x7f0"), "it keeps an object under the number 2,147,483,647"),
    (opcodes(b"NQ0"), "it names a storage beside it"),
    (replaced(LAYOUT, pickled("torch.strided?")[2:-1]), made("torch.serialization._get_layout")),
    (replaced(ORDER + b"(" + pickled(0)[2:-1], ORDER + b"(" + pickled(3)[2:-1]), made(f"{OWN}_MEM_FORMAT_ENCODING")),
    (replaced(ORDER + b"(" + pickled(0)[2:-1] + b"tR", b"N"), set_up(f"{OWN}TensorProperties")),
    (replaced(b"\x89t", b"t"), set_up(f"{OWN}TensorProperties")),
    (behind(Call(f"{OWN}MetadataIndex")), made(f"{OWN}MetadataIndex")),
    (behind(New(f"{OWN}StorageMeta", state=3)), set_up(f"{OWN}StorageMeta")),
    (behind(New(f"{OWN}StorageMeta", entries={"a": 1})), "it sets entries of what is not a dictionary"),
    (behind(New("torch.float32")), made("torch.float32")),
    (behind(Call("pathlib.PosixPath", 3)), made("pathlib.PosixPath")),
    (replaced(b"planner_data", b"storage_meta"), ""),
    (replaced(pickled("planner_data")[2:-1] + b"N", pickled("storage_meta")[2:-1] + b"K\1"), "its 'storage_meta' is none of PyTorch's"),
    (opcodes(b"](Ne0]N\x90"), CUT_OFF),
    (opcodes(b"](N\x900"), "it adds items to what is not a set"),
    (opcodes(b"ctorch\nfloat32\nNR0"), "it calls 'torch.float32' without arguments"),
]  # fmt: skip
"""Changes of an index, and the clause about each; empty for one that Python reads."""


def write(folder: Path, change: Callable[[bytes], bytes]) -> Path:
    """Write a checkpoint with an index that is changed."""
    values = np.arange(12, dtype=np.float32).reshape(3, 4)
    write_checkpoint(folder, {"w": ((3, 4), [Box((0, 0), values)])})
    path = folder / ".metadata"
    path.write_bytes(change(path.read_bytes()))
    return path


@pytest.mark.parametrize(("change", "clause"), REFUSED, ids=range(len(REFUSED)))
def test_refused(change: Callable[[bytes], bytes], clause: str, tmp_path: Path) -> None:
    """An index that Python's pickle refuses is a damaged one."""
    path = write(tmp_path, change)
    try:
        with open_weights(tmp_path) as weights:
            told = str([one.text for one in weights.others if one.misread])
    except UnreadableError as error:
        told = str(error)

    assert told == (f"{path} is a damaged index of a distributed checkpoint: {clause}" if clause else "[]")


@pytest.mark.parametrize(("change", "clause"), REFUSED, ids=range(len(REFUSED)))
def test_as_pytorch(change: Callable[[bytes], bytes], clause: str, tmp_path: Path) -> None:
    """PyTorch's loader refuses what is refused here, and no more."""
    torch = pytest.importorskip("torch")
    checkpoints = pytest.importorskip("torch.distributed.checkpoint")
    write(tmp_path, change)
    refused = ""
    try:
        with warnings.catch_warnings(action="ignore"):
            checkpoints.load({"w": torch.zeros(3, 4)}, checkpoint_id=str(tmp_path), no_dist=True)
    except (Exception, checkpoints.api.CheckpointException) as error:
        refused = str(error) or type(error).__name__

    assert bool(refused) == bool(clause), refused


@pytest.mark.parametrize(
    ("change", "clause"),
    [
        (behind(Call("torch.Size", [1])), "calls 'torch.Size' otherwise than PyTorch does"),
        (opcodes(b"}((]tNu0"), "has a key of a dictionary that PyTorch never writes"),
        (opcodes(b"\x8f(](Ne\x900"), "has a set that PyTorch never writes"),
        (behind(Call("torch.device", "cpu", state={})), "sets the state of 'torch.device', which PyTorch never does"),
        (opcodes(b"cargparse\nNamespace\n)R(Ne0"), "changes what 'argparse.Namespace' makes, which is not read"),
    ],
)  # fmt: skip
def test_told(change: Callable[[bytes], bytes], clause: str, tmp_path: Path) -> None:
    """What PyTorch never writes into an index differs, whatever Python makes of it."""
    write(tmp_path, change)
    with open_weights(tmp_path) as weights:
        assert f"its .metadata {clause}" in [one.text for one in weights.others if one.misread]
