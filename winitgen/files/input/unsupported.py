"""Unsupported files that look like weights: what each one is, and what to do instead."""

from __future__ import annotations

from typing import BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.input.foreign_files import foreign_kind
from winitgen.files.input.tar_files import is_tar, tar_kind
from winitgen.files.stores.address import split

_ARRAYS = "save its arrays with numpy.savez or safetensors"
_NETCDF = "a netCDF file of a classic format; nccopy -k nc4 makes it HDF5"
_ADVICE = (
    (b"GGML", "a GGML file, which is not read"),
    (b"\x1f\x8b", "compressed with gzip; gunzip it first"),
    (b"BZh", "compressed with bzip2; bunzip2 it first"),
    (b"\xfd7zXZ", "compressed with xz; unxz it first"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd; unzstd it first"),
    (b"MATLAB 5.0 MAT-file", "a MATLAB file older than version 7.3; save it with -v7.3, which makes it HDF5"),
    (b"CDF\x01", _NETCDF),
    (b"CDF\x02", _NETCDF),
    (b"CDF\x05", _NETCDF),
    (b"version https://", "a Git LFS pointer, not the file itself; git lfs pull fetches it"),
)
_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


_PADDLE = (".pdparams", ".pdopt")
_OF_PADDLE = "by its name it is of PaddlePaddle: load it with paddle.load where it is trusted"


def refusal(head: bytes, file: BinaryIO, path: str, known: str) -> UnreadableError:
    """Return the error for a file of an unknown container, by its first bytes and what stands behind them."""
    return UnreadableError(f"{path} {_what(head, file, split(path)[1], known)}")


def _what(head: bytes, file: BinaryIO, name: str, known: str) -> str:
    """Return what a file is, as the end of a sentence."""
    if not head:
        return "is empty"
    for start, what in _ADVICE:
        if head.startswith(start):
            return f"is {what}"
    if is_tar(head):
        return f"is {tar_kind(file)}"
    if head.startswith(_PICKLES):
        if not name.endswith(_PADDLE):
            return f"is a Python pickle, which can run code; {_ARRAYS}"
        return f"is a Python pickle, which can run code; {_OF_PADDLE}, and {_ARRAYS}"
    found = foreign_kind(head, file, name)
    if not found and _is_onnx(head):
        found = "begins as an ONNX model, but its fields are not those of one"
    return (
        found
        or f"{'is text, not a weight file' if _is_text(head) else 'is not a weight file of a known kind'} ({known})"
    )


def _is_onnx(head: bytes) -> bool:
    """Tell whether a protocol buffer begins as ModelProto does: ir_version, then producer's name."""
    return len(head) > 3 and head[0] == 0x08 and 1 <= head[1] <= 30 and head[2] in {0x12, 0x3A}


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return False
        text = head[: error.start].decode()
    return all(character.isprintable() or character in "\t\r\n\f" for character in text)
