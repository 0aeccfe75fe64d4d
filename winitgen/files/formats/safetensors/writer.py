"""The safetensors format: a JSON header, then the values of every tensor without gaps.

With at most one metadata key, the bytes equal those that the safetensors library writes.
With several keys the library's order changes from run to run; here the given order is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from winitgen.errors import UsageError
from winitgen.files.formats.format import Drawable, FilePlan, FixedBytes, Format, TensorSpan, byte_count
from winitgen.files.formats.safetensors import LONGEST_HEADER
from winitgen.files.input.opening import is_modest
from winitgen.files.recipe import KEY, check_room
from winitgen.numeric.dtypes import COPIED_FORMATS, DTYPES

One = TypeVar("One", bound=Drawable)

# The library sorts by type first, strictest alignment first, and by name within a type.
_ORDER = (
    *("U64", "I64", "F64", "C64", "F32", "U32", "I32", "BF16", "F16", "U16", "I16"),
    *("F8_E5M2FNUZ", "F8_E4M3FNUZ", "F8_E8M0", "F8_E4M3", "F8_E5M2", "I8", "U8"),
    *("F6_E3M2", "F6_E2M3", "F4", "BOOL"),
)


def lay_out(tensors: Sequence[Drawable], metadata: Mapping[str, str]) -> FilePlan:
    """Plan the file: the header's length, the header, then the tensors in the library's order."""
    in_order = in_library_order(tensors)
    begins, end = [], 0
    for tensor in in_order:
        begins.append(end)
        end += byte_count(tensor)
    header = _header(in_order, begins, metadata)
    data = 8 + len(header)
    spans = [TensorSpan(data + begin, tensor) for begin, tensor in zip(begins, in_order, strict=True)]
    return FilePlan(data + end, [FixedBytes(0, len(header).to_bytes(8, "little") + header)], spans)


def in_library_order(tensors: Iterable[One]) -> list[One]:
    """Return tensors in the order in which they are in a file."""
    return sorted(tensors, key=lambda tensor: (_ORDER.index(_code(tensor)), tensor.name))


def _header(tensors: Sequence[Drawable], begins: Sequence[int], metadata: Mapping[str, str]) -> bytes:
    import json

    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    check_room(metadata.get(KEY, ""), "safetensors")
    entries = [f'"__metadata__":{encode(dict(metadata))}'] if metadata else []
    for tensor, begin in zip(tensors, begins, strict=True):
        if tensor.name == "__metadata__":
            raise UsageError("safetensors keeps the name '__metadata__' for itself; .npz can hold it")
        entry = {
            "dtype": _code(tensor),
            "shape": list(tensor.shape),
            "data_offsets": [begin, begin + byte_count(tensor)],
        }
        entries.append(f"{encode(tensor.name)}:{encode(entry)}")
    header = f"{{{','.join(entries)}}}".encode()
    header += b" " * (-len(header) % 8)
    if len(header) > LONGEST_HEADER:
        raise UsageError(
            f"safetensors allows a header of at most {LONGEST_HEADER:,} bytes, but this one has {len(header):,}; .npz has no such limit"
        )
    if not is_modest(header):
        raise UsageError(
            f"the header has more text than winitgen reads back from safetensors: {len(header):,} bytes; .npz holds it"
        )
    return header


def _code(tensor: Drawable) -> str:
    code = (DTYPES.get(tensor.dtype) or COPIED_FORMATS[tensor.dtype]).safetensors
    if not code:
        raise UsageError(f"safetensors cannot hold {tensor.name!r}, which is {tensor.dtype}; .npz can")
    return code


FORMAT = Format(
    name="safetensors",
    endings=(".safetensors",),
    summary="one file with a JSON header, read by every framework",
    lay_out=lay_out,
    forward_only=True,
)
