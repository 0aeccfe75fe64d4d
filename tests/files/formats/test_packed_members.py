"""Members of archives that are packed by bzip2 or LZMA, which ``numpy.load`` opens: read like deflated ones, in bounded memory."""

from __future__ import annotations

import io
import lzma
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from bz2 import compress as bzip2
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import winitgen
from tests.audit.readings import zips
from winitgen.errors import UnreadableError
from winitgen.files.formats.npz import open_streams
from winitgen.files.input import open_weights

NOISE = np.random.default_rng(5).standard_normal((700, 400)).astype(np.float32)
METHODS = {zipfile.ZIP_BZIP2: "bzip2", zipfile.ZIP_LZMA: "LZMA"}


def packed(members: Mapping[str, tuple[bytes, bytes]], method: int, flags: int = 2) -> bytes:
    """Return a zip of members that say they hold the first of two texts, packed to the second."""
    found, directory = b"", b""
    for name, (content, stream) in members.items():
        sizes = zlib.crc32(content), len(stream), len(content), len(name), 0
        fixed = struct.pack("<5H3L2H", 63, flags, method, 0, 33, *sizes)
        place = struct.pack("<3H2L", 0, 0, 0, 0, len(found))
        directory += b"PK\1\2" + struct.pack("<H", 63) + fixed + place + name.encode()
        found += b"PK\3\4" + fixed + name.encode() + stream
    end = struct.pack("<4H2LH", 0, 0, len(members), len(members), len(directory), len(found), 0)
    return found + directory + b"PK\5\6" + end


def by_lzma(content: bytes, dictionary: int = 1 << 16, head: bytes = b"\x09\x04\x05\x00") -> bytes:
    """Return the stream of a member, whose header may name another dictionary than it needs."""
    filters = [{"id": lzma.FILTER_LZMA1, "preset": 0, "dict_size": 1 << 16, "lc": 3, "lp": 0, "pb": 2}]
    stream = lzma.compress(content, lzma.FORMAT_RAW, filters=filters)
    return head + struct.pack("<BL", (2 * 5 + 0) * 9 + 3, dictionary) + stream


def _loaded(path: Path, name: str) -> Any:
    with np.load(path) as file:
        return file[name]


