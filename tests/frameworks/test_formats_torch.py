from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays of an archive."""
    with np.load(path) as archive:
        return dict(archive)


def read_npy(path: Path) -> dict[str, np.ndarray]:
    """Return the fields of one record."""
    record = np.load(path)
    return {name: record[name] for name in record.dtype.names}


def read_folder(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays of a folder, by the names of its files."""
    return {file.stem: np.load(file) for file in path.glob("*.npy")}


def read_hdf5(path: Path) -> dict[str, np.ndarray]:
    """Return the datasets of a file, including those in groups, by names joined with dots."""
    import h5py

    found = {}
    with h5py.File(path) as file:
        file.visititems(
            lambda name, item: (
                found.update({name.replace("/", "."): item[()]}) if hasattr(item, "dtype") else None
            )
        )
    return found


READERS = {"w.npz": read_npz, "w.npy": read_npy, "w/": read_folder, "w.h5": read_hdf5}


def perceptron(nn: Any) -> Any:
    """Return the module that specs/mlp.yaml describes."""
    model = nn.Module()
    model.fc1, model.fc2, model.out = nn.Linear(784, 500), nn.Linear(500, 500), nn.Linear(500, 10)
    return model


def test_safetensors(
    torch: Any, fill: Callable[..., Any], specs: Path, bits: Callable[[Any], dict[str, str]]
) -> None:
    """A module loaded from a file has, bit for bit, the arrays that the library function returns."""
    model = fill(perceptron(torch.nn), specs / "mlp.yaml")

    assert bits(winitgen.generate(specs / "mlp.yaml")) == bits(model.state_dict())


@pytest.mark.parametrize("name", READERS)
def test_other_formats(
    name: str, torch: Any, specs: Path, tmp_path: Path, bits: Callable[[Any], dict[str, str]]
) -> None:
    """The arrays that NumPy or h5py reads from the other formats fill the same module with the same bits."""
    winitgen.write(specs / "mlp.yaml", f"{tmp_path}/{name}")
    arrays = READERS[name](tmp_path / name)
    model = perceptron(torch.nn)
    model.load_state_dict({key: torch.from_numpy(array.copy()) for key, array in arrays.items()}, strict=True)

    assert bits(winitgen.generate(specs / "mlp.yaml")) == bits(model.state_dict())


@pytest.mark.parametrize(
    "dtype", ["float64", "float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"]
)
def test_number_formats(
    dtype: str,
    torch: Any,
    weights: Callable[..., dict[str, Any]],
    specs: Path,
    bits: Callable[[Any], dict[str, str]],
) -> None:
    """PyTorch reads every number format as its own dtype of that name, with the bits that were drawn."""
    loaded = weights(specs / "mlp.yaml", dtype=dtype)

    assert {getattr(torch, dtype)} == {tensor.dtype for tensor in loaded.values()}
    assert bits(winitgen.generate(specs / "mlp.yaml", dtype=dtype)) == bits(loaded)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"])
def test_narrow_formats_are_rounded_as_torch_rounds(
    dtype: str, torch: Any, weights: Callable[..., dict[str, Any]], specs: Path
) -> None:
    """A file of a narrow format has the values of the float32 file, rounded once as PyTorch rounds them."""
    wide = weights(specs / "mlp.yaml")
    narrow = weights(specs / "mlp.yaml", dtype=dtype)

    for name, tensor in wide.items():
        expected = tensor.to(getattr(torch, dtype))
        assert torch.equal(expected.view(torch.uint8), narrow[name].view(torch.uint8)), name
