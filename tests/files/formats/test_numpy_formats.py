"""Number formats that a header of NumPy's does not name, arrays in a row, and members that ``numpy.load`` would refuse."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import winitgen
from winitgen.errors import UnreadableError

VALUES = np.array([[0.5, -1.0, 3.0], [2.0, 0.0, 8.0]])
SPEC: dict[str, Any] = {
    "dtype": "bfloat16",
    "input": 3,
    "layers": [{"name": "a", "type": "dense", "units": 2, "use_bias": False}],
}


def written(array: Any, **options: Any) -> bytes:
    """Return an array as ``numpy.save`` writes it."""
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asanyarray(array), **options)
    return file.getvalue()


def archive(path: Path, compression: int = zipfile.ZIP_STORED, **members: bytes) -> Path:
    """Write members into an archive."""
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in members.items():
            file.writestr(f"{name}.npy", content)
    return path


def rows(path: Path) -> list[tuple[str, str, Any, Any, Any]]:
    """Return name, format, shape, mean and why it was not read of each array."""
    return [
        (row["name"], row["dtype"], row["shape"], (row["statistics"] or {}).get("mean"), row["unread"])
        for row in winitgen.inspect(path)["tensors"]
    ]


@pytest.mark.parametrize("name", ["bfloat16", "float8_e5m2"])
@pytest.mark.parametrize("fortran", [False, True])
def test_formats_of_ml_dtypes_that_have_a_name_of_their_own(name: str, fortran: bool, tmp_path: Path) -> None:
    """``<V2`` is bfloat16 and ``<f1`` is float8_e5m2, in an npy file, a stored and a deflated member."""
    values = VALUES.astype(getattr(ml_dtypes, name))
    content = written(np.asfortranarray(values) if fortran else values)
    (tmp_path / "w.npy").write_bytes(content)
    for number, compression in enumerate((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)):
        path = archive(tmp_path / f"{number}.npz", compression, g=written(VALUES), x=content)
        assert [("g", "float64", [2, 3], 2.083333, None), ("x", name, [2, 3], 2.083333, None)] == rows(path)
        first = winitgen.inspect(path, tensor="x")["tensors"][0]["first"]
        assert VALUES.ravel().tolist() == first

    assert [("", name, [2, 3], 2.083333, None)] == rows(tmp_path / "w.npy")


def test_what_numpy_makes_of_them(tmp_path: Path) -> None:
    """bfloat16 comes back as bytes, which is a note; float8_e5m2 is refused, which ``verify`` does not pass."""
    spec = {**SPEC, "dtype": "float8_e5m2"}
    notes = [
        "numpy.load gives 'a.weight' as bytes of no number format: only ml_dtypes has a name for bfloat16",
        "numpy.load refuses 'a.weight': only ml_dtypes has a name for float8_e5m2",
    ]
    paths = [
        archive(tmp_path / f"{index}.npz", **{"a.weight": written(winitgen.generate(one)["a.weight"])})
        for index, one in enumerate((SPEC, spec))
    ]

    assert np.dtype("V2") == np.load(paths[0])["a.weight"].dtype
    with pytest.raises(ValueError, match="<f1"):
        np.load(paths[1])["a.weight"]
    assert notes[0] in winitgen.verify(paths[0], SPEC)["notes"]
    with pytest.raises(winitgen.DiffersError) as caught:
        winitgen.verify(paths[1], spec)
    assert [f"{paths[1]}: {notes[1]}"] == [str(one) for one in caught.value.mistakes][:1]


@pytest.mark.parametrize(
    ("array", "dtype", "why"),
    [
        (VALUES.astype(ml_dtypes.float8_e4m3fn), "void8",
         "its values are of a format of ml_dtypes with a byte each, such as float8_e4m3fn or int4, and the file does not say of which"),
        (np.zeros((2, 3), "V2"), "void16",
         "its values are 2 bytes each, of no number format that the file names, perhaps bfloat16"),
        (np.zeros((2, 3), "V1"), "void8", "its values are 1 byte each, of no number format that the file names"),
        (np.zeros((2, 3), [("x", "f4"), ("y", "i8", (2,))]), "void160",
         "its values are records, which are not divided into numbers: x float32, y int64"),
        (np.zeros((2, 3), [(letter, "f4") for letter in "abcdef"]), "void192",
         "its values are records, which are not divided into numbers: a float32, b float32, c float32, d float32 and 2 more"),
        (np.full((2, 3), "ab"), "str64", "its values are text, not numbers"),
        (np.full((2, 3), b"ab"), "bytes16", "its values are text, not numbers"),
        (np.zeros((2, 3), "M8[D]"), "datetime64[D]", "its values are dates or times, not numbers"),
        (np.zeros((2, 3), "m8[s]"), "timedelta64[s]", "its values are dates or times, not numbers"),
    ],
    ids=range(9),
)  # fmt: skip
def test_values_that_are_not_read(array: Any, dtype: str, why: str, tmp_path: Path) -> None:
    """They are named in one way in an npy file and in an archive, with the reason; the array beside them is read."""
    (tmp_path / "w.npy").write_bytes(written(array))
    path = archive(tmp_path / "w.npz", x=written(array), g=written(VALUES))

    assert [("", dtype, [2, 3], None, why)] == rows(tmp_path / "w.npy")
    assert [("x", dtype, [2, 3], None, why), ("g", "float64", [2, 3], 2.083333, None)] == rows(path)


def test_objects(tmp_path: Path) -> None:
    """A member of Python objects is listed, never unpickled, and hides no other; a lone file of them is refused."""
    content = written(np.array([None, {"a": 1}]), allow_pickle=True)
    why = "its values are Python objects, which are not read because they can run code"
    for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        path = archive(tmp_path / "w.npz", compression, comment=content, w=written(VALUES))
        assert [("comment", "object", [2], None, why), ("w", "float64", [2, 3], 2.083333, None)] == rows(path)
        assert 2.083333 == winitgen.inspect(path, tensor="w")["tensors"][0]["statistics"]["mean"]
        with pytest.raises(UnreadableError, match=f"the values of 'comment' cannot be read: {why}"):
            winitgen.inspect(path, digest=True)
    (tmp_path / "w.npy").write_bytes(content)

    with pytest.raises(UnreadableError) as caught:
        winitgen.inspect(tmp_path / "w.npy")
    assert f"{tmp_path}/w.npy holds Python objects, which are not read because they can run code" == str(
        caught.value
    )


def test_an_object_in_place_of_a_tensor(tmp_path: Path) -> None:
    """``verify`` and ``--statistics`` say that it was not read, and do not call it equal."""
    array = np.empty((2, 3), object)
    spec = {**SPEC, "dtype": "float32"}
    path = archive(tmp_path / "w.npz", **{"a.weight": written(array, allow_pickle=True)})
    with pytest.raises(winitgen.DiffersError) as caught:
        winitgen.verify(path, spec)
    report = winitgen.verify(path, spec, statistics=True)

    assert f"{path}: a.weight is object, not float32" == str(caught.value)
    why = "its values were not read: its values are Python objects, which are not read because they can run code"
    assert ("differs", ["dtype is object, planned float32", why]) == (
        report["verdict"],
        report["tensors"][0]["why"],
    )


@pytest.mark.parametrize("count", [2, 5])
def test_arrays_in_a_row(count: int, tmp_path: Path) -> None:
    """Equinox writes an npy file for each array into one file: all are listed, and ``numpy.load`` sees the first."""
    path = tmp_path / "model.eqx"
    path.write_bytes(b"".join(written(np.full((number + 1, 2), number, "f4")) for number in range(count)))
    report = winitgen.inspect(path)

    assert [(str(number), [number + 1, 2], float(number)) for number in range(count)] == [
        (row["name"], row["shape"], row["statistics"]["mean"]) for row in report["tensors"]
    ]
    assert [
        f"it is a row of {count} arrays, as Equinox writes them (.eqx), of which numpy.load reads only the first"
    ] == report["notes"]
    assert path.stat().st_size == report["facts"]["header_bytes"] + report["totals"]["bytes"]


@pytest.mark.parametrize("behind", [b"more", b"\x93NUMPY\1\0", written(np.float64(1))[:-1]], ids=range(3))
def test_bytes_behind_an_array(behind: bytes, tmp_path: Path) -> None:
    """``numpy.load`` reads the array and not what follows; it is listed, and ``verify`` tells of what follows."""
    spec = {**SPEC, "dtype": "float32"}
    content = written(winitgen.generate(spec)["a.weight"])
    (tmp_path / "w.npy").write_bytes(content + behind)
    archive(tmp_path / "w.npz", **{"a.weight": content + behind})
    note = f"{len(behind)} bytes stand behind its array, which numpy.load does not read"

    assert (2, 3) == np.load(tmp_path / "w.npy").shape
    assert [note] == winitgen.inspect(tmp_path / "w.npy")["notes"]
    inside = f"{len(behind)} bytes stand behind the values of 'a.weight', which numpy.load does not read"
    for name, text in {"w.npy": note, "w.npz": inside}.items():
        with pytest.raises(winitgen.DiffersError) as caught:
            winitgen.verify(tmp_path / name, spec)
        assert f"{tmp_path}/{name}: {text}" == str(caught.value.mistakes[0])


def test_numbers_of_python_2(tmp_path: Path) -> None:
    """Python 2 wrote an L behind long numbers, which NumPy drops."""
    content = written(VALUES).replace(b"(2, 3), }", b"(2L, 3L), }").replace(b"    \n", b"  \n")
    assert content != written(VALUES)
    (tmp_path / "w.npy").write_bytes(content)
    with pytest.warns(UserWarning, match="Python 2"):
        np.testing.assert_array_equal(VALUES, np.load(tmp_path / "w.npy"))

    assert [("", "float64", [2, 3], 2.083333, None)] == rows(tmp_path / "w.npy")


def test_names_with_the_l_of_python_2(tmp_path: Path) -> None:
    """An L in a name is one, and stays; only that behind a number goes."""
    shapes = "{'descr': [('1L.a', '<f4', (3L, 1)), ('2L', '<f4', (0x1L, 3 L))], 'fortran_order': False, 'shape': (), }"
    header = shapes.ljust(117) + "\n"
    path = tmp_path / "w.npy"
    path.write_bytes(b"\x93NUMPY\1\0" + bytes([len(header), 0]) + header.encode() + bytes(24))
    with pytest.warns(UserWarning, match="Python 2"):
        assert ("1L.a", "2L") == np.load(path).dtype.names

    assert [("1L.a", "float32", [3, 1], 0, None), ("2L", "float32", [1, 3], 0, None)] == rows(path)


def test_one_name_twice(tmp_path: Path) -> None:
    """The array that ``numpy.load`` gives is listed, and that there is another is told."""
    path = tmp_path / "w.npz"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("w.npy", written(np.full(3, 7.0)))
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("w.npy", written(VALUES))

    np.testing.assert_array_equal(VALUES, np.load(path)["w"])
    assert [("w", "float64", [2, 3], 2.083333, None)] == rows(path)
    assert ["it has two members 'w.npy'", "it holds 'w' twice"] == winitgen.inspect(path)["notes"]


@pytest.mark.parametrize("at", [0, 60])
def test_a_stream_that_is_damaged_from_its_beginning(at: int, tmp_path: Path) -> None:
    """Not even the header of such a member is known; the others are."""
    path = archive(tmp_path / "w.npz", zipfile.ZIP_DEFLATED, a=written(VALUES), b=written(VALUES))
    content = bytearray(path.read_bytes())
    begin = content.rindex(b"PK\3\4") + 30 + len("b.npy")
    content[begin + at : begin + at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    with pytest.raises((zipfile.BadZipFile, zlib.error)):
        np.load(path)["b"]
    a, b = winitgen.inspect(path)["tensors"]

    assert (2.083333, None) == (a["statistics"]["mean"], a["unread"])
    assert ("unknown", None, 0) == (b["dtype"], b["shape"], b["elements"])
    assert "it is damaged: zipfile cannot open it" == b["unread"]


def test_a_damaged_stream(tmp_path: Path) -> None:
    """A deflated member whose bytes were changed is named; the others keep their figures, whichever is read first."""
    noise = np.random.default_rng(2).standard_normal(3000)
    path = archive(
        tmp_path / "w.npz", zipfile.ZIP_DEFLATED, a=written(VALUES), b=written(noise), c=written(VALUES)
    )
    content = bytearray(path.read_bytes())
    content[content.index(b"b.npy") + 9000] ^= 0x55
    path.write_bytes(content)
    why = "it is damaged, so that its values cannot be unpacked"

    with pytest.raises(zipfile.BadZipFile):
        np.load(path)["b"]
    assert [
        ("a", "float64", [2, 3], 2.083333, None),
        ("b", "float64", [3000], None, why),
        ("c", "float64", [2, 3], 2.083333, None),
    ] == rows(path)
    with pytest.raises(UnreadableError, match="is a damaged npz file: 'b' cannot be unpacked"):
        winitgen.diff(path, path)
