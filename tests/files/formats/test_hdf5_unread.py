"""Datasets that are not read: each is listed with the reason, and hides no other."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import ml_dtypes
import numpy as np
import pytest
from h5py import h5d, h5p, h5s, h5t, h5z

import winitgen

SPEC: dict[str, Any] = {
    "input": 3,
    "layers": [{"name": "fc", "type": "dense", "units": 2, "activation": "relu"}],
}
GOOD = np.array([1.5, 2.5], "f4")


@pytest.fixture(autouse=True)
def _no_hdf5plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the package out, if it is installed here."""
    monkeypatch.setitem(sys.modules, "hdf5plugin", None)


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a file with a good dataset, and with whatever ``fill`` adds."""

    def make(fill: Callable[[Any], object]) -> Path:
        with h5py.File(tmp_path / "w.h5", "w") as file:
            file["good"] = GOOD
            fill(file)
        return tmp_path / "w.h5"

    return make


def reasons(path: Path) -> dict[str, Any]:
    """Return why each dataset was not read, and check that the good one was."""
    found = {row["name"]: row for row in winitgen.inspect(path)["tensors"]}
    assert (2.0, None) == (found["good"]["statistics"]["mean"], found.pop("good")["unread"])
    assert [2.0] == [
        row["statistics"]["mean"] for row in winitgen.inspect(path, tensor="good", header=False)["tensors"]
    ]
    assert all(row["statistics"] is None for row in found.values() if row["unread"])
    return {name: row["unread"] for name, row in found.items()}


def filtered(file: Any, name: str, number: int, chunks: dict[int, tuple[bytes, int]]) -> None:
    """Add eight numbers in two chunks through one filter, which need not exist; of each chunk its bytes and mask."""
    creation = h5p.create(h5p.DATASET_CREATE)
    creation.set_chunk((4,))
    creation.set_filter(number, h5z.FLAG_OPTIONAL, ())
    dataset = h5d.create(file.id, name.encode(), h5t.IEEE_F32LE, h5s.create_simple((8,)), dcpl=creation)
    for start, (content, mask) in chunks.items():
        dataset.write_direct_chunk((start,), content, mask)


FOUR = np.arange(4, dtype="f4").tobytes()


def test_filters_that_are_missing(made: Callable[..., Path]) -> None:
    """The filter is named with its number, and hdf5plugin if that has it; chunks that skipped it are read."""

    def fill(file: Any) -> None:
        filtered(file, "zstd", 32015, {0: (b"?", 0)})
        filtered(file, "blosc", 32001, {0: (FOUR, 1), 4: (b"?", 0)})
        filtered(file, "unknown", 511, {0: (b"?", 0)})
        filtered(file, "skipped", 32015, {0: (FOUR, 1), 4: (FOUR, 1)})
        filtered(file, "empty", 32015, {})

    path = made(fill)
    what = "it is compressed by the filter {}, which this HDF5 library lacks"
    assert {
        "zstd": f"{what.format('zstd (32015)')}; the package hdf5plugin brings it",
        "blosc": f"{what.format('blosc (32001)')}; the package hdf5plugin brings it",
        "unknown": what.format("of an unknown name (511)"),
        "skipped": None,
        "empty": None,
    } == reasons(path)
    means = {row["name"]: row["statistics"] for row in winitgen.inspect(path)["tensors"]}
    assert (1.5, 0.0) == (means["skipped"]["mean"], means["empty"]["mean"])


PLUGIN = '''
"""A filter that turns every bit around, as a package that registers its filters when it is imported."""
import ctypes
from h5py import h5z

FILTER = ctypes.CFUNCTYPE(
    ctypes.c_size_t, ctypes.c_uint, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t,
    ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p),
)

class Class2(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_int), ("id", ctypes.c_int), ("encoder", ctypes.c_uint), ("decoder", ctypes.c_uint),
        ("name", ctypes.c_char_p), ("can_apply", ctypes.c_void_p), ("set_local", ctypes.c_void_p), ("filter", FILTER),
    ]

@FILTER
def turned(flags, count, values, nbytes, size, buffer):
    content = (ctypes.c_ubyte * nbytes).from_address(buffer[0])
    for index in range(nbytes):
        content[index] ^= 255
    return nbytes

KEPT = Class2(1, 32015, 1, 1, b"turned", None, None, turned)
h5z.register_filter(ctypes.addressof(KEPT))
'''

INSPECT = """
import json, sys
import winitgen
report = winitgen.inspect(sys.argv[1])
rows = {row["name"]: [row["unread"], (row["statistics"] or {}).get("mean")] for row in report["tensors"]}
print(json.dumps([rows, "hdf5plugin" in sys.modules]))
"""


@pytest.mark.parametrize("missing", [True, False])
def test_hdf5plugin_where_it_is_installed(missing: bool, made: Callable[..., Path], tmp_path: Path) -> None:
    """Its filters are used, in the process that reads the file alone, and only for a file that needs them."""
    packed = bytes(byte ^ 255 for byte in FOUR)
    path = made(
        lambda file: filtered(file, "w", 32015, {0: (packed, 0), 4: (packed, 0)}) if missing else None
    )
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "hdf5plugin.py").write_text(PLUGIN if missing else "raise SystemExit(9)")
    run = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(folder)!r})\n{INSPECT}", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    rows, imported = json.loads(run.stdout)

    wanted = {"good": [None, 2.0], "w": [None, 1.5]} if missing else {"good": [None, 2.0]}
    assert wanted == rows
    assert not imported or sys.platform == "win32"


@pytest.mark.parametrize(
    "text", ["raise ImportError('no')", "raise OSError('no library')", "raise RuntimeError"]
)
def test_an_hdf5plugin_that_cannot_be_imported(text: str, made: Callable[..., Path], tmp_path: Path) -> None:
    """Its filters are missing then, and nothing else is."""
    path = made(lambda file: filtered(file, "w", 32015, {0: (b"?", 0)}))
    (tmp_path / "hdf5plugin.py").write_text(text)
    run = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{INSPECT}", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    rows, _ = json.loads(run.stdout)

    assert [None, 2.0] == rows["good"]
    assert rows["w"][0].startswith("it is compressed by the filter zstd (32015)")


def test_null_dataspaces(made: Callable[..., Path]) -> None:
    """They have no shape and no values, and no file has more values for them; they never stand for a scalar."""
    path = made(lambda file: file.create_dataset("fc/bias", data=h5py.Empty("f4")))
    report = winitgen.inspect(path)
    (row,) = [row for row in report["tensors"] if row["name"] == "fc/bias"]

    assert (None, 0, 0, "float32") == tuple(row[key] for key in ("shape", "elements", "bytes", "dtype"))
    assert {"fc/bias": "it has no values, as its dataspace is null"} == reasons(path)
    assert {"tensors": 2, "elements": 2, "bytes": 8} == report["totals"]
    assert winitgen.diff(path, path)["equal"]
    scalar = {"layers": [{"name": "fc", "type": "param", "shape": [], "init": {"scheme": "zeros"}}]}
    with h5py.File(path, "w") as file:
        file["fc"] = h5py.Empty("f4")
    with pytest.raises(winitgen.DiffersError) as caught:
        winitgen.verify(path, scalar)
    assert f"{path}: fc has no shape, not []" == str(caught.value)


def test_kinds_of_values(made: Callable[..., Path]) -> None:
    """Text, lists, references, records, opaque values and HDF5's own types are named as what they are."""

    def fill(file: Any) -> None:
        file["text"] = ["a", "bc"]
        file["fixed"] = np.array([b"a", b"bc"])
        file.create_dataset("lists", (2,), h5py.vlen_dtype("i4"))
        file.create_dataset("references", (1,), h5py.ref_dtype)
        file["records"] = np.zeros(3, [("x", "f4"), ("y", "i4")])
        file.create_dataset("texts", (2,), [("x", "f4"), ("t", h5py.string_dtype())])
        file.create_dataset("rows", (2,), np.dtype(("f4", (3,))))
        file["opaque"] = np.zeros(3, "V5")
        file["two"] = np.zeros(3, "V2")
        h5d.create(file.id, b"time", h5t.UNIX_D32LE, h5s.create_simple((3,)))
        kind = h5t.IEEE_F32LE.copy()
        kind.set_ebias(100)
        h5d.create(file.id, b"odd", kind, h5s.create_simple((3,)))

    path = made(fill)
    assert {
        "text": "its values are text, not numbers",
        "fixed": "its values are text, not numbers",
        "lists": "its values are references, or lists of different lengths",
        "references": "its values are references, or lists of different lengths",
        "records": "its values are records, which are not divided into numbers: x float32, y int32",
        "texts": "its values are records with text, references or lists, which are not divided into numbers",
        "rows": "its values are arrays themselves, which are not divided into numbers",
        "opaque": "its values are 5 bytes each, of no number format that the file names",
        "two": "its values are 2 bytes each, of no number format that the file names, perhaps bfloat16",
        "time": "h5py has no number format for its values",
        "odd": "its bits are not placed as NumPy places them",
    } == reasons(path)
    rows = {row["name"]: row for row in winitgen.inspect(path)["tensors"]}
    assert ("void64", 24) == (rows["records"]["dtype"], rows["records"]["bytes"])
    assert ("void40", 15) == (rows["opaque"]["dtype"], rows["opaque"]["bytes"])
    assert ("a number format of HDF5's own", [3]) == (rows["time"]["dtype"], rows["time"]["shape"])