@pytest.mark.parametrize("method", METHODS)
def test_the_values_are_those_of_numpy(method: int, tmp_path: Path) -> None:
    """In any order of reading, in Fortran's order, of several blocks, beside members that are packed otherwise."""
    arrays = {"c": NOISE, "fortran": np.asfortranarray(NOISE), "zeros": np.zeros(10), "whole": np.arange(9)}
    path = tmp_path / "w.npz"
    with zipfile.ZipFile(path, "w", method) as file:
        for number, (name, array) in enumerate(arrays.items()):
            file.writestr(f"{name}.npy", zips.npy(array), zipfile.ZIP_DEFLATED if number == 2 else method)
        file.writestr("README", b"see")
    with open_weights(path) as weights:
        for tensor in weights.tensors:
            flat = _loaded(path, tensor.name).ravel()
            for start in (len(flat) // 2, 0, len(flat) - 3):
                np.testing.assert_array_equal(
                    flat[start : start + 50_000], tensor.read(start, min(50_000, len(flat) - start))
                )
        assert [] == weights.late(True)
    report = winitgen.inspect(path)

    assert 5 == report["facts"]["compressed_members"]
    assert (
        pytest.approx(float(NOISE.mean(dtype=float)), abs=1e-6) == report["tensors"][0]["statistics"]["mean"]
    )
    assert ["its member 'README' is not an array, and was not read"] == report["notes"]


@pytest.mark.parametrize("method", METHODS)
def test_a_stream_that_goes_on(method: int, tmp_path: Path) -> None:
    """``numpy.load`` stops where the member does; readers from the front go by the stream."""
    spec = {"input": 3, "layers": [{"name": "w", "type": "dense", "units": 2, "use_bias": False}]}
    path, array = tmp_path / "w.npz", zips.npy(winitgen.generate(spec)["w.weight"])
    pack = bzip2 if method == zipfile.ZIP_BZIP2 else by_lzma
    line = f"the {METHODS[method]} stream of 'w.weight.npy' does not end where the member does, and readers from the front go by the stream"
    for stream, told in ((pack(array), False), (pack(array) + b"x", True), (pack(array + b"7"), True)):
        path.write_bytes(packed({"w.weight.npy": (array, stream)}, method))
        assert (2, 3) == _loaded(path, "w.weight").shape
        assert told is (line in winitgen.inspect(path)["notes"])
    with pytest.raises(winitgen.DiffersError) as caught:
        winitgen.verify(path, spec)
    assert f"{path}: {line}" == str(caught.value.mistakes[0])


def test_lzma_without_a_mark_of_its_end(tmp_path: Path) -> None:
    """Its flag says so, and the size of the member is where it ends."""
    path, array = tmp_path / "w.npz", zips.npy(NOISE[0])
    stream = by_lzma(array)
    for end in range(len(stream) - 12, len(stream)):
        path.write_bytes(packed({"w.npy": (array, stream[:end])}, zipfile.ZIP_LZMA, flags=0))
        try:
            with np.load(path) as file:
                np.testing.assert_array_equal(NOISE[0], file["w"])
            break
        except (EOFError, zipfile.BadZipFile, ValueError):
            assert winitgen.inspect(path)["tensors"][0]["unread"]
    assert end < len(stream) - 1

    assert [] == winitgen.inspect(path)["notes"]
    assert float(NOISE[0].max()) == winitgen.inspect(path)["tensors"][0]["statistics"]["max"]


@pytest.mark.parametrize("method", METHODS)
def test_damage(method: int, tmp_path: Path) -> None:
    """A changed byte, a wrong checksum and an end that is missing are told of that member; the others are read."""
    array = zips.npy(NOISE)
    stream = (bzip2 if method == zipfile.ZIP_BZIP2 else by_lzma)(array)
    changed = bytearray(stream)
    changed[len(stream) * 9 // 10] ^= 0x55
    path = tmp_path / "w.npz"
    why = "it is damaged, so that its values cannot be unpacked"
    cut = stream[: len(stream) * 19 // 20]
    for bad in ((array, bytes(changed)), (array[:-1] + b"x", stream), (array, cut)):
        path.write_bytes(packed({"a.npy": bad, "b.npy": (array, stream)}, method))
        with pytest.raises((zipfile.BadZipFile, EOFError, OSError, lzma.LZMAError, ValueError)):
            _loaded(path, "a")
        assert [("a", why), ("b", None)] == [
            (row["name"], row["unread"]) for row in winitgen.inspect(path)["tensors"]
        ]


@pytest.mark.parametrize("method", METHODS)
def test_damage_anywhere(method: int, tmp_path: Path) -> None:
    """Whichever byte of a short member is changed, its checksums at the end too, the archive is listed."""
    array, path = zips.npy(NOISE[0, :30]), tmp_path / "w.npz"
    stream = (bzip2 if method == zipfile.ZIP_BZIP2 else by_lzma)(array)
    for at in (*range(0, len(stream), 9), *range(len(stream) - 6, len(stream))):
        changed = bytearray(stream)
        changed[at] ^= 0x81
        path.write_bytes(packed({"a.npy": (array, bytes(changed))}, method))
        with open_weights(path) as weights:
            assert ["a"] == [one.name for one in weights.tensors]


def test_a_header_of_lzma_that_is_none(tmp_path: Path) -> None:
    """Properties of another size, or beyond their bounds, are refused as ``numpy.load`` refuses them; so is no stream at all."""
    array, path = zips.npy(NOISE[0]), tmp_path / "w.npz"
    good, unopened, empty = (
        by_lzma(array),
        "it is damaged: zipfile cannot open it",
        "it has no header of NumPy's, or a damaged one",
    )
    other = by_lzma(array, head=b"\x09\x04\x06\x00")
    for stream, why in (
        (other, unopened),
        (good[:4] + b"\xff" + good[5:], unopened),
        (good[:3], empty),
        (b"", empty),
    ):
        path.write_bytes(packed({"w.npy": (array, stream)}, zipfile.ZIP_LZMA))
        with pytest.raises((lzma.LZMAError, EOFError, ValueError, zipfile.BadZipFile)):
            _loaded(path, "w")
        assert why == winitgen.inspect(path)["tensors"][0]["unread"]


def test_large_dictionaries(tmp_path: Path) -> None:
    """No more is taken than the member is long; a member that is long and wants more is not read."""
    array, path = zips.npy(NOISE), tmp_path / "w.npz"
    path.write_bytes(packed({"w.npy": (array, by_lzma(array, 0xFFFFFFFF))}, zipfile.ZIP_LZMA))
    assert None is winitgen.inspect(path)["tensors"][0]["unread"]

    content = bytearray(path.read_bytes())
    for at in (22, content.index(b"PK\1\2") + 24):
        struct.pack_into("<L", content, at, 100_000_000)
    path.write_bytes(content)
    why = "its LZMA stream needs a dictionary of 4,294,967,295 bytes, and winitgen takes no more than 67,108,864"
    assert why == winitgen.inspect(path)["tensors"][0]["unread"]


@pytest.mark.parametrize("module", ["bz2", "lzma"])
def test_a_python_without_the_module(module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named; other members are read."""
    path, array = tmp_path / "w.npz", zips.npy(np.ones(3))
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.npy", array, {"bz2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA}[module])
        file.writestr("b.npy", array)
    monkeypatch.setattr("winitgen.files.formats.npz.packings.find_spec", lambda name: None)
    word = {"bz2": "bzip2", "lzma": "LZMA"}[module]

    assert [
        f"it is compressed by {word}, and this Python was built without its module {module}",
        None,
    ] == [row["unread"] for row in winitgen.inspect(path)["tensors"]]


def test_blocks_that_no_member_has(tmp_path: Path) -> None:
    """A few dozen bytes may be a block of 900,000: after a hundred of those, no more is unpacked for nothing."""
    small = zips.npy(np.zeros(8, np.float32))
    streams = bzip2(small + b"ab" * 440_000), bzip2(small + b"ab" * 440_000)[:-20]
    members = {f"{number:04}.npy": (small, streams[number % 2]) for number in range(3000)}
    members["z.npy"] = (small, bzip2(small))
    path = tmp_path / "w.npz"
    path.write_bytes(packed(members, zipfile.ZIP_BZIP2, flags=0))
    begin = time.process_time()
    found = [row["unread"] for row in winitgen.inspect(path)["tensors"]]

    assert time.process_time() - begin < 5
    why = "before it, the bzip2 streams of 100 members are damaged or longer than the members"
    assert [why] * 2901 == found[100:]


MEMORY = """
import sys
from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights
with open_weights(sys.argv[1]) as weights:
    for tensor in weights.tensors:
        try:
            tensor.read(0, 1)
        except UnreadableError:
            pass
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def _peak(path: Path) -> int:
    """Return the megabytes that reading one value of each member takes, in a process of its own."""
    command = [sys.executable, "-c", MEMORY, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return int(done.stdout) >> 10


def test_memory(tmp_path: Path) -> None:
    """Neither a stream that unpacks to far more than its member nor many members that were begun fill the memory."""
    small = zips.npy(np.zeros(8, np.float32))
    filled = small + bytes(120_000_000)
    bombs = {"b.npy": (small, bzip2(filled))}, {"l.npy": (small, by_lzma(filled))}
    many = io.BytesIO()
    long = zips.npy(np.zeros(2_000_000, np.float32))
    stream = by_lzma(long, 1 << 26)
    many.write(packed({f"{number}.npy": (long, stream) for number in range(40)}, zipfile.ZIP_LZMA))
    for name, content in {
        "b.npz": packed(bombs[0], zipfile.ZIP_BZIP2, flags=0),
        "l.npz": packed(bombs[1], zipfile.ZIP_LZMA),
        "m.npz": many.getvalue(),
    }.items():
        (tmp_path / name).write_bytes(content)
        assert _peak(tmp_path / name) < 200


def test_streams_that_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two members that are read by turns go on where they stopped, unless that takes too much memory: then from the front."""
    path = tmp_path / "w.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as file:
        for name in "ab":
            file.writestr(f"{name}.npy", zips.npy(NOISE))
    for most in (1 << 26, 1):
        monkeypatch.setattr(open_streams, "_MOST_MEMORY", most)
        with open_weights(path) as weights:
            found = [[tensor.read(start, 140_000) for tensor in weights.tensors] for start in (0, 140_000)]
        for values in zip(*found, strict=True):
            np.testing.assert_array_equal(NOISE.ravel(), np.concatenate(values))


@pytest.mark.parametrize("method", METHODS)
def test_an_archive_of_keras(method: int, tmp_path: Path) -> None:
    """Keras reads its archives by ``zipfile``, too; PyTorch reads no member that is packed so."""
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file["layers/dense/vars/0"] = NOISE
    with zipfile.ZipFile(tmp_path / "m.keras", "w", method) as file:
        file.writestr("metadata.json", b"{}")
        file.writestr("model.weights.h5", (tmp_path / "w.h5").read_bytes())
    with zipfile.ZipFile(tmp_path / "m.pt", "w", method) as file:
        file.writestr("m/data.pkl", b"\x80\2}.")
    with pytest.raises(UnreadableError) as caught:
        winitgen.inspect(tmp_path / "m.pt")

    assert float(NOISE.min()) == winitgen.inspect(tmp_path / "m.keras")["tensors"][0]["statistics"]["min"]
    why = f"its member 'm/data.pkl': it is compressed by method {method} of zip; save it with torch.save"
    assert f"{tmp_path}/m.pt: {why}" == str(caught.value)


def test_one_is_converted(tmp_path: Path) -> None:
    """Its values are those of the same arrays that are not packed."""
    arrays: dict[str, Any] = {"a": NOISE, "b": NOISE[:3].astype(np.float16)}
    with zipfile.ZipFile(tmp_path / "w.npz", "w", zipfile.ZIP_BZIP2) as file:
        for name, array in arrays.items():
            file.writestr(f"{name}.npy", zips.npy(array))
    winitgen.convert(tmp_path / "w.npz", tmp_path / "w.safetensors")
    np.savez(tmp_path / "plain.npz", **arrays)

    assert winitgen.diff(tmp_path / "w.safetensors", tmp_path / "plain.npz")["equal"]
