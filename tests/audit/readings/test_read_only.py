"""Formats that are only read: the values of a layer-spec in them are verified, and what a loader reads otherwise is told."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.audit.readings import words
from tests.files.formats.dcp_folders import Box, write_checkpoint
from tests.files.formats.gguf_files import Listed, gguf, key
from tests.files.formats.torch_files import Call, storage, tensor, zipped
from winitgen.errors import DiffersError
from winitgen.importing.found import Imported
from winitgen.importing.weights import of_file

SPEC = {**words.SPEC, "layout": "torch"}
Arrays = Mapping[str, Any]


def torch_file(arrays: Arrays, *, compression: int = 0, **more: Any) -> bytes:
    """Return the arrays as ``torch.save`` writes them; ``more`` is put beside them."""
    model: dict[str, Any] = {}
    for number, (name, values) in enumerate(arrays.items()):
        strides = [math.prod(values.shape[axis + 1 :]) for axis in range(values.ndim)]
        model[name] = tensor(storage(str(number), values.size), values.shape, strides)
    storages = {str(number): values.tobytes() for number, values in enumerate(arrays.values())}
    return zipped({**model, **more}, storages, compression=compression)


def as_pytorch(arrays: Arrays, folder: Path) -> Path:
    """Write a file of PyTorch."""
    path = folder / "w.pt"
    path.write_bytes(torch_file(arrays))
    return path


def as_gguf(arrays: Arrays, folder: Path) -> Path:
    """Write a GGUF file."""
    path = folder / "w.gguf"
    tensors = [Listed(name, values.shape[::-1], 0, values.tobytes()) for name, values in arrays.items()]
    path.write_bytes(gguf(tensors, [key("general.name", 8, (4).to_bytes(8, "little") + b"tiny")]))
    return path


def as_checkpoint(arrays: Arrays, folder: Path) -> Path:
    """Write a distributed checkpoint, of which the first axis of each tensor is divided."""
    path = folder / "w"
    path.mkdir()
    tensors = {}
    for name, values in arrays.items():
        cut, rest = len(values) // 2, (0,) * (values.ndim - 1)
        boxes = [Box((0, *rest), values[:cut]), Box((cut, *rest), values[cut:], "__1_0.distcp")]
        tensors[name] = (values.shape, boxes)
    write_checkpoint(path, tensors)
    return path


FORMS = [as_pytorch, as_gguf, as_checkpoint]


def arrays() -> dict[str, Any]:
    """Return what the layer-spec draws, under PyTorch's names."""
    return {name: np.array(values) for name, values in winitgen.generate(SPEC).items()}


@pytest.mark.parametrize("write", FORMS)
def test_verified(write: Callable[[Arrays, Path], Path], tmp_path: Path) -> None:
    """The file of a layer-spec verifies, and equals another format of it."""
    path = write(arrays(), tmp_path)
    winitgen.write(SPEC, tmp_path / "w.safetensors")

    winitgen.verify(path, SPEC)
    assert winitgen.diff(path, tmp_path / "w.safetensors")["equal"]


@pytest.mark.parametrize("write", FORMS)
def test_one_value_changed(write: Callable[[Arrays, Path], Path], tmp_path: Path) -> None:
    """A value that is not the layer-spec's is found."""
    changed = arrays()
    name = next(name for name, values in changed.items() if values.ndim > 1)
    changed[name][-1, -1] = 0.5
    path = write(changed, tmp_path)
    with pytest.raises(DiffersError, match=rf"{name}\[\d+, \d+\] \(element \d+\) is 0\.5, not "):
        winitgen.verify(path, SPEC)


def test_packed_storages(tmp_path: Path) -> None:
    """PyTorch unpacks them, except where it maps the file into memory, which transformers asks for."""
    path = tmp_path / "w.pt"
    path.write_bytes(torch_file(arrays(), compression=8))
    text = "is packed by deflate, and torch.load with mmap=True, by which from_pretrained of transformers reads, takes the packed bytes for the values"

    assert [f"differs: its storage '0' {text}"] == words.told(path, SPEC)
    assert f"its storage '0' {text}" in winitgen.inspect(path)["notes"]
    assert {name: values.tolist() for name, values in arrays().items()} == {
        name: values.tolist() for name, values in converted(path).items()
    }


def converted(path: Path) -> Arrays:
    """Return the values of a file as another format has them."""
    winitgen.convert(path, path.with_suffix(".npz"))
    with np.load(path.with_suffix(".npz")) as found:
        return {name: np.array(found[name]) for name in found}


def test_what_pytorch_refuses_differs(tmp_path: Path) -> None:
    """A file that PyTorch refuses is no file of the layer-spec, though its tensors are."""
    (tmp_path / "w.pt").write_bytes(torch_file(arrays(), args=Call("argparse.Namespace")))

    assert [
        "differs: it holds 'argparse.Namespace', which is not read, as it could run code: torch.load(weights_only=True) refuses the file"
    ] == words.told(tmp_path / "w.pt", SPEC)


def test_a_name_that_says_otherwise(tmp_path: Path) -> None:
    """A file of PyTorch under the name of another container differs, as does another container under its name."""
    (tmp_path / "w.gguf").write_bytes(torch_file(arrays()))
    winitgen.write(SPEC, tmp_path / "w.safetensors")
    (tmp_path / "w.safetensors").rename(tmp_path / "w.pt")
    text = "differs: it holds {}, but its name ends in {}: a loader by that name reads something else of it, or nothing"

    assert [text.format("pytorch", ".gguf")] == words.told(tmp_path / "w.gguf", SPEC)
    assert [text.format("safetensors", ".pt")] == words.told(tmp_path / "w.pt", SPEC)


@pytest.mark.parametrize("write", FORMS)
def test_imported(write: Callable[[Arrays, Path], Path], tmp_path: Path) -> None:
    """The layer-spec of such a file is that of the same tensors in another format."""
    path = write(arrays(), tmp_path)
    winitgen.write(SPEC, tmp_path / "w.safetensors")

    assert lines(of_file(str(tmp_path / "w.safetensors"))) == lines(of_file(str(path)))


def lines(found: Imported) -> set[str]:
    """Return the lines of the layers of a layer-spec, whose order is that of the file."""
    return {line for line in found.text.splitlines() if "name:" in line}
