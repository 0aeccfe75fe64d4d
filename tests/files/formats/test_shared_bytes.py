"""Containers in which several tensors may have the same bytes: together they declare no more than is explained by what is stored."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.files.formats.dcp_folders import Box, about, index, place, saved
from tests.files.formats.gguf_files import Listed, gguf
from tests.files.formats.onnx_files import beside, graph, model
from tests.files.formats.onnx_files import tensor as initializer
from tests.files.formats.torch_files import Call, Name, storage, tensor, zipped
from winitgen.files.input import expansion, open_weights

VALUES = np.arange(1, 11, dtype="<f4")
COUNT = 130


def dcp(folder: Path) -> int:
    """Write a checkpoint whose tensors have one chunk; return the bytes of what is no index."""
    content = saved(VALUES)
    (folder / "a.distcp").write_bytes(content)
    places = [
        place(f"t{number}", (0,), relative_path="a.distcp", offset=0, length=len(content))
        for number in range(COUNT)
    ]
    tensors = {f"t{number}": about((10,), [Box((0,), VALUES)]) for number in range(COUNT)}
    (folder / ".metadata").write_bytes(index(tensors, places))
    return len(content)


def npy_dir(folder: Path) -> int:
    """Write a folder whose tensors have one file; return the bytes of its values."""
    np.save(folder / "x.npy", VALUES)
    np.save(folder / "y.npy", VALUES)
    entries = {f"t{number}": {"file": "x.npy"} for number in range(COUNT)}
    (folder / "index.json").write_text(json.dumps({"tensors": {"first": {"file": "y.npy"}, **entries}}))
    return 2 * VALUES.nbytes


def gguf_file(folder: Path) -> int:
    """Write a file whose tensors begin at one place; return its bytes."""
    first, *others = (Listed(f"t{number}", (10,), 0, b"", 0) for number in range(COUNT))
    content = gguf([first._replace(content=VALUES.tobytes()), *others])
    (folder / "w.gguf").write_bytes(content)
    return len(content)


def torch_file(folder: Path) -> int:
    """Write a file whose tensors are views of one storage; return the bytes of that."""
    one = tensor(storage("0", 10), (10,), (1,))
    (folder / "w.pt").write_bytes(zipped({f"t{n}": one for n in range(COUNT)}, {"0": VALUES.tobytes()}))
    return VALUES.nbytes


def expanded(folder: Path) -> int:
    """Write a file whose tensors are one stored row four times, transposed; return the bytes of the row."""
    values = np.arange(1, 6, dtype="<i2")
    one = tensor(storage("0", 5, "torch.ShortStorage"), (5, 4), (1, 0))
    (folder / "w.pt").write_bytes(zipped({f"t{n}": one for n in range(COUNT)}, {"0": values.tobytes()}))
    return values.nbytes


def onnx_model(folder: Path) -> int:
    """Write a model whose tensors have one place in another file; return the bytes of both."""
    (folder / "x.bin").write_bytes(VALUES.tobytes())
    where = beside({"location": "x.bin"})
    content = model(graph([initializer(f"t{number}", 1, (10,), where) for number in range(COUNT)]))
    (folder / "w.onnx").write_bytes(content)
    return len(content) + VALUES.nbytes


FILES = {gguf_file: "w.gguf", torch_file: "w.pt", expanded: "w.pt", onnx_model: "w.onnx"}


@pytest.mark.parametrize("write", [dcp, npy_dir, *FILES])
@pytest.mark.parametrize("always", [0, 2000, 5200])
def test_what_tensors_declare_together(
    write: Callable[[Path], int], always: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tensors are read up to a bound, and those behind it are named with the reason."""
    monkeypatch.setattr(expansion, "ALWAYS_SHARED", always)
    monkeypatch.setattr(expansion, "MOST_SHARED", 1)
    stored = write(tmp_path)
    path = tmp_path / FILES.get(write, "")
    first = np.repeat(np.arange(1, 6), 4) if write is expanded else VALUES
    most = max(always, stored)
    with open_weights(path) as weights:
        for number, tensor in enumerate(weights.tensors, 1):
            told = f"with those before it, {40 * number:,} bytes are declared but {stored:,} are stored"
            assert (tensor.unread, tensor.readable) == (("", True) if 40 * number <= most else (told, False))
            if tensor.readable:
                assert first.tolist() == tensor.read(0, tensor.size).tolist()


