"""HDF5 datasets in chunks, those of which nothing is stored, and claims that no compression explains."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import winitgen
from winitgen.errors import UnreadableError
from winitgen.files.formats.hdf5 import claims
from winitgen.files.input import chunk_bytes, open_weights
from winitgen.files.input.opening import LONGEST_TEXT

CASES = 64


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a file with the datasets that ``fill`` creates."""

    def write(fill: Callable[[Any], object], **options: Any) -> Path:
        with h5py.File(tmp_path / "w.h5", "w", **options) as file:
            fill(file)
        return tmp_path / "w.h5"

    return write


def refusal(path: Path) -> str:
    """Return the message about a file, or about its first array, without the file's path in front."""
    with pytest.raises(UnreadableError) as caught, open_weights(path) as weights:
        weights.tensors[0].read(0, weights.tensors[0].size)
    return str(caught.value).removeprefix(str(path))


def reasons(path: Path) -> dict[str, str]:
    """Return why the values of each dataset are not read, empty for those that are."""
    with open_weights(path) as weights:
        return {one.name: one.unread for one in weights.tensors}


def _random(number: int, file: Any) -> dict[str, Any]:
    """Write datasets of random shapes, chunks, number formats and filters; return their values."""
    chance = np.random.default_rng(number)
    wanted = {}
    for name in ("a", "g/b", "g/h/c"):
        shape = tuple(int(size) for size in chance.integers(1, 60, chance.integers(1, 4)))
        chunk = tuple(int(chance.integers(1, size + 1)) for size in shape)
        dtype = chance.choice(["<f4", ">f8", "<f2", "<i4", ">u2", "|b1", "<c8"])
        options = [{}, {"compression": "gzip", "shuffle": True}, {"compression": "lzf"}, {"fletcher32": True}]
        values = (chance.standard_normal(shape) * 9).astype(dtype)
        fill = None if dtype == "<c8" else 7
        dataset = file.create_dataset(
            name, shape, dtype, chunks=chunk, fillvalue=fill, **options[chance.integers(4)]
        )
        if chance.random() < 0.8:
            dataset[...] = values
        wanted[name] = dataset[()]
    return wanted


def test_random_chunks_are_read_as_by_h5py(made: Callable[..., Path]) -> None:
    """Whatever the shape, the chunks, the number format and the filters: the values are those of h5py, in any order."""
    for number in range(CASES):
        wanted: dict[str, Any] = {}
        path = made(lambda file, number=number, wanted=wanted: wanted.update(_random(number, file)))
        with open_weights(path) as weights:
            assert [*wanted] == [array.name for array in weights.tensors]
            for array in weights.tensors:
                flat = wanted[array.name].reshape(-1)
                middle = array.size // 2
                parts = [array.read(middle, array.size - middle), array.read(0, middle)]
                assert np.array_equal(np.concatenate(parts[::-1]), flat), number
                assert parts[0].dtype == flat.dtype.newbyteorder("="), number


@pytest.mark.parametrize("chunk", [(1 << 20,), (7,)])
def test_nothing_is_stored(chunk: tuple[int, ...], made: Callable[..., Path]) -> None:
    """Two hundred datasets of a gigabyte each, of which nothing is stored, have the figures of their fill values."""

    def fill(file: Any) -> None:
        for number in range(200):
            file.create_dataset(f"d{number:03}", (1 << 28,), "f4", chunks=chunk, fillvalue=number - 100)

    path = made(fill)
    begin = time.process_time()
    found = winitgen.inspect(path)["tensors"]

    assert time.process_time() - begin < 5
    figures = [one["statistics"] for one in found]
    assert [number - 100 for number in range(200)] == [one["mean"] for one in figures]
    assert {(0.0, 0, 1 << 28)} == {
        (one["std"], one["nan"], sum(one["histogram"]["counts"])) for one in figures
    }
    assert [1 << 28 if number == 100 else 0 for number in range(200)] == [one["zeros"] for one in figures]


