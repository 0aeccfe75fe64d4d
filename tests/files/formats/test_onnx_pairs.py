"""What ONNX Runtime 1.32 and the package onnx 1.23 refuse of the pairs and the files of values beside a model is told; measured on both."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

import winitgen
from tests.files.formats.onnx_files import constant, content, graph, model, number, pair, tensor
from winitgen.files.input import open_weights

PLACE = (("location", "w.data"), ("offset", "4"), ("length", "8"))


def pairs(*texts: tuple[str, str] | bytes) -> bytes:
    """Return the fields of some pairs in their order, of which one may be given as it stands in the file."""
    messages = (one if isinstance(one, bytes) else pair(*one) for one in texts)
    return b"".join(content(13, one) for one in messages) + number(14, 1)


def written(folder: Path, *tensors: bytes) -> Path:
    """Write a model with these tensors, and the file ``w.data`` with three values."""
    (folder / "w.data").write_bytes(np.arange(3, dtype="<f4").tobytes())
    (folder / "w.onnx").write_bytes(model(graph(tensors)))
    return folder / "w.onnx"


def weight(*texts: tuple[str, str] | bytes, name: str = "w") -> bytes:
    """Return a tensor of two values with these pairs."""
    return tensor(name, 1, (2,), pairs(*texts))


def readings(path: Path) -> list[tuple[str, bool]]:
    """Return what loaders do otherwise, each with whether that differs; the values themselves are read."""
    with open_weights(path) as weights:
        assert [[1, 2]] * len(weights.tensors) == [one.read(0, 2).tolist() for one in weights.tensors]
        return [tuple(one) for one in weights.others]


TWICE = "'w' has '{}' twice in external_data, of which a loader takes the last, or refuses the model"
UNKNOWN = "'w' has '{}' in external_data, for which ONNX Runtime refuses the model"
EMPTY = "'w' has '{}' without a text in external_data, for which ONNX Runtime refuses the model"

REFUSED: dict[str, tuple[tuple[tuple[str, str] | bytes, ...], str]] = {
    "another location": ((("location", "gone"), *PLACE), TWICE.format("location")),
    "one location twice": ((*PLACE, ("location", "w.data")), TWICE.format("location")),
    "no number before the offset": ((("offset", "x"), *PLACE), TWICE.format("offset")),
    "another length": ((("length", "4"), *PLACE), TWICE.format("length")),
    "another key": ((*PLACE, ("own", "1")), UNKNOWN.format("own")),
    "basepath": ((*PLACE, ("basepath", "")), UNKNOWN.format("basepath")),
    "another letter": ((*PLACE, ("Offset", "4")), UNKNOWN.format("Offset")),
    "no key": ((*PLACE, content(2, "x")), UNKNOWN.format("")),
    "a long key": ((*PLACE, ("k" * 200, "x")), UNKNOWN.format("k" * 100 + "...")),
    "an empty checksum": ((*PLACE, ("checksum", "")), EMPTY.format("checksum")),
    "an empty length first": ((("length", ""), *PLACE), EMPTY.format("length")),
    "no text": ((*PLACE, content(1, "prepacked_0")), EMPTY.format("prepacked_0")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_pairs(name: str, tmp_path: Path) -> None:
    """A pair for which a loader refuses the model differs, of several the first."""
    texts, line = REFUSED[name]
    found = readings(
        written(tmp_path, weight(*texts, ("later", "1")), weight(*PLACE, ("other", "1"), name="v"))
    )

    assert (line, True) in found
    assert 2 == len(found) if "prepacked" in line else [(line, True)] == found


def test_pairs_of_a_constant(tmp_path: Path) -> None:
    """So it does of the values of a node."""
    inside = content(5, weight(*PLACE, ("own", "1"))) + number(20, 4)
    (tmp_path / "w.data").write_bytes(np.arange(3, dtype="<f4").tobytes())
    (tmp_path / "w.onnx").write_bytes(model(graph([], [constant("w", "value", inside)])))

    assert (UNKNOWN.format("own"), True) in readings(tmp_path / "w.onnx")


def test_harmless_pairs(tmp_path: Path) -> None:
    """Checksums are compared by no loader, packed copies are noted, and pairs of values in the model are passed over."""
    sums = weight(*PLACE, ("checksum", "a"), ("checksum", "b"))
    assert [] == readings(written(tmp_path, sums))
    packed = "'w' has 'prepacked_0' in external_data, a copy as ONNX Runtime packs it, not read"
    copies = weight(*PLACE, ("prepacked_0", "MatMul+1|16;8;0"), ("prepacked_1", ""), ("prepacked_0", ""))
    assert [(packed, False)] == readings(written(tmp_path, copies))
    values = np.array([1, 2], "<f4").tobytes()
    inside = tensor("w", 1, (2,), content(9, values) + content(13, pair("own", "1")))
    assert [] == readings(written(tmp_path, inside))


def test_verify(tmp_path: Path) -> None:
    """A refused pair differs, for verify and for its statistics."""
    spec = {
        "layers": [
            {"name": "w", "type": "param", "shape": [2], "init": {"scheme": "listed", "values": [1, 2]}}
        ]
    }
    path = written(tmp_path, weight(*PLACE))
    assert "verified" == winitgen.verify(path, spec)["status"]
    written(tmp_path, weight(*PLACE, ("own", "1")))
    with pytest.raises(winitgen.DiffersError) as caught:
        winitgen.verify(path, spec)
    assert UNKNOWN.format("own") in str(caught.value)
    assert "differs" == winitgen.verify(path, spec, statistics=True)["verdict"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_files_with_links(tmp_path: Path) -> None:
    """The package onnx refuses values in a file with hard links, and in any link of a cache; that says nothing of the values: a note."""
    line = "'w.data' {}, for which the package onnx refuses the model; ONNX Runtime reads it"
    path = written(tmp_path, weight(*PLACE))
    os.link(path, tmp_path / "second.onnx")
    assert [] == readings(path)
    os.link(tmp_path / "w.data", tmp_path / "second.data")
    assert [(line.format("has hard links"), False)] == readings(path)
    snapshot = tmp_path / "models--a--b" / "snapshots" / "c"
    snapshot.mkdir(parents=True)
    (tmp_path / "models--a--b" / "blobs").mkdir()
    for name in ("w.onnx", "w.data"):
        (tmp_path / "models--a--b" / "blobs" / name).write_bytes((tmp_path / name).read_bytes())
        (snapshot / name).symlink_to(f"../../blobs/{name}")
    assert [(line.format("is a link"), False)] == readings(snapshot / "w.onnx")
