"""NumPy: every version of the npy format, kinds of values, orders, and npz archives."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
from numpy.lib import format as npy

from tests.corpus.record import Record, Row, normals

RECORDS = "its values are records, which are not divided into numbers"
OBJECTS = "its values are Python objects, which are not read because they can run code"
TEXT = "its values are text, not numbers"
DATES = "its values are dates or times, not numbers"


def write(record: Record) -> None:
    """Write .npy and .npz files with ``numpy.save`` and its relatives."""
    _kinds(record)
    _versions(record)
    _unread(record)
    _orders(record)
    _archives(record)
    _ml_dtypes(record)


def _npy(record: Record, name: str, array: Any) -> None:
    np.save(record.path(name), array)
    record.gives(name, {"": np.load(record.path(name))})


def _kinds(record: Record) -> None:
    special = np.array([0.5, np.nan, np.inf, -np.inf, -0.0, 3], np.float32)
    _npy(record, "special.npy", special)
    for kind in ("f2", "f8", "g", "F", "D", "G", "i1", "u1", "i2", "u4", "i8", "u8", "?"):
        values = (normals(3, 4, 5) * 9).astype(kind if kind not in "FDG" else "f8")
        values = values + 1j * normals(4, 4, 5) if kind in "FDG" else values
        _npy(record, f"kind_{np.dtype(kind).name}.npy", values.astype(kind))
    _npy(record, "largest_int64.npy", np.array([2**63 - 1, -(2**63), 0]))
    _npy(record, "largest_uint64.npy", np.array([2**64 - 1, 1], np.uint64))
    _npy(record, "scalar.npy", np.float32(0.25))
    _npy(record, "empty.npy", np.zeros((3, 0, 2), np.float32))
    _npy(record, "only_nan.npy", np.full(3, np.nan))
    _npy(record, "many_axes.npy", normals(1, *([1, 2] * 12)))


def _versions(record: Record) -> None:
    values = normals(5, 3, 4)
    for version in ((1, 0), (2, 0), (3, 0)):
        name = f"version_{version[0]}.npy"
        with open(record.path(name), "wb") as file:
            npy.write_array(file, values, version)
        record.gives(name, {"": np.load(record.path(name))})


def _unread(record: Record) -> None:
    table = np.zeros(3, [("w", "<f4", (2, 2)), ("größe", "<i8")])
    cases: tuple[tuple[str, Any, str, str], ...] = (
        ("records.npy", table, "void192", RECORDS),
        ("text.npy", np.array(["fc1", "größe"]), "str160", TEXT),
        ("bytes.npy", np.array([b"ab", b"c"]), "bytes16", TEXT),
        ("dates.npy", np.array(["2020-01-01", "NaT"], "M8[D]"), "datetime64[D]", DATES),
        ("spans.npy", np.array([1, 2], "m8[s]"), "timedelta64[s]", DATES),
    )
    for name, array, kind, words in cases:
        np.save(record.path(name), array, allow_pickle=True)
        read = np.load(record.path(name), allow_pickle=True)
        record.gives(name, {}, [("", read.shape, kind, words)])

    np.save(record.path("objects.npy"), np.array([None, {"a": 1}], object), allow_pickle=True)
    record.refused("objects.npy", "holds Python objects, which are not read because they can run code")


def _orders(record: Record) -> None:
    values = normals(6, 5, 7, 3)
    _npy(record, "fortran.npy", np.asfortranarray(values))
    _npy(record, "big_endian.npy", values.astype(">f8"))
    _npy(record, "big_endian_fortran.npy", np.asfortranarray(values.astype(">i4")))
    _npy(record, "strided.npy", values[::2, ::-1])
    mapped = npy.open_memmap(record.path("memmap.npy"), mode="w+", dtype="f4", shape=(4, 2))
    mapped[:] = normals(2, 4, 2)
    mapped.flush()
    record.gives("memmap.npy", {"": np.load(record.path("memmap.npy"))})


def _npz(record: Record, name: str, *unread: Row) -> None:
    left = {row[0] for row in unread}
    with np.load(record.path(name), allow_pickle=True) as archive:
        record.gives(name, {key: archive[key] for key in archive.files if key not in left}, unread)


def _archives(record: Record) -> None:
    arrays: dict[str, Any] = {"w": normals(7, 8, 3), "b": np.zeros(3), "n": np.int64(7)}
    np.savez(record.path("plain.npz"), **arrays)
    _npz(record, "plain.npz")
    np.savez_compressed(record.path("deflated.npz"), **arrays, f=np.asfortranarray(normals(9, 4, 4)))
    _npz(record, "deflated.npz")
    np.savez(record.path("positional.npz"), normals(1, 2), normals(2, 3))
    _npz(record, "positional.npz")
    np.savez(record.path("empty.npz"))
    record.gives("empty.npz", {}, or_refused=("is a zip archive without a NumPy array",))
    mixed = {"w": normals(7, 8), "o": np.array(None), "t": np.array("adam"), "c": np.array([1j, 0, 2 - 1j])}
    np.savez(record.path("mixed.npz"), **mixed)
    _npz(record, "mixed.npz", ("o", [], "object", OBJECTS), ("t", [], "str128", TEXT))
    names = {"layers/0/kernel": normals(1, 3, 2), "größe": normals(2, 2), "a.b": normals(3, 1)}
    np.savez(record.path("names.npz"), **names)
    _npz(record, "names.npz")
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        _zipped(record, method)


def _zipped(record: Record, method: int) -> None:
    name = f"zip_method_{method}.npz"
    with zipfile.ZipFile(record.path(name), "w", method) as archive:
        member = io.BytesIO()
        np.save(member, normals(4, 6))
        archive.writestr("w.npy", member.getvalue())
    _npz(record, name)


MANY = "its values are of a format of ml_dtypes with a byte each, such as float8_e4m3fn or int4, and the file does not say of which"


def _ml_dtypes(record: Record) -> None:
    import ml_dtypes

    for kind in ("bfloat16", "float8_e4m3fn", "float8_e4m3b11fnuz", "float8_e5m2", "int4", "float4_e2m1fn"):
        if not hasattr(ml_dtypes, kind):
            continue
        values = (normals(8, 4, 4) * 2).astype(getattr(ml_dtypes, kind))
        np.save(record.path(f"{kind}.npy"), values)
        np.savez(record.path(f"{kind}.npz"), w=values, plain=normals(1, 2))
        if kind in {"bfloat16", "float8_e5m2"}:  # the only ones that are stored as <V2 and as <f1
            record.gives(f"{kind}.npy", {"": values})
            record.gives(f"{kind}.npz", {"w": values, "plain": normals(1, 2)})
        else:
            record.gives(f"{kind}.npy", {}, [("", values.shape, "void8", MANY)])
            record.gives(f"{kind}.npz", {"plain": normals(1, 2)}, [("w", values.shape, "void8", MANY)])
