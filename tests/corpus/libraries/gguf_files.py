"""gguf: plain and quantized tensors, metadata of every kind, other alignments, and a file without tensors."""

from __future__ import annotations

from typing import Any

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Kind

from tests.corpus.record import Record, normals

QUANTIZED = ("Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "BF16", "TQ1_0", "TQ2_0", "MXFP4")


def write(record: Record) -> None:
    """Write files with ``GGUFWriter``."""
    _plain(record)
    for kind in QUANTIZED:
        _quantized(record, kind)
    _random_blocks(record)
    _big_endian(record)
    _split(record)
    writer = gguf.GGUFWriter(record.path("only_text.gguf"), "llama")
    writer.add_description("no tensors")
    _close(writer)
    record.gives("only_text.gguf", {})


def _close(writer: Any) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _read(record: Record, name: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values, dequantized, and the names of the types."""
    found, formats = {}, {}
    for tensor in gguf.GGUFReader(record.path(name)).tensors:
        found[tensor.name] = np.array(tensor.data)
        kind = tensor.tensor_type.name
        if tensor.data.dtype == np.uint8 or kind == "BF16":
            found[tensor.name] = gguf.dequantize(tensor.data, tensor.tensor_type)
        formats[tensor.name] = {"BF16": "bfloat16"}.get(kind, kind if tensor.data.dtype == np.uint8 else "")
    return found, formats


def _gives(record: Record, name: str) -> None:
    found, formats = _read(record, name)
    record.gives(name, found, formats=formats)


def _plain(record: Record) -> None:
    for name, alignment in (("plain.gguf", 32), ("aligned.gguf", 256)):
        writer = gguf.GGUFWriter(record.path(name), "llama")
        writer.add_custom_alignment(alignment)
        writer.add_array("tokens", ["a", "größe", ""])
        writer.add_bool("flag", True)
        writer.add_float64("rate", 0.5)
        writer.add_tensor("w", normals(1, 5, 32))
        writer.add_tensor("half", normals(2, 3, 4).astype("f2"))
        writer.add_tensor("double", normals(3, 2, 3, 4).astype("f8"))
        for kind in ("i1", "i2", "i4", "i8"):
            writer.add_tensor(np.dtype(kind).name, (normals(4, 7) * 9).astype(kind))
        _close(writer)
        _gives(record, name)


def _quantized(record: Record, kind: str) -> None:
    name = f"{kind.lower()}.gguf"
    try:
        data = gguf.quantize(normals(5, 6, 512), Kind[kind])
    except (NotImplementedError, KeyError):  # the library only unpacks it, or does not know it
        return
    writer = gguf.GGUFWriter(record.path(name), "llama")
    writer.add_tensor("packed", data, raw_dtype=Kind[kind])
    writer.add_tensor("plain", normals(6, 8))
    _close(writer)
    _gives(record, name)


def _random_blocks(record: Record) -> None:
    """Write blocks of types that the library only unpacks: random bytes, with small scales where a format has such."""
    for kind in ("Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS", "IQ2_XXS", "IQ3_S", "IQ1_S"):
        block, size = gguf.GGML_QUANT_SIZES[Kind[kind]]
        raw = np.random.default_rng(len(kind)).integers(0, 60, (4, 512 // block * size), np.uint8)
        writer = gguf.GGUFWriter(record.path(f"{kind.lower()}.gguf"), "llama")
        writer.add_tensor("packed", raw, raw_dtype=Kind[kind])
        _close(writer)
        _gives(record, f"{kind.lower()}.gguf")


def _big_endian(record: Record) -> None:
    writer = gguf.GGUFWriter(record.path("big_endian.gguf"), "llama", endianess=gguf.GGUFEndian.BIG)
    writer.add_tensor("w", normals(1, 5, 32))
    writer.add_tensor("packed", gguf.quantize(normals(2, 3, 64), Kind.Q8_0), raw_dtype=Kind.Q8_0)
    _close(writer)
    record.gives(
        "big_endian.gguf",
        {"w": normals(1, 5, 32)},
        [("packed", [3, 64], "Q8_0", "its blocks of Q8_0 are of a machine with the other byte order")],
    )


def _split(record: Record) -> None:
    writer = gguf.GGUFWriter(record.path("split.gguf"), "llama", split_max_tensors=2)
    for index in range(3):
        writer.add_tensor(f"blk.{index}.w", normals(index, 4, 32))
    _close(writer)
    _gives(record, "split-00002-of-00002.gguf")  # the first one may stand for all
