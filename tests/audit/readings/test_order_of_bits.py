"""Bits of bfloat16 as whole numbers in either byte order: the header says which, as ``numpy.load`` reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.audit.readings.words import told

SPEC: dict[str, Any] = {
    "input": 3,
    "dtype": "bfloat16",
    "layers": [{"name": "fc", "type": "dense", "units": 2, "use_bias": False}],
}
CONTAINERS = ("w.npy", "w.npz", "folder")


def _written(folder: Path, container: str) -> tuple[Path, Path]:
    """Write the model, little-endian; return the path, and that of the file with the values."""
    path = folder / container
    winitgen.write(SPEC, f"{path}/" if container == "folder" else path)
    return path, path / "fc.weight.npy" if container == "folder" else path


def _saved(file: Path, values: Any) -> None:
    """Let NumPy save whole numbers, in their byte order."""
    if file.suffix == ".npz":
        np.savez(file, **{"fc.weight": values})
    else:
        np.save(file, values)


@pytest.mark.parametrize("container", CONTAINERS)
def test_big_endian_bits(container: str, tmp_path: Path) -> None:
    """The same numbers in the other order verify, and are equal to those of another file, digests too."""
    path, file = _written(tmp_path, container)
    winitgen.write(SPEC, tmp_path / "w.safetensors")
    planned = winitgen.generate(SPEC)["fc.weight"]
    _saved(file, planned.view("u2").astype(">u2"))

    assert b">u2" in file.read_bytes()
    assert "verified" == winitgen.verify(path, SPEC)["status"]
    if container == "folder":  # the others name the format in the recipe only
        assert [] == told(path, SPEC)
        assert winitgen.diff(path, tmp_path / "w.safetensors")["equal"]
        found, wanted = (winitgen.inspect(one)["tensors"] for one in (path, tmp_path / "w.safetensors"))
        assert [one["statistics"] for one in wanted] == [one["statistics"] for one in found]
        assert "agrees" == winitgen.verify(path, SPEC, statistics=True)["verdict"]


@pytest.mark.parametrize("container", ["w.npy", "folder"])
def test_a_header_of_the_other_order(container: str, tmp_path: Path) -> None:
    """A header that says the other order gives other numbers; those are what is compared."""
    path, file = _written(tmp_path, container)
    file.write_bytes(file.read_bytes().replace(b"'<u2'", b"'>u2'"))
    first = winitgen.generate(SPEC)["fc.weight"].reshape(-1)[:1]
    swapped = first.view("u2").byteswap().view(first.dtype)
    assert swapped.view("u2")[0] == np.load(file).reshape(-1)[0]

    (line,) = told(path, SPEC)
    assert line.startswith(
        f"differs: fc.weight[0, 0] (element 0) is {float(swapped[0]):.6g}, not {float(first[0])!r}"
    )


def test_a_base_of_the_other_order(tmp_path: Path) -> None:
    """What is copied from a folder are the numbers, not the bytes."""
    path, file = _written(tmp_path, "folder")
    planned = winitgen.generate(SPEC)["fc.weight"]
    _saved(file, planned.view("u2").astype(">u2"))
    new = {"name": "new", "type": "dense", "units": 2}
    spec = {**SPEC, "layers": [*SPEC["layers"], new]}
    winitgen.write(spec, tmp_path / "o.safetensors", base=str(path), add=True)

    rows = winitgen.diff(path, tmp_path / "o.safetensors")["tensors"]
    assert ["fc.weight"] == [row["name"] for row in rows if row["status"] == "equal"]