def test_a_chunk_that_cannot_be_unpacked(made: Callable[..., Path]) -> None:
    """The values of one dataset are damaged, and the figures of the others are shown; ``diff`` refuses."""

    def fill(file: Any) -> None:
        for name in ("bad", "worse"):
            dataset = file.create_dataset(name, (1000,), "f4", chunks=(1000,), compression="gzip")
            dataset.id.write_direct_chunk((0,), b"no deflated bytes")
        file.create_dataset("fine", data=GOOD, chunks=(1,), compression="gzip")

    path = made(fill)
    why = "it is damaged, so that the HDF5 library cannot read its values"
    assert {"bad": why, "worse": why, "fine": None} == reasons(path)
    with pytest.raises(winitgen.UnreadableError) as caught:
        winitgen.diff(path, path)
    assert f"{path}: the HDF5 library cannot read the values of 'bad'; they are damaged" == str(caught.value)


def test_what_verify_says_of_a_tensor_that_is_not_read(tmp_path: Path) -> None:
    """A planned tensor behind a missing filter differs, by name and reason, with and without statistics."""
    path = tmp_path / "w.h5"
    winitgen.write(SPEC, path)
    with h5py.File(path, "r+") as file:
        del file["fc/weight"]
        creation = h5p.create(h5p.DATASET_CREATE)
        creation.set_chunk((2, 3))
        creation.set_filter(32015, h5z.FLAG_OPTIONAL, ())
        dataset = h5d.create(file.id, b"fc/weight", h5t.IEEE_F32LE, h5s.create_simple((2, 3)), dcpl=creation)
        dataset.write_direct_chunk((0, 0), b"?", 0)
    why = "it is compressed by the filter zstd (32015), which this HDF5 library lacks; the package hdf5plugin brings it"
    with pytest.raises(winitgen.DiffersError) as caught:
        winitgen.verify(path)
    report = winitgen.verify(path, SPEC, statistics=True)

    assert f"{path}: fc.weight was not read: {why}" == str(caught.value)
    assert "differs" == report["verdict"]
    assert [f"its values were not read: {why}"] == next(row["why"] for row in report["tensors"] if row["why"])


