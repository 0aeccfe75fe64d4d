"""Records of several arrays in an archive: their fields are the arrays, as those of a lone ``.npy`` are."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

import winitgen
from tests.audit.readings import zips
from winitgen.files.formats.npz import reader
from winitgen.files.input import open_weights

RECORD = np.zeros((), [("w", "<f4", (2, 3)), ("b", ">f8", (2,)), ("name", "S4"), ("inner", [("x", "u1")])])
RECORD["w"] = np.arange(6).reshape(2, 3)
RECORD["b"] = 0.5, -8
FLOATS = [("w", "<f4", (2, 3)), ("b", ">f8", (2,))]
SPEC = {"input": 3, "layers": [{"name": "w", "type": "dense", "units": 2, "use_bias": False}]}
GIVES = "numpy.load gives 'm' as a record, not its {} fields as arrays"


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_fields(method: int, tmp_path: Path) -> None:
    """They have the name of the member before their own, in any order of reading; a changed value is found by the checksum."""
    path = tmp_path / "w.npz"
    path.write_bytes(zips.archive({"m.npy": zips.npy(RECORD), "n.npy": zips.npy(np.ones(2))}, method=method))
    with open_weights(path) as weights:
        found = {one.name: one for one in weights.tensors}
        assert [0.5, -8] == found["m.b"].read(0, 2).tolist()
        assert [2, 3, 4] == found["m.w"].read(2, 3).tolist()
        assert [] == weights.late(True)
    rows = [
        (row["name"], row["dtype"], row["shape"], row["unread"]) for row in winitgen.inspect(path)["tensors"]
    ]
    text, records = (
        "its values are text, not numbers",
        "its values are records, which are not divided into numbers: x uint8",
    )

    assert [
        ("m.w", "float32", [2, 3], None),
        ("m.b", "float64", [2], None),
        ("m.name", "bytes32", [], text),
        ("m.inner", "void8", [], records),
        ("n", "float64", [2], None),
    ] == rows
    assert [GIVES.format(4)] == winitgen.inspect(path)["notes"]


def test_a_changed_value(tmp_path: Path) -> None:
    """The checksum of the member is put together of what its fields read, in any order, and of what stands between."""
    path = tmp_path / "w.npz"
    for changed, record in (
        (False, RECORD),
        (False, RECORD[["w", "b"]]),
        (True, RECORD[["w", "b"]].astype(FLOATS)),
    ):
        content = bytearray(zips.archive({"m.npy": zips.npy(record)}))
        content[content.index(RECORD["b"].tobytes()) + 1] ^= changed
        path.write_bytes(content)
        wrong = "'m.npy' does not have the checksum that the archive says, so that numpy.load refuses it"
        assert changed is (wrong in winitgen.inspect(path)["notes"])
        with open_weights(path) as weights:
            for one in weights.tensors[1::-1]:
                one.read(0, one.size)
            assert changed is any(wrong == other.text for other in weights.late(True))


def test_verify(tmp_path: Path) -> None:
    """The loader of record gives no array of a field's name, so that no file with a record agrees."""
    path = tmp_path / "w.npz"
    record = np.zeros((), [("weight", "<f4", (2, 3))])
    record["weight"] = winitgen.generate(SPEC)["w.weight"]
    path.write_bytes(zips.archive({"w.npy": zips.npy(record)}))
    with pytest.raises(winitgen.DiffersError) as caught:
        winitgen.verify(path, SPEC)
    one = "'w' is a record of one field, which numpy.load gives instead of the array in it"

    assert [f"{path}: {one}"] == [str(mistake) for mistake in caught.value.mistakes]
    both = np.zeros((), [("weight", "<f4", (2, 3)), ("bias", "<f4", (2,))])
    path.write_bytes(zips.archive({"w.npy": zips.npy(both)}))
    with pytest.raises(winitgen.DiffersError) as caught:
        winitgen.verify(path, SPEC)
    assert f"{path}: {GIVES.format(2)}".replace("'m'", "'w'") in map(str, caught.value.mistakes)


def test_titles_and_gaps(tmp_path: Path) -> None:
    """A second name of a field and bytes of no field are told of the member."""
    record = np.zeros(
        (),
        np.dtype(
            {
                "names": ["a", "b"],
                "formats": ["<f4", "<f4"],
                "offsets": [0, 8],
                "itemsize": 16,
                "titles": ["A", None],
            }
        ),
    )
    path = tmp_path / "w.npz"
    path.write_bytes(zips.archive({"m.npy": zips.npy(record), "r.npy": zips.npy(np.zeros(3, [("a", "f4")]))}))
    report = winitgen.inspect(path)

    assert [
        GIVES.format(2),
        "a field of 'm' has a second name, 'A'",
        "no field covers 8 bytes of the record 'm'",
    ] == report["notes"]
    assert ["m.a", "m.b", "r"] == [row["name"] for row in report["tensors"]]


def test_more_fields_than_arrays_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a record is one row."""
    monkeypatch.setattr(reader, "MOST_TENSORS", 4)
    path = tmp_path / "w.npz"
    path.write_bytes(zips.archive({"n.npy": zips.npy(np.ones(2)), "m.npy": zips.npy(RECORD)}))

    assert [("n", None), ("m", "with its 4 fields, the archive has more than 250,000 arrays")] == [
        (row["name"], row["unread"]) for row in winitgen.inspect(path)["tensors"]
    ]
