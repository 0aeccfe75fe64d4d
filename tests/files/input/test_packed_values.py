"""Values of 4, 6 and 8 bits for which NumPy has no name: their figures, their copies, and other packings of the same bits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import winitgen
from winitgen.audit.inspect.measuring import measure
from winitgen.files.input.packed_values import PACKED, unpacked, value_of
from winitgen.files.input.stored_array import StoredArray

THEIRS = {
    "F4": "float4_e2m1fn",
    "F6_E2M3": "float6_e2m3fn",
    "F6_E3M2": "float6_e3m2fn",
    "float8_e8m0fnu": "float8_e8m0fnu",
}


def theirs(name: str, codes: Any) -> Any:
    """Return the numbers that ml_dtypes has for codes."""
    kind = getattr(ml_dtypes, THEIRS[name], None)
    if kind is None:
        pytest.skip(f"this ml_dtypes has no {THEIRS[name]}")
    return np.asarray(codes, np.uint8).view(kind).astype(np.float32)


@pytest.mark.parametrize("name", PACKED)
def test_each_code(name: str) -> None:
    """Every code is the number that ml_dtypes has for it, NaN among them."""
    codes = range(1 << PACKED[name].bits)

    np.testing.assert_array_equal([value_of(code, PACKED[name]) for code in codes], theirs(name, codes))


def stored(name: str, codes: Any) -> StoredArray:
    """Return an array of codes that share bytes, the first in the lowest bits; packed by whole numbers, not as it is read."""
    bits = PACKED[name].bits
    number = sum(int(code) << bits * place for place, code in enumerate(codes))
    content = np.frombuffer(number.to_bytes(len(codes) * bits // 8, "little"), np.uint8)

    def read_bytes(first: int, count: int) -> Any:
        assert 0 <= first <= first + count <= content.size
        return content[first : first + count]

    read = unpacked(name, read_bytes)
    return StoredArray("w", name, (len(codes),), content.size, read, read_bytes=read_bytes)


@pytest.mark.parametrize("name", PACKED)
def test_any_run(name: str) -> None:
    """Any run of the values is read, wherever it begins within a byte."""
    codes = np.random.default_rng(3).integers(0, 1 << PACKED[name].bits, 88)
    array, wanted = stored(name, codes), theirs(name, codes)

    for start in range(12):
        for count in (0, 1, 2, 3, 5, 76):
            np.testing.assert_array_equal(array.read(start, count), wanted[start : start + count])


@pytest.mark.parametrize("name", PACKED)
def test_figures(name: str) -> None:
    """Mean, deviation, extremes and zeros are those of the numbers."""
    codes = np.random.default_rng(5).integers(0, (1 << PACKED[name].bits) - 1, 4096)
    wide = theirs(name, codes).astype(np.float64)
    (found,) = measure([stored(name, codes)])

    assert found is not None
    assert pytest.approx([wide.mean(), wide.std()]) == [found.mean, found.std]  # type: ignore[union-attr]
    assert (4096, int((wide == 0).sum()), wide.min(), wide.max()) == found[:2] + found[6:8]


def test_two_values_in_a_byte(tmp_path: Path) -> None:
    """The shape of F4 counts values; 0x2a is 1 behind -1, as PyTorch packs them."""
    torch_order = bytes([0x2A, 0x70])  # -1 1, 0 6
    header = b'{"w":{"dtype":"F4","shape":[2,2],"data_offsets":[0,2]}}'
    (tmp_path / "w.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + torch_order)
    report = winitgen.inspect(tmp_path / "w.safetensors", tensor="w", digest=True)
    (row,) = report["tensors"]

    assert ([2, 2], 4, 2, "F4") == (row["shape"], row["elements"], row["bytes"], row["dtype"])
    assert ([-1.0, 1.0, 0.0, 6.0], 1.5) == (row["first"], row["statistics"]["mean"])
    assert 64 == len(report["digests"]["content"])
    assert [] == report["notes"]


def test_six_bits_say_their_order(tmp_path: Path) -> None:
    """Safetensors does not say where in three bytes each of four values is, and the note says how they were read."""
    header = b'{"w":{"dtype":"F6_E3M2","shape":[4],"data_offsets":[0,3]}}'
    content = (0x0C | 0x10 << 6 | 0x2C << 12).to_bytes(3, "little")  # 1, 2, -1, 0
    (tmp_path / "w.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + content)
    report = winitgen.inspect(tmp_path / "w.safetensors", tensor="w")

    assert [1.0, 2.0, -1.0, 0.0] == report["tensors"][0]["first"]
    assert [
        "'w' has values of 6 bits, whose order within bytes the format does not state: they are read from the lowest bits up"
    ] == report["notes"]
