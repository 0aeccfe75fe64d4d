"""Copied tensors of number formats that are not drawn, and in files of Keras."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from pathlib import Path

import h5py
import ml_dtypes
import numpy as np
import pytest
import safetensors
import safetensors.numpy

import winitgen
from tests.base.bits import HEAD, bits_in, trained_bits
from tests.base.conftest import MODEL, TRAINED
from winitgen.files.input import open_weights

Written = Callable[..., Path]


ODD = {
    "u16": np.arange(7, dtype=np.uint16),
    "i16": np.arange(-3, 3, dtype=np.int16).reshape(2, 3),
    "u32": np.array([2**32 - 1], np.uint32),
    "u64": np.array([2**64 - 1], np.uint64),
    "bf16": np.arange(5, dtype=np.uint16).view(ml_dtypes.bfloat16),
}


@pytest.mark.parametrize("out", ["new.safetensors", "new.npz", "new.h5", "new/"])
def test_number_formats_that_are_not_drawn_are_copied(
    out: str, spec: Written, base: Written, tmp_path: Path
) -> None:
    """Their bits arrive, and are verified."""
    trained, path = base(ODD), f"{tmp_path}/{out}"
    winitgen.write(spec(), path, base=trained, only=["head.*"])

    found = bits_in(path)
    assert trained_bits(ODD) == {name: found[name] for name in ODD}
    assert 12 == winitgen.verify(path, base=trained)["copied"]["tensors"]


def test_complex_numbers_are_copied_where_they_have_a_name(
    spec: Written, base: Written, tmp_path: Path
) -> None:
    """NumPy and safetensors have one; HDF5 has not."""
    waves = np.array([1 + 2j, -0j], np.complex64)
    trained = base({"waves": waves})
    for out in ("new.safetensors", "new.npz"):
        winitgen.write(spec(), tmp_path / out, base=trained, only=["head.*"])
        assert trained_bits({"waves": waves})["waves"] == bits_in(tmp_path / out)["waves"]
    with pytest.raises(winitgen.UsageError) as refusal:
        winitgen.write(spec(), tmp_path / "new.h5", base=trained, only=["head.*"])

    assert "hdf5 cannot hold 'waves', which is complex64; .npz can" == str(refusal.value)


def packed(path: Path, arrays: Mapping[str, tuple[str, list[int], bytes]]) -> None:
    """Write tensors by safetensors' codes with the library itself, after the trained ones."""
    trained = {name: (_code(array), list(array.shape), array.tobytes()) for name, array in TRAINED.items()}
    buffers = {}
    specs = {}
    for name, (code, shape, content) in {**trained, **arrays}.items():
        buffers[name] = ctypes.create_string_buffer(content, len(content))
        address = ctypes.addressof(buffers[name])
        specs[name] = safetensors.TensorSpec(dtype=code, shape=shape, data_ptr=address, data_len=len(content))
    path.write_bytes(safetensors.serialize(specs))


def _code(array: np.ndarray) -> str:
    return str(array.dtype)


def test_numbers_of_four_bits_are_copied(spec: Written, tmp_path: Path) -> None:
    """Two of them share a byte; the file is in the library's own order, and it reads it."""
    trained, path = tmp_path / "trained.safetensors", tmp_path / "new.safetensors"
    content = bytes(range(30))
    packed(
        trained,
        {
            "q": ("float4_e2m1fn_x2", [5, 6], content),
            "scale": ("float8_e8m0fnu", [4], b"\x7e\x7f\x80\x81"),
            "half": ("float16", [1], b"\0\x3c"),
            "wide": ("complex64", [1], bytes(8)),
            "long": ("uint64", [1], bytes(8)),
        },
    )
    winitgen.write(spec(), path, base=trained, only=["head.*"])

    theirs, ours = (dict(safetensors.deserialize(file.read_bytes())) for file in (trained, path))
    assert {name for name in theirs if theirs[name] != ours[name]} == HEAD
    with open_weights(trained) as one, open_weights(path) as other:
        assert [array.name for array in one.tensors] == [array.name for array in other.tensors]
    assert 12 == winitgen.verify(path, base=trained)["copied"]["tensors"]
    for out in ("new.npz", "new/"):
        with pytest.raises(winitgen.UsageError) as refusal:
            winitgen.write(spec(), f"{tmp_path}/{out}", base=trained, only=["head.*"])
        assert "NumPy's files cannot hold 'scale', which is float8_e8m0fnu; .safetensors can" == str(
            refusal.value
        )


def test_a_number_format_that_safetensors_lacks(spec: Written, tmp_path: Path) -> None:
    """The refusal names a container that has it."""
    np.savez(tmp_path / "trained.npz", waves=np.zeros(2, np.complex128), **TRAINED)
    with pytest.raises(winitgen.UsageError) as refusal:
        winitgen.write(spec(), tmp_path / "new.safetensors", base=tmp_path / "trained.npz", only=["head.*"])

    assert "safetensors cannot hold 'waves', which is complex128; .npz can" == str(refusal.value)


def test_keras_files_are_bases_and_outputs(spec: Written, tmp_path: Path) -> None:
    """Variables have Keras's own paths there, those of an optimizer too."""
    model = {**MODEL, "layout": "keras", "seed": 5}
    trained = tmp_path / "trained.weights.h5"
    winitgen.write(model, trained)
    with h5py.File(trained, "a") as file:
        file["optimizer/vars/0"] = 41
        del file.attrs["winitgen"]
    path = tmp_path / "new.weights.h5"
    winitgen.write(spec(layout="keras"), path, base=trained, only=["head/*"])

    theirs, ours = bits_in(trained), bits_in(path)
    changed = [name for name in theirs if theirs[name] != ours[name]]
    assert set(theirs) == set(ours)
    assert ["layers.dense_1.vars.0"] == changed
    assert 7 == winitgen.verify(path, base=trained)["copied"]["tensors"]


def test_a_tensor_that_keras_has_no_place_for_is_left_out(spec: Written, tmp_path: Path) -> None:
    """One that the layer-spec lacks has no path in Keras's file; the note names it."""
    model = spec(layout="keras", seed=5)
    arrays = winitgen.generate(model)
    trained, path = tmp_path / "trained.safetensors", tmp_path / "new.weights.h5"
    safetensors.numpy.save_file({**arrays, "ema": np.ones(2)}, trained)
    report = winitgen.write(model, path, base=trained, only=["head/*"], seed=6).report

    assert ["ema"] == report["left_out"]
    assert "left out of Keras's file, since no layer of Keras has it: ema" == report["notes"][-1]
    assert 6 == winitgen.verify(path, base=trained)["copied"]["tensors"]


def test_names_that_an_archive_cannot_hold(spec: Written, base: Written, tmp_path: Path) -> None:
    """A copied tensor whose name in an archive numpy.load takes for that of another one is refused, and so is one that is too long."""
    for more, message in (
        (
            "norm.bias.npy",
            "npz cannot hold both 'norm.bias' and 'norm.bias.npy', as numpy.load takes the second for the first; .safetensors can",
        ),
        (
            "z" * 65_532,
            f"npz cannot hold '{'z' * 100}...', whose name in the archive would have 65,536 bytes, more than 65,535; .safetensors can",
        ),
    ):
        trained = base({more: np.ones(2)})
        with pytest.raises(winitgen.UsageError) as refusal:
            winitgen.write(spec(), tmp_path / "new.npz", base=trained, only=["head.*"])

        assert message == str(refusal.value)
        assert not (tmp_path / "new.npz").exists()
