"""The first element that differs is found: bit flips, signs of zero, threads, truncated files."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.audit.conftest import Wrong, path_of
from winitgen.audit.matching import PlannedArray
from winitgen.audit.verify.redraw import first_difference
from winitgen.errors import UnreadableError
from winitgen.files.formats import FORMATS
from winitgen.files.formats.format import FilePlan
from winitgen.files.input.stored_array import StoredArray
from winitgen.files.recipe import metadata
from winitgen.layouts import tensors
from winitgen.numeric.dtypes import DTYPES

FIXED = sorted(FORMATS)


def locations(planned: Any, path: str, name: str) -> dict[str, tuple[str, int]]:
    """Return the file and the offset at which the values of each tensor begin."""
    named, about = tensors(planned), metadata(planned)
    image = FORMATS[name].lay_out(named, about)
    images = (
        {path: image} if isinstance(image, FilePlan) else {f"{path}/{k}": part for k, part in image.items()}
    )
    return {r.tensor.name: (file, r.offset) for file, part in images.items() for r in part.spans}


def flip(file: str, offset: int, bit: int) -> None:
    """Flip one bit of a byte of a file."""
    with open(file, "r+b") as opened:
        opened.seek(offset)
        byte = opened.read(1)[0] ^ 1 << bit
        opened.seek(offset)
        opened.write(bytes([byte]))


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("name", FIXED)
def test_each_flipped_bit_is_found(name: str, dtype: str, tmp_path: Path, small: Any, wrong: Wrong) -> None:
    """A flipped bit anywhere in a tensor or block is reported with its element and both values, in every format."""
    planned = winitgen.plan(small, dtype=dtype, layout="keras" if name == "keras-h5" else "torch")
    path = path_of(tmp_path, name)
    winitgen.write(planned, path, format=name, fsync=False)
    kind, itemsize = DTYPES[dtype].numpy(), DTYPES[dtype].itemsize
    found = locations(planned, path, name)

    for tensor in tensors(planned):
        values = winitgen.generate(planned)[tensor.name].reshape(-1)
        for element in sorted(
            {0, 1, tensor.size // 3, 131_071, 131_072, tensor.size - 1} & set(range(tensor.size))
        ):
            byte, bit = element % itemsize, element % 8
            file, offset = found[tensor.name]
            flip(file, offset + element * itemsize + byte, bit)

            raw = bytearray(values[element : element + 1].tobytes())
            raw[byte] ^= 1 << bit
            old, new = str(np.frombuffer(raw, kind)[0]), str(values[element])
            indices = ", ".join(map(str, np.unravel_index(element, tensor.shape))) if tensor.shape else None
            position = f"[{indices}] (element {element:,})" if indices else ""
            lines = wrong(path, planned, threads=2) if name == "npy" else wrong(path, threads=2)
            assert [f"{tensor.name}{position} is {old}, not {new}"] == lines[:1]

            flip(file, offset + element * itemsize + byte, bit)
    winitgen.verify(path, planned if name == "npy" else None)


CONSTANTS: dict[str, Any] = {
    "layers": [
        {"type": "param", "name": "zero", "shape": [3, 5], "init": "zeros"},
        {"type": "param", "name": "one", "shape": [], "init": "ones"},
    ]
}


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (-0.0, "zero[1, 3] (element 8) is -0.0, not 0.0"),
        (np.nan, "zero[1, 3] (element 8) is nan, not 0.0"),
        (1e-45, "zero[1, 3] (element 8) is 1e-45, not 0.0"),
        (-np.inf, "zero[1, 3] (element 8) is -inf, not 0.0"),
    ],
)
def test_values_that_compare_equal_or_never_do(value: float, line: str, tmp_path: Path, wrong: Wrong) -> None:
    """Bits are compared: minus zero is not zero."""
    arrays = winitgen.generate(CONSTANTS)
    arrays["zero"][1, 3] = value
    np.savez(tmp_path / "w.npz", **arrays)

    assert [line] == wrong(tmp_path / "w.npz", CONSTANTS)


def test_a_scalar_has_no_index(tmp_path: Path, wrong: Wrong) -> None:
    """A scalar is reported by its name only."""
    arrays = winitgen.generate(CONSTANTS)
    arrays["one"][...] = 2
    np.savez(tmp_path / "w.npz", **arrays)

    assert ["one is 2.0, not 1.0"] == wrong(tmp_path / "w.npz", CONSTANTS)


class Planned:
    """A tensor of zeros, or of equal NaNs."""

    parameters = ()
    keras_path = ""

    def __init__(self, name: str, blocks: int, bits: int = 0) -> None:
        self.name, self.shape, self.dtype = name, (blocks << 17,), "float32"
        self.bits = bits

    def draw(self, start: int, count: int, workspace: Any) -> Any:
        """Return values with these bits."""
        return np.full(count, self.bits, np.uint32).view(np.float32)


def pair(name: str, blocks: int, changed: Any = (), *, bits: int = 0, forward: bool = False) -> Any:
    """Return a tensor, and an array with one flipped bit at each of these elements."""

    def read(start: int, count: int) -> Any:
        values = np.full(count, bits, np.uint32)
        for element in changed:
            if start <= element < start + count:
                if element < 0x20000:  # the first block is slow
                    time.sleep(0.05)
                values[element - start] ^= 1
        return values.view(np.float32)

    tensor: Any = Planned(name, blocks, bits)
    return PlannedArray(
        tensor, StoredArray(name, "float32", tensor.shape, 4 * tensor.shape[0], read, forward=forward)
    )


def test_bits_are_reported_where_values_read_alike() -> None:
    """Two different NaNs read alike, so their bits are shown."""
    found = first_difference([pair("w", 1, [7], bits=0x7FC00000)])

    assert "w[7] (element 7) is nan (bits 0x7fc00001), not nan (bits 0x7fc00000)" == str(found)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_first_difference_is_the_first_whoever_is_faster(
    threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reported difference is the one a single thread meets first, even if a later block finishes sooner."""
    monkeypatch.setattr("winitgen.numeric.threads.WORTH_A_THREAD", 0)
    pairs = [pair("a", 3), pair("b", 9, [5, 131_073, 400_000]), pair("c", 2, [0])]

    found = first_difference(pairs, threads=threads)

    assert ("b", 5) == (found.tensor, found.element) if found else None


