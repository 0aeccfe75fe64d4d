"""Deflated members whose streams end elsewhere than they do: readers that take a zip from its front go by the streams."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

import winitgen
from tests.audit.readings import zips
from tests.audit.readings.words import SPEC, told

ONE = {"input": 3, "layers": [{"name": "w", "type": "dense", "units": 2, "use_bias": False}]}
NO_RECIPE = "the file carries no recipe; its values are those of the spec"


def line(name: str) -> str:
    """Return what is told of a member."""
    return f"the deflated stream of '{name}' does not end where the member does, and readers from the front go by the stream"


@pytest.mark.parametrize(
    ("behind", "within"),
    [(b"PK\3\4 and so on", b""), (b"x" * 200_000, b""), (b"", b"seven"), (b"", b"7"), (b"x", b"seven")],
)
def test_arrays(tmp_path: Path, behind: bytes, within: bytes) -> None:
    """A stream that ends before its member hides what follows; one that is longer gives some readers more."""
    path, array = tmp_path / "w.npz", zips.npy(winitgen.generate(ONE)["w.weight"])
    path.write_bytes(zips.deflated({"w.weight.npy": (array, zips.packed(array))}))
    assert [NO_RECIPE] == told(path, ONE)
    path.write_bytes(zips.deflated({"w.weight.npy": (array, zips.packed(array + within) + behind)}))

    with np.load(path) as file:
        assert (2, 3) == file["w.weight"].shape
    assert [f"differs: {line('w.weight.npy')}"] == told(path, ONE)
    assert [line("w.weight.npy")] == winitgen.inspect(path)["notes"]
    assert [] == winitgen.inspect(path, header=True)["notes"]
    assert [line("w.weight.npy")] == winitgen.verify(path, ONE, statistics=True)["hints"]


def test_a_stream_that_does_not_end(tmp_path: Path) -> None:
    """A stream whose last block is missing gives zipfile all bytes, and other readers an error."""
    path, array = tmp_path / "w.npz", zips.npy(winitgen.generate(ONE)["w.weight"])
    stored = b"\0" + len(array).to_bytes(2, "little") + (len(array) ^ 0xFFFF).to_bytes(2, "little") + array
    path.write_bytes(zips.deflated({"w.weight.npy": (array, stored)}))
    assert [f"differs: {line('w.weight.npy')}"] == told(path, ONE)
    path.write_bytes(zips.deflated({"w.weight.npy": (array, b"\1" + stored[1:])}))
    assert [NO_RECIPE] == told(path, ONE)


def test_an_array_in_another_order(tmp_path: Path) -> None:
    """An array in Fortran's order is unpacked whole before its first value is read."""
    path, array = tmp_path / "w.npz", zips.npy(np.asfortranarray(winitgen.generate(ONE)["w.weight"]))
    path.write_bytes(zips.deflated({"w.weight.npy": (array, zips.packed(array) + b"x")}))
    assert [f"differs: {line('w.weight.npy')}"] == told(path, ONE)


def test_other_members(tmp_path: Path) -> None:
    """A text can hide a member as well as an array can; whether its checksum is right is not asked."""
    path = tmp_path / "w.npz"
    arrays = {f"{name}.npy": zips.npy(array) for name, array in winitgen.generate(SPEC).items()}
    members = {name: (array, zips.packed(array)) for name, array in arrays.items()}
    note = "its member 'README' is not an array, and was not read"
    text, other = b"see" * 10_000, b"see" * 9_999 + b"sea"
    begun = zlib.compressobj(wbits=-15)
    damaged = begun.compress(text[:20_000]) + begun.flush(zlib.Z_FULL_FLUSH) + b"\xff\xff"
    for stream, found in (
        (zips.packed(text), [NO_RECIPE, note]),
        (zips.packed(other), [NO_RECIPE, note]),
        (zips.packed(text) + b"PK\3\4", [f"differs: {line('README')}"]),
        (zips.packed(other) + b"PK\3\4", [f"differs: {line('README')}"]),
        (damaged, [f"differs: {line('README')}"]),
    ):
        path.write_bytes(zips.deflated({"README": (text, stream), **members}))
        assert found == told(path)


def test_keras(tmp_path: Path) -> None:
    """A Keras archive is a zip as well, and any of its members may be deflated."""
    winitgen.write(SPEC, tmp_path / "w.h5")
    weights, path = (tmp_path / "w.h5").read_bytes(), tmp_path / "w.keras"
    for more, found in ((b"", []), (b"x", [f"differs: {line('model.weights.h5')}"])):
        members = {"metadata.json": b"{}", "model.weights.h5": weights}
        streams = {name: (content, zips.packed(content) + more) for name, content in members.items()}
        path.write_bytes(zips.deflated({**streams, "metadata.json": (b"{}", zips.packed(b"{}"))}))
        with zipfile.ZipFile(path) as zipped:
            assert weights == zipped.read("model.weights.h5")
        assert found == told(path)