@pytest.mark.parametrize("chunks", [None, (2, 2)])
@pytest.mark.parametrize("dtype", ["bfloat16", "float8_e4m3fn"])
def test_opaque_values_whose_format_an_attribute_names(
    dtype: str, chunks: Any, made: Callable[..., Path]
) -> None:
    """Keras stores bfloat16 so: the bits are read as what the attribute says, in place, in chunks, and as fill value."""
    values = np.array([[0.5, -1, 3], [2, 0, 8], [1, 1, 1]]).astype(getattr(ml_dtypes, dtype))
    void = f"V{values.itemsize}"

    def fill(file: Any) -> None:
        file.create_dataset("w", data=values.view(void), chunks=chunks, compression=chunks and "gzip")
        file.create_dataset("none", (4,), void, chunks=(2,))
        file["other"] = values.view(void)
        for name, text in {"w": dtype, "none": dtype, "other": "float64"}.items():
            file[name].attrs["dtype"] = text

    found = {row["name"]: row for row in winitgen.inspect(made(fill))["tensors"]}
    assert [dtype, dtype, f"void{8 * values.itemsize}"] == [
        found[name]["dtype"] for name in ("w", "none", "other")
    ]
    assert (1.722222, 0.0) == (found["w"]["statistics"]["mean"], found["none"]["statistics"]["mean"])
    assert found["other"]["statistics"] is None


def test_a_damaged_attribute(made: Callable[..., Path]) -> None:
    """The text that says what opaque values are cannot be read: they are not read either, and the others are."""

    def fill(file: Any) -> None:
        file["w"] = np.zeros(3, "V2")
        file["w"].attrs["dtype"] = "bfloat16"

    path = made(fill)
    assert {"w": None} == reasons(path)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"GCOL", b"GCOX"))
    assert content != path.read_bytes()
    with h5py.File(path) as file:
        assert ["good", "w"] == list(file)

    why = "its values are 2 bytes each, of no number format that the file names, perhaps bfloat16"
    assert {"w": why} == reasons(path)
    assert ["the attribute 'dtype' of 'w' was not read"] == winitgen.inspect(path)["notes"]


def test_bytes_of_the_header(made: Callable[..., Path]) -> None:
    """They are what is left of the file without the values as stored: compressed, external, or under two names."""
    noise = np.random.default_rng(0).integers(0, 9, 4096)

    def fill(file: Any) -> None:
        file.create_dataset("packed", data=noise, compression="gzip")
        file["packed_again"], file["again"] = file["packed"], file["good"]
        file.create_dataset("outside", (4096,), "f4", external=[("raw", 0, 4096 * 4)])

    path = made(fill)
    with h5py.File(path) as file:
        stored = file["packed"].id.get_storage_size() + 8
    facts = winitgen.inspect(path)["facts"]

    assert 0 < stored < 4096 * 8
    assert path.stat().st_size - stored == facts["header_bytes"]


def test_links_are_named(made: Callable[..., Path]) -> None:
    """Soft and external links are named with where they lead, and none is followed."""

    def fill(file: Any) -> None:
        file["soft"] = h5py.SoftLink("/good")
        file["nowhere"] = h5py.SoftLink("/nothing")
        file["outside"] = h5py.ExternalLink("other.h5", "/w")

    path = made(fill)
    assert {} == reasons(path)
    assert [
        "'nowhere' is a link to '/nothing', which h5py follows",
        "'outside' is a link to '/w' in 'other.h5', which h5py follows",
        "'soft' is a link to '/good', which h5py follows",
    ] == winitgen.inspect(path)["notes"]