@pytest.mark.parametrize(("first", "raises"), [(0, True), (2, False)])
def test_a_file_that_ends_after_the_first_difference(
    first: int, raises: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The earlier event is reported: the difference, or that the file cannot be read."""
    monkeypatch.setattr("winitgen.numeric.threads.WORTH_A_THREAD", 0)

    def ended(start: int, count: int) -> Any:
        raise UnreadableError("w ended while it was being read")

    short: Any = Planned("short", 1)
    pairs = [pair("w", 1, [3]), pair("v", 1)]
    pairs.insert(first, PlannedArray(short, StoredArray("short", "float32", short.shape, 4, ended)))

    if raises:
        with pytest.raises(UnreadableError, match="w ended while it was being read"):
            first_difference(pairs, threads=3)
    else:
        found = first_difference(pairs, threads=3)
        assert found is not None
        assert "w" == found.tensor


def test_equal_files_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block of every tensor is compared, once."""
    monkeypatch.setattr("winitgen.numeric.threads.WORTH_A_THREAD", 0)
    taken = []
    pairs = []
    for name in "ab":
        made = pair(name, 4)

        def read(start: int, count: int, made: Any = made) -> Any:
            taken.append((made.tensor.name, start, count))
            return made.stored.read(start, count)

        pairs.append(PlannedArray(made.tensor, StoredArray(name, "float32", made.tensor.shape, 0, read)))

    assert first_difference(pairs, threads=3) is None
    assert [(name, block << 17, 1 << 17) for name in "ab" for block in range(4)] == sorted(taken)


def test_archives_that_unpack_forward_only_are_read_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The calling thread reads arrays of a compressed archive in order."""
    monkeypatch.setattr("winitgen.numeric.threads.WORTH_A_THREAD", 0)
    taken = []
    made = pair("w", 20, forward=True)

    def read(start: int, count: int) -> Any:
        taken.append((start, threading.current_thread()))
        return made.stored.read(start, count)

    stored = StoredArray("w", "float32", made.tensor.shape, 0, read, forward=True)
    assert first_difference([PlannedArray(made.tensor, stored)], threads=4) is None
    assert [(block << 17, threading.main_thread()) for block in range(20)] == taken