@pytest.mark.parametrize("dtype", ["f2", "f4", "i1", "u2", "?"])
@pytest.mark.parametrize("fill", [0, 1])
def test_a_constant_has_the_figures_of_its_values(dtype: str, fill: int, made: Callable[..., Path]) -> None:
    """The figures are those of the same values, stored."""
    shape = (300, 1000)

    def write(file: Any) -> None:
        file.create_dataset("w", shape, dtype, chunks=(10, 10), fillvalue=fill or None)

    def store(file: Any) -> None:
        file["w"] = np.full(shape, fill, dtype)

    found, wanted = (winitgen.inspect(made(one))["tensors"] for one in (write, store))

    assert wanted == found


def test_values_that_are_not_stored_are_written_out_only_so_far(
    made: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A digest needs all bytes; those of a file of which nothing is stored are bounded together."""
    monkeypatch.setattr(claims, "ALWAYS_EXPANDED", 1 << 20)

    def fill(file: Any) -> None:
        for number in range(64):
            file.create_dataset(f"d{number:02}", (1 << 22,), "f4", chunks=(1 << 20,))

    path = made(fill)
    with pytest.raises(UnreadableError) as caught:
        winitgen.inspect(path, digest=True, threads=1)
    last = int(str(caught.value).split("'d")[1][:2])

    assert 0 < last < 63
    assert f"{path}: 'd{last:02}' declares 16,777,216 bytes but stores 0; refusing to expand it" == str(
        caught.value
    )


def test_one_chunk_of_more_than_a_text(made: Callable[..., Path]) -> None:
    """A stored chunk may be longer than any attribute, and is unpacked once, not for every run."""
    size = LONGEST_TEXT // 4 + 1_000_000
    values = np.random.default_rng(1).integers(0, 1 << 32, size, "u4")
    path = made(lambda file: file.create_dataset("w", data=values, chunks=(size,), fletcher32=True))
    with open_weights(path) as weights:
        array = weights.tensors[0]
        found = [array.read(start, min(1 << 20, size - start)) for start in range(0, size, 1 << 20)]

    assert np.array_equal(values, np.concatenate(found))


def _one_chunk(shape: tuple[int, ...], content: bytes) -> Callable[[Any], object]:
    def fill(file: Any) -> None:
        dataset = file.create_dataset("w", shape, "f4", chunks=shape, compression="gzip")
        dataset.id.write_direct_chunk((0,), content)

    return fill


def test_chunks_that_take_too_much_memory(made: Callable[..., Path]) -> None:
    """A chunk is unpacked as a whole: 128 MiB are believed, and a gigabyte if the file stores a sixteenth of it."""
    message = "its chunks have 134,217,732 bytes each, and the most that winitgen reads is 134,217,728"

    def two(file: Any) -> None:
        _one_chunk(((1 << 25) + 1,), bytes(1 << 22))(file)
        file["b"] = np.float32([1.5, 2.5])

    assert {"b": "", "w": message} == reasons(made(two))
    assert "" == chunk_bytes.oversized((1 << 27) + 4, 1 << 24)
    assert chunk_bytes.oversized((1 << 30) + 4, 1 << 40).endswith(" is 1,073,741,824")


def test_what_is_unpacked_is_bounded_for_the_file_as_a_whole(made: Callable[..., Path]) -> None:
    """Datasets that would be believed one by one are not believed together."""

    def fill(file: Any) -> None:
        for number in range(4):
            dataset = file.create_dataset(
                f"w{number}", (1 << 28,), "f4", chunks=(1 << 20,), compression="gzip"
            )
            dataset.id.write_direct_chunk((0,), b"x" * 1000)

        file["b"] = np.float32([1.5, 2.5])

    expected = "4,294,967,296 bytes are to be unpacked of all datasets together, and the file stores 4,000, which winitgen does not expand"
    assert {"b": "", **{f"w{number}": expected for number in range(4)}} == reasons(made(fill))


def test_chunks_across_the_order_of_the_values(made: Callable[..., Path]) -> None:
    """A chunk that would have to be unpacked for every run counts each time."""

    def fill(file: Any) -> None:
        dataset = file.create_dataset("w", (1 << 14, 1 << 14), "f4", chunks=(1 << 14, 1), compression="gzip")
        dataset.id.write_direct_chunk((0, 0), b"x" * (2 << 20))

    expected = "274,877,906,944 bytes are to be unpacked of all datasets together, and the file stores 2,097,152, which winitgen does not expand"
    assert {"w": expected} == reasons(made(fill))


def test_one_dataset_under_many_names(made: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Hard links share values; how often each byte is read is bounded."""
    monkeypatch.setattr(claims, "ALWAYS_SHARED", 1 << 20)

    def links(count: int) -> Callable[[Any], object]:
        def fill(file: Any) -> None:
            file["w"] = np.zeros(1 << 18, "f4")
            for number in range(count):
                file[f"n{number}"] = file["w"]

        return fill

    with open_weights(made(links(90))) as weights:
        assert len(weights.tensors) == 91
    path = made(links(110))
    size = path.stat().st_size
    expected = f"the datasets declare 116,391,936 bytes in the same places together, and the file stores {size:,}, which winitgen does not expand"
    assert {expected} == set(reasons(path).values())


def test_chunks_under_many_names(made: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks are unpacked for each name again; how often is bounded by the size of the file, not by what they unpack to."""
    monkeypatch.setattr(claims, "ALWAYS_SHARED", 1 << 20)

    def links(count: int) -> Callable[[Any], object]:
        def fill(file: Any) -> None:
            file.create_dataset("w", data=np.arange(1 << 16, dtype="f4"), chunks=(1 << 14,))
            for number in range(count):
                file[f"n{number}"] = file["w"]

        return fill

    assert {""} == set(reasons(made(links(90))).values())
    path = made(links(120))
    size = path.stat().st_size
    assert 120 << 18 > 100 * size
    expected = f"31,457,280 bytes are to be unpacked again of datasets with several names together, and the file stores {size:,}, which winitgen does not expand"
    assert {expected} == set(reasons(path).values())


def test_a_disk_that_fails_is_not_damage(made: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's words stand in the message where the library only says that it could not read."""

    def preadv(descriptor: int, buffers: Any, offset: int) -> int:
        raise OSError(errno.EIO, "Input/output error")

    path = made(lambda file: file.create_dataset("w", data=[1.0]))
    monkeypatch.setattr(os, "preadv", preadv)

    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass
    assert f"cannot read {path}: Input/output error" == str(caught.value)


def test_a_damaged_chunk(made: Callable[..., Path]) -> None:
    """Values that cannot be unpacked are damage, and what the process said before is still true afterwards."""
    path = made(_one_chunk((1000,), b"no deflated bytes"))

    assert ": the HDF5 library cannot read the values of 'w'; they are damaged" == refusal(path)


MANY = """
import resource, sys
sys.path[:0] = {path!r}
import h5py, numpy
from winitgen.files.input import open_weights
with h5py.File(sys.argv[1], "w", libver=("earliest", "v110")) as file:
    pass
with open_weights(sys.argv[1]):
    pass
before = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
with open_weights(sys.argv[2]) as weights:
    print(len(weights.tensors))
after = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(*(last - first >> 10 for first, last in zip(before, after)))
"""


def test_thousands_of_datasets_take_little_memory(made: Callable[..., Path], tmp_path: Path) -> None:
    """No object stays open for a dataset, neither here nor in the other process, which keeps up to 32 MiB of structure."""

    def fill(file: Any) -> None:
        for number in range(6000):
            file[f"{number}/w"] = np.float32(number)

    path = made(fill, libver=("earliest", "v110"))
    command = [sys.executable, "-c", MANY.format(path=sys.path), str(tmp_path / "empty.h5"), str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    count, here, there = map(int, run.stdout.split())

    assert count == 6000
    assert here < 20
    assert there < 64
