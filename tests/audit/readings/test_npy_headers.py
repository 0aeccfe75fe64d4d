"""A key that stands twice in a header of NumPy's: it goes by the last, and another reader by the first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import winitgen
from tests.audit.readings import zips
from tests.audit.readings.words import told

ONE = {"input": 3, "layers": [{"name": "w", "type": "dense", "units": 2, "use_bias": False}]}
TWICE = {
    "descr": b"'descr': '<i4', ",
    "fortran_order": b"'fortran_order': True, ",
    "shape": b"'shape': (1,), ",
}


def with_key(content: bytes, key: bytes) -> bytes:
    """Return an npy file with one more key at the beginning of its header."""
    length = int.from_bytes(content[8:10], "little")
    text = content[10 : 10 + length].replace(b"{", b"{" + key, 1)
    return content[:8] + len(text).to_bytes(2, "little") + text + content[10 + length :]


@pytest.mark.parametrize("key", TWICE)
def test_a_key_that_stands_twice(key: str, tmp_path: Path) -> None:
    """Alone, in an archive and in a folder it differs, and inspect and diff note it."""
    planned = winitgen.generate(ONE)["w.weight"]
    path, folder = tmp_path / "w.npy", tmp_path / "folder"
    winitgen.write(ONE, path)
    content = with_key(path.read_bytes(), TWICE[key])
    path.write_bytes(content)
    np.testing.assert_array_equal(planned, np.load(path))
    assert [f"differs: its header has the key '{key}' twice"] == told(path, ONE)
    assert [f"its header has the key '{key}' twice"] == winitgen.inspect(path)["notes"]
    assert "differs" == winitgen.verify(path, ONE, statistics=True)["verdict"]
    line = f"the header of 'w.weight' has the key '{key}' twice"
    (tmp_path / "w.npz").write_bytes(zips.archive({"w.weight.npy": content}))
    assert [f"differs: {line}"] == told(tmp_path / "w.npz", ONE)
    assert [f"{tmp_path}/w.npz: {line}"] * 2 == winitgen.diff(tmp_path / "w.npz", tmp_path / "w.npz")["notes"]
    winitgen.write(ONE, f"{folder}/")
    (folder / "w.weight.npy").write_bytes(content)
    assert [f"differs: {line}"] == told(folder, ONE)


def test_a_record_of_one_field(tmp_path: Path) -> None:
    """numpy.load gives a record without axes where the array is expected."""
    values = winitgen.generate(ONE)["w.weight"]
    path, line = (
        tmp_path / "w.npy",
        "it is a record of one field, which numpy.load gives instead of the array in it",
    )
    np.save(path, np.array((values,), [("w.weight", "<f4", values.shape)]))
    assert () == np.load(path).shape
    assert [f"differs: {line}"] == told(path, ONE)
    assert [line] == winitgen.inspect(path)["notes"]
    assert "differs" == winitgen.verify(path, ONE, statistics=True)["verdict"]
    np.save(path, np.array((values, 1), [("w.weight", "<f4", values.shape), ("b", "<f4")]))
    assert ["differs: b is not among the tensors of the spec"] == told(path, ONE)
    np.save(path, values)
    assert ["the file carries no recipe; its values are those of the spec"] == told(path, ONE)
