"""h5py: kinds of values, layouts, filters, links, attributes and versions of the file format."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np

from tests.corpus.hdf5 import hdf5_arrays
from tests.corpus.record import Record, normals

RECORDS = "its values are records, which are not divided into numbers"


def write(record: Record) -> None:
    """Write HDF5 files in every way that h5py has."""
    _kinds(record)
    _layouts(record)
    _filters(record)
    _versions(record)
    _links(record)
    _unread(record)
    _outside(record)
    _sparse(record)


def _gives(record: Record, name: str) -> None:
    record.gives(name, hdf5_arrays(record.path(name)))


def _kinds(record: Record) -> None:
    with h5py.File(record.path("kinds.h5"), "w") as file:
        for kind in (
            "f2",
            "f4",
            "f8",
            "g",
            ">f4",
            ">f8",
            "F",
            "D",
            "i1",
            "u1",
            ">i2",
            "i4",
            "u4",
            "i8",
            ">u8",
            "?",
        ):
            values = (normals(3, 4, 5) * 9).astype("f8")
            dtype = np.dtype(kind)
            whole = values + 1j * normals(4, 4, 5) if dtype.kind == "c" else values
            with np.errstate(invalid="ignore"):
                file[f"{dtype.str.replace('<', 'little').replace('>', 'big').replace('|', 'one')}"] = (
                    whole.astype(dtype)
                )
    _gives(record, "kinds.h5")
    with h5py.File(record.path("shapes.h5"), "w") as file:
        file["scalar"] = np.float32(0.5)
        file["empty"] = np.zeros((0, 3), "f4")
        file["nan"] = np.array([np.nan, np.inf, 1, 0, -0.0])
        file["deep/er/and/deeper"] = normals(2, 3, 2, 2)
        file["größe"] = normals(2, 3)
        file.create_group("nothing")
    _gives(record, "shapes.h5")
    with h5py.File(record.path("null.h5"), "w") as file:
        file["null"] = h5py.Empty("f4")
        file["w"] = normals(4, 2)
    record.gives("null.h5", {"w": normals(4, 2)}, [("null", None, "float32", "")])


def _layouts(record: Record) -> None:
    values = normals(11, 40, 30)
    with h5py.File(record.path("layouts.h5"), "w") as file:
        file.create_dataset("contiguous", data=values)
        file.create_dataset("chunked", data=values, chunks=(7, 11))
        file.create_dataset("growing", data=values, chunks=(16, 16), maxshape=(None, None))
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple((5, 3))
        made = h5py.h5d.create(file.id, b"compact", h5py.h5t.IEEE_F32LE, space, compact)
        made.write(h5py.h5s.ALL, h5py.h5s.ALL, normals(1, 5, 3))
    _gives(record, "layouts.h5")


def _filters(record: Record) -> None:
    values = normals(12, 50, 20)
    ways: dict[str, dict[str, Any]] = {
        "gzip": {"compression": "gzip", "compression_opts": 9},
        "lzf": {"compression": "lzf"},
        "shuffle_gzip": {"compression": "gzip", "shuffle": True},
        "fletcher": {"fletcher32": True},
        "all": {"compression": "gzip", "shuffle": True, "fletcher32": True},
    }
    for name, way in ways.items():
        with h5py.File(record.path(f"filter_{name}.h5"), "w") as file:
            file.create_dataset("w", data=values, chunks=(9, 8), **way)
        _gives(record, f"filter_{name}.h5")
    with h5py.File(record.path("filter_scaleoffset.h5"), "w") as file:
        file.create_dataset("whole", data=np.arange(300).reshape(20, 15), chunks=(5, 5), scaleoffset=0)
        file.create_dataset("digits", data=values, chunks=(5, 5), scaleoffset=3)
    _gives(record, "filter_scaleoffset.h5")
    with h5py.File(record.path("filter_unknown.h5"), "w") as file:
        file["w"] = values
        file.create_dataset("x", data=values, chunks=(9, 8), compression="gzip")
    _gives(record, "filter_unknown.h5")


def _versions(record: Record) -> None:
    for low, high in (("earliest", "earliest"), ("v108", "v108"), ("v110", "v110"), ("latest", "latest")):
        name = f"libver_{low}.h5"
        try:
            file = h5py.File(record.path(name), "w", libver=(low, high), track_order=True)
        except ValueError:  # the earliest may not be the last
            file = h5py.File(record.path(name), "w", libver=(low, "v108"))
        with file:
            file["b"] = normals(1, 3)
            file.create_dataset(
                "a/w", data=normals(2, 30, 20), chunks=(8, 8), maxshape=(None, 20), compression="gzip"
            )
            file.create_dataset("one_chunk", data=normals(3, 6, 5), chunks=(6, 5), shuffle=True)
            file.create_dataset(
                "two_unlimited", data=normals(4, 20, 20), chunks=(6, 6), maxshape=(None, None)
            )
            file["a"].attrs["note"] = "x" * 100
        _gives(record, name)
    with h5py.File(record.path("user_block.h5"), "w", userblock_size=1024) as file:
        file["w"] = normals(3, 9)
    with open(record.path("user_block.h5"), "r+b") as raw:
        raw.write(b"free text before the file")
    _gives(record, "user_block.h5")
    with h5py.File(record.path("pages.h5"), "w", fs_strategy="page", fs_page_size=4096) as file:
        file["w"] = normals(5, 9)
    _gives(record, "pages.h5")
    with h5py.File(record.path("many.h5"), "w", libver="latest") as file:
        for index in range(40):
            file[f"layers/{index}/kernel"] = normals(index, 2, 2)
    _gives(record, "many.h5")


def _links(record: Record) -> None:
    with h5py.File(record.path("links.h5"), "w") as file:
        file["first/w"] = normals(8, 3, 2)
        file["second"] = file["first/w"]
        file["soft"] = h5py.SoftLink("/first/w")
        file["dangling"] = h5py.SoftLink("/nowhere")
        file["away"] = h5py.ExternalLink("other.h5", "/w")
        file["circle/back"] = file["/"]
        file["type"] = np.dtype("f4")
    values = normals(8, 3, 2)
    record.gives("links.h5", {"first/w": values, "second": values}, notes=("soft", "dangling", "away"))


def _unread(record: Record) -> None:
    colours = h5py.enum_dtype({"RED": 0, "BLUE": 7}, basetype="i1")
    with h5py.File(record.path("unread.h5"), "w") as file:
        file["w"] = normals(1, 4)
        file["text"] = "adam"
        file["texts"] = np.array(["a", "bc"], h5py.string_dtype())
        file["fixed"] = np.array([b"ab", b"c"])
        file.create_dataset("ragged", (2,), h5py.vlen_dtype("f4"))[:] = [np.ones(2, "f4"), np.ones(3, "f4")]
        file.create_dataset("reference", (1,), h5py.ref_dtype)[0] = file["w"].ref
        file["records"] = np.zeros(2, [("x", "f4"), ("y", "i8")])
        file["opaque"] = np.array([b"abc", b"def"], "V3")
        file["dates"] = np.array([1, 2], "M8[s]").astype(h5py.opaque_dtype("M8[s]"))
        file.create_dataset("colour", data=np.array([0, 7], "i1"), dtype=colours)
        file.create_dataset("arrays", (2,), np.dtype(("f4", (3,))))
    record.gives("unread.h5", {"w": normals(1, 4), "colour": np.array([0, 7], "i1")}, UNREAD)


TEXT = "its values are text, not numbers"
RAGGED = "its values are references, or lists of different lengths"
UNREAD = (
    ("text", [], "object", TEXT),
    ("texts", [2], "object", TEXT),
    ("fixed", [2], "bytes16", TEXT),
    ("ragged", [2], "object", RAGGED),
    ("reference", [1], "object", RAGGED),
    ("records", [2], "void96", RECORDS),
    ("opaque", [2], "void24", "its values are 3 bytes each, of no number format that the file names"),
    ("dates", [2], "datetime64[s]", "its values are dates or times, not numbers"),
    ("arrays", [2], "void96", "its values are arrays themselves, which are not divided into numbers"),
)


def _outside(record: Record) -> None:
    with h5py.File(record.path("external.h5"), "w") as file:
        file["w"] = normals(1, 4)
        file.create_dataset("outside", (3,), "f4", external=[("external.raw", 0, 12)])
    record.gives(
        "external.h5", {"w": normals(1, 4)}, [("outside", [3], "float32", "its values are in another file")]
    )
    with h5py.File(record.path("source.h5"), "w") as file:
        file["w"] = normals(2, 6)
    layout = h5py.VirtualLayout((6,), "f4")
    layout[:] = h5py.VirtualSource("source.h5", "w", (6,))
    with h5py.File(record.path("virtual.h5"), "w") as file:
        file["w"] = normals(1, 4)
        file.create_virtual_dataset("away", layout)
    record.gives(
        "virtual.h5",
        {"w": normals(1, 4)},
        [
            (
                "away",
                [6],
                "float32",
                "it is a virtual dataset, whose values are those of other datasets or files",
            )
        ],
    )


def _sparse(record: Record) -> None:
    with h5py.File(record.path("unset.h5"), "w") as file:
        file.create_dataset("nothing", (20, 10), "f4")
        file.create_dataset("filled", (20, 10), "f4", fillvalue=1.5)
        some = file.create_dataset("some", (20, 10), "f8", chunks=(6, 6), fillvalue=-2, compression="gzip")
        some[3:5, 2:9] = 4
    _gives(record, "unset.h5")