def test_blocks_are_counted_by_their_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of quantized blocks the computed values count, which are many more bytes."""
    monkeypatch.setattr(expansion, "ALWAYS_SHARED", 200)
    monkeypatch.setattr(expansion, "MOST_SHARED", 1)
    (tmp_path / "w").write_bytes(gguf([Listed("a", (32,), 8, bytes(34)), Listed("b", (32,), 8, b"", 0)]))
    stored = (tmp_path / "w").stat().st_size
    with open_weights(tmp_path / "w") as weights:
        told = f"with those before it, 256 bytes are declared but {stored} are stored"
        assert told == weights.tensors[1].unread


def test_values_of_a_byte_are_counted_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of values of which several share a byte, those that are read count, of 4 bytes each: 24 of 12 bytes, and 40 of 10."""
    monkeypatch.setattr(expansion, "ALWAYS_SHARED", 100)
    monkeypatch.setattr(expansion, "MOST_SHARED", 1)
    fours = Name("torch.float4_e2m1fn_x2")
    pairs = Call(
        "torch._utils._rebuild_tensor_v3",
        *(storage("0", 1, "torch.storage.UntypedStorage"), 0, (12,), (0,), False, None, fours),
    )
    (tmp_path / "w.pt").write_bytes(zipped({"a": pairs, "b": pairs}, {"0": b"\x42"}))
    with open_weights(tmp_path / "w.pt") as weights:
        told = "with those before it, 192 bytes are declared but 1 are stored"
        assert ["", told] == [one.unread for one in weights.tensors]
        assert [1, 2] * 12 == weights.tensors[0].read(0, 24).tolist()
    (tmp_path / "x.bin").write_bytes(bytes(10))
    twos = initializer("q", 26, (40,), beside({"location": "x.bin"}))
    (tmp_path / "w.onnx").write_bytes(content := model(graph([twos])))
    with open_weights(tmp_path / "w.onnx") as weights:
        told = f"with those before it, 160 bytes are declared but {len(content) + 10} are stored"
        assert told == weights.tensors[0].unread


def test_what_is_unpacked_counts_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deflated storage explains what it has in the file, and is unpacked even for one value of it."""
    monkeypatch.setattr(expansion, "ALWAYS_SHARED", 100_000)
    path = tmp_path / "w.pt"
    one = {"w": tensor(storage("0", 25_000), (1,), (1,), 7)}
    content = zipped(one, {"0": bytes(100_000)})
    path.write_bytes(content)
    with open_weights(path) as weights:
        assert "" == weights.tensors[0].unread
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        (packed,) = (info.compress_size for info in new.infolist() if info.filename.endswith("data/0"))
    with open_weights(path) as weights:
        told = f"with those before it, 100,004 bytes are declared but {packed} are stored"
        assert told == weights.tensors[0].unread


def test_values_that_are_not_read_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tensor without values takes no time, whatever its shape is."""
    monkeypatch.setattr(expansion, "ALWAYS_SHARED", 1000)
    bits = Call(
        "torch._utils._rebuild_tensor_v3",
        *(storage("1", 1, "torch.storage.UntypedStorage"), 0, (1 << 40,), (0,), False, None),
        Name("torch.bits8"),
    )
    own = tensor(storage("0", 10), (10,), (1,))
    (tmp_path / "w.pt").write_bytes(zipped({"a": bits, "b": own}, {"0": VALUES.tobytes(), "1": b"?"}))
    with open_weights(tmp_path / "w.pt") as weights:
        told = "NumPy has no number format for bits8"
        assert [told, ""] == [one.unread for one in weights.tensors]


def test_each_byte_a_hundred_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the bytes that are always read, a hundred tensors may have the same values."""
    monkeypatch.setattr(expansion, "ALWAYS_SHARED", 0)
    npy_dir(tmp_path)
    with open_weights(tmp_path) as weights:
        assert [True] * (COUNT + 1) == [one.readable for one in weights.tensors]
    (tmp_path / "index.json").write_text(
        json.dumps({"tensors": {f"t{number}": {"file": "x.npy"} for number in range(101)}})
    )
    with open_weights(tmp_path) as weights:
        assert [True] * 100 + [False] == [one.readable for one in weights.tensors]


@pytest.mark.parametrize(("write", "values", "files"), [(npy_dir, 80, 3), (dcp, 40 * COUNT, 2)])
def test_the_bytes_of_files(write: Callable[[Path], int], values: int, files: int, tmp_path: Path) -> None:
    """A file that is several tensors is counted once, and a header has no fewer bytes than none."""
    write(tmp_path)
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    with open_weights(tmp_path) as weights:
        assert {"file_bytes": size, "header_bytes": max(0, size - values), "files": files} == weights.facts
