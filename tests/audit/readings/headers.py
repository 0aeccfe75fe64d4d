"""Safetensors files and npy files with more than one reading."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def packed(header: str | bytes, values: bytes) -> bytes:
    """Return a safetensors file."""
    text = header.encode() if isinstance(header, str) else header
    return len(text).to_bytes(8, "little") + text + values


def parted(path: Path) -> tuple[dict[str, Any], bytes]:
    """Return the header and the values of a safetensors file."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def safetensors_readings(good: Path, other: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield safetensors files that say two things, or that only look as if they did."""
    header, values = parted(good)
    names = [name for name in header if name != "__metadata__"]
    size = len(values)
    text = json.dumps(header)
    yield "other spaces", packed(text + " " * 9, values)
    yield "other order", packed(json.dumps(dict(reversed(header.items()))), values)
    yield "bytes behind", packed(text, values + other)
    yield "an end too early", packed(text, values[:-1])
    yield "a NUL behind the header", packed(text + "\0", values)
    yield "a space in front of the header", packed(" " + text, values)
    for name, extra in {"hdf5": other, "one": b"\7"}.items():
        more = {"dtype": "U8", "shape": [len(extra)], "data_offsets": [size, size + len(extra)]}
        yield f"extra {name}", packed(json.dumps({**header, "_": more}), values + extra)
    for name in names:
        entry = header[name]
        begin, end = entry["data_offsets"]
        longer = {**header, name: {**entry, "data_offsets": [begin, end + 4]}}
        yield f"longer {name}", packed(json.dumps(longer), values)
        yield (
            f"later {name}",
            packed(json.dumps({**header, name: {**entry, "data_offsets": [begin + 4, end + 4]}}), values),
        )
        yield (
            f"flat {name}",
            packed(json.dumps({**header, name: {**entry, "shape": [(end - begin) // 4]}}), values),
        )
        yield (
            f"more axes {name}",
            packed(json.dumps({**header, name: {**entry, "shape": [*entry["shape"], 1]}}), values),
        )
        yield f"integers {name}", packed(json.dumps({**header, name: {**entry, "dtype": "I32"}}), values)
        twin = json.dumps({name: {**entry, "data_offsets": [0, end - begin]}})[1:-1]
        yield f"twice {name}", packed(text[:-1] + "," + twin + "}", values)
        yield f"unknown key {name}", packed(json.dumps({**header, name: {**entry, "stride": [1]}}), values)
        minus = text.replace(f'"data_offsets": [{begin},', f'"data_offsets": [-{begin},')
        yield f"minus {name}", packed(minus, values)
        yield f"fraction {name}", packed(text.replace(f"{end}]", f"{end}.0]"), values)
        renamed = {("x" if key == name else key): value for key, value in header.items()}
        yield f"renamed {name}", packed(json.dumps(renamed), values)
    for name, metadata in {
        "tf": {"format": "tf"},
        "np": {"format": "np"},
        "another key": {"by": "me"},
        "half a character": {"by": "\ud800"},
        "a number": {"by": 1},
        "a list": {"format": ["pt"]},
    }.items():
        changed = {**header, "__metadata__": {**header["__metadata__"], **metadata}}
        yield f"metadata {name}", packed(json.dumps(changed), values)
    twice = json.dumps(header["__metadata__"])[:-1] + ', "format": "tf"}'
    rest = json.dumps({name: header[name] for name in names})[1:]
    yield "metadata twice", packed('{"__metadata__": ' + twice + ", " + rest, values)
    yield "no metadata", packed("{" + rest, values)


def npy_readings(good: Path, other: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield npy files that say two things, or that only look as if they did."""
    content = good.read_bytes()
    (length,) = struct.unpack_from("<H", content, 8)
    header, values = content[10 : 10 + length].strip().decode("latin-1"), content[10 + length :]

    def whole(text: str, body: bytes = values, version: int = 1) -> bytes:
        encoded = text.encode("utf-8" if version == 3 else "latin-1")
        form = "<H" if version == 1 else "<L"
        return b"\x93NUMPY" + bytes((version, 0)) + struct.pack(form, len(encoded)) + encoded + body

    for version in (1, 2, 3, 4):
        yield f"version {version}", whole(header + "\n", version=version)
    yield "behind", whole(header + "\n", values + other)
    yield "an array behind", content + content
    yield "early", whole(header + "\n", values[:-1])
    yield "no line end", whole(header)
    yield "spaces", whole("  " + header + "  \n")
    yield "a line end in front", whole("\n" + header + "\n")
    yield "a form feed in front", whole("\f" + header + "\n")
    yield "a remark", whole(header + " # seven\n")
    yield "a remark inside", whole(header.replace("{", "{ # '\n", 1) + "\n")
    yield "long", whole(header + " " * 20_000 + "\n")
    yield "very long", whole(header + " " * 200_000 + "\n", version=2)
    yield "descr twice", whole(header.replace("{", "{'fortran_order': True, ", 1) + "\n")
    yield "shape twice", whole(header.replace("{", "{'shape': (7,), ", 1) + "\n")
    yield "another key", whole(header.replace("{", "{'a': 1, ", 1) + "\n")
    yield "fortran", whole(header.replace("False", "True") + "\n")
    yield "zero for False", whole(header.replace("False", "0") + "\n")
    yield "big", whole(header.replace("<f4", ">f4") + "\n")
    yield "integers", whole(header.replace("<f4", "<i4") + "\n")
    yield "bytes", whole(header.replace("<f4", "|V4") + "\n")
    yield "sub-array", whole(header.replace("'<f4'", "('<f4', (1,))") + "\n")
    yield "half", whole(header.replace("<f4", "<f2") + "\n")
    yield "in front", other + content
