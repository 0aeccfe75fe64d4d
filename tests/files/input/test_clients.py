"""Files written by other programs: winitgen reads their values."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any

import h5py
import ml_dtypes
import numpy as np
import pytest

from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights

ARRAYS = {
    "w": np.arange(12, dtype="f4").reshape(3, 4),
    "fortran": np.asfortranarray(np.arange(35, dtype="f8").reshape(5, 7)),
    "half": np.arange(5, dtype="f2"),
    "big": np.arange(6, dtype=">i4"),
    "flags": np.array([True, False]),
    "scalar": np.array(2.5),
    "empty": np.zeros((0, 3), "u2"),
    "漢.b": np.arange(3, dtype="c8"),
}


def values(path: str | Path) -> dict[str, Any]:
    """Return all arrays of a file, each read in several runs."""
    with open_weights(path) as weights:
        return {
            tensor.name: np.concatenate(
                [tensor.read(at, min(4, tensor.size - at)) for at in range(0, tensor.size, 4)]
                or [tensor.read(0, 0)]
            ).reshape(tensor.shape)
            for tensor in weights.tensors
        }


def same(expected: dict[str, Any], path: str | Path) -> None:
    """Compare all arrays of a file, and their number formats."""
    found = values(path)
    assert set(expected) == set(found)
    for name, array in expected.items():
        assert array.dtype.newbyteorder("=") == found[name].dtype
        assert np.array_equal(array, found[name])


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_npz(save: Any, tmp_path: Path) -> None:
    """NumPy's archives are read, stored and compressed."""
    save(tmp_path / "w.npz", **ARRAYS)

    same(ARRAYS, tmp_path / "w.npz")


@pytest.mark.parametrize("name", ARRAYS)
def test_npy(name: str, tmp_path: Path) -> None:
    """NumPy's own files are read: one array without a name."""
    np.save(tmp_path / "w.npy", ARRAYS[name])

    same({"": ARRAYS[name]}, tmp_path / "w.npy")


def test_safetensors(tmp_path: Path) -> None:
    """The safetensors library's files are read, including bfloat16 and float8."""
    from safetensors.numpy import save_file

    native = {name: np.ascontiguousarray(array) for name, array in ARRAYS.items() if name != "big"}
    native["narrow"] = np.arange(4).astype(ml_dtypes.bfloat16)
    save_file(native, tmp_path / "w.safetensors")

    same(native, tmp_path / "w.safetensors")


@pytest.mark.parametrize("options", [{}, {"libver": "latest"}, {"userblock_size": 512}], ids=str)
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"chunks": (2, 3)},
        {"chunks": (5, 7), "compression": "gzip", "shuffle": True, "fletcher32": True},
        {"chunks": (5, 2), "compression": "lzf"},
    ],
    ids=str,
)
def test_hdf5(how: dict[str, Any], options: dict[str, Any], tmp_path: Path) -> None:
    """H5py's files are read: contiguous, chunked, compressed, and after a user block."""
    plain = {name: array for name, array in ARRAYS.items() if name not in {"flags", "漢.b"}}
    with h5py.File(tmp_path / "w.h5", "w", **options) as file:
        for name, array in plain.items():
            file.create_dataset(f"deep/{name}", data=array)
        file.create_dataset("most", data=ARRAYS["fortran"], **how)

    same(
        {**{f"deep/{name}": array for name, array in plain.items()}, "most": ARRAYS["fortran"]},
        tmp_path / "w.h5",
    )


def test_large_rows_in_chunks(tmp_path: Path) -> None:
    """Runs may begin and end within long rows of a compressed dataset."""
    array = np.arange(2 * 3 * 100_000, dtype="i4").reshape(2, 3, 100_000)
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file.create_dataset("w", data=array, compression="gzip")
    with open_weights(tmp_path / "w.h5") as weights:
        found = [
            weights.tensors[0].read(at, min(77_777, array.size - at)) for at in range(0, array.size, 77_777)
        ]

    assert np.array_equal(array.reshape(-1), np.concatenate(found))


def test_links_that_lead_elsewhere(tmp_path: Path) -> None:
    """Values outside the file are not read, neither through a link nor through a name that crosses one."""
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["secret"] = np.arange(3)
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file["w"] = np.arange(4)
        file["loop/again"] = file["/"]
        file["soft"] = h5py.SoftLink("/w")
        file["out"] = h5py.ExternalLink("other.h5", "/")
        file["out_secret"] = np.arange(2)
    same({"w": np.arange(4), "out_secret": np.arange(2)}, tmp_path / "w.h5")
    content = (tmp_path / "w.h5").read_bytes()
    (tmp_path / "w.h5").write_bytes(content.replace(b"out_secret", b"out/secret"))
    with pytest.raises(UnreadableError) as caught, open_weights(tmp_path / "w.h5"):
        pass

    assert str(caught.value) == f"{tmp_path}/w.h5 is a damaged HDF5 file: 'out/secret' is not a valid name"


def test_values_in_other_files(tmp_path: Path) -> None:
    """A dataset whose values are in another file is listed without them, however it refers to them."""
    (tmp_path / "raw").write_bytes(bytes(16))
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file.create_dataset("w", (4,), "f4", external=[(str(tmp_path / "raw"), 0, 16)])
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource(str(tmp_path / "w.h5"), "w", (4,))
    with h5py.File(tmp_path / "v.h5", "w") as file:
        file.create_virtual_dataset("w", layout)
    for name, why in {
        "w.h5": "its values are in another file",
        "v.h5": "it is a virtual dataset, whose values are those of other datasets or files",
    }.items():
        with open_weights(tmp_path / name) as weights:
            (stored,) = weights.tensors
            with pytest.raises(UnreadableError) as caught:
                stored.read(0, 4)

        assert (why, (4,), 16) == (stored.unread, stored.shape, stored.nbytes)
        assert f"the values of 'w' cannot be read: {why}" == str(caught.value)


def test_shapes_without_values(tmp_path: Path) -> None:
    """Of a dataset that declares terabytes and stores nothing all values are known, and are not written out."""
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file.create_dataset("w", (1 << 20, 1 << 20), "f4", chunks=(1, 1024))
    with open_weights(tmp_path / "w.h5") as weights:
        (array,) = weights.tensors
        with pytest.raises(UnreadableError) as caught:
            deque((array.read(start, 1 << 20) for start in range(0, array.size, 1 << 20)), maxlen=0)

    assert str(caught.value) == (
        f"{tmp_path}/w.h5: 'w' declares 4,398,046,511,104 bytes but stores 0; refusing to expand it"
    )
