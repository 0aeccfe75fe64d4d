"""Every example in every layout and format verifies, also after other libraries saved it again."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import winitgen
from tests.audit.conftest import EXAMPLES, LAYOUTS, SPECS, TORCH_ONLY, Wrong, path_of
from winitgen import api
from winitgen.errors import UsageError
from winitgen.files.formats import FORMATS
from winitgen.files.output.options import WriteOptions
from winitgen.layouts import tensors
from winitgen.numeric.dtypes import FLOAT_DTYPES
from winitgen.planning.plan import Plan

FOREIGN = ["the file carries no recipe; its values are those of the spec"]


def written(planned: Plan, folder: Path, name: str) -> str | None:
    """Write a plan and return the path, or None if the format cannot hold this model."""
    path = path_of(folder, name)
    try:
        winitgen.write(planned, path, format=name, fsync=False)
    except UsageError:
        return None
    return path


def verified(path: str, planned: Plan, name: str) -> dict[str, Any]:
    """Verify a file by its own recipe, or by a spec if the format cannot carry one; return the report."""
    own = FORMATS[name].carries_recipe
    return winitgen.verify(path, None if own else planned)


def fits(planned: Plan, name: str) -> bool:
    """Return whether a format holds a model: NumPy's header some 200 names of tensors, Keras's file one layout."""
    if name == "keras-h5":
        return planned.layout == "keras"
    return name != "npy" or len(tensors(planned)) < 200


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_example_in_every_layout_and_format(layout: str, name: str, tmp_path: Path) -> None:
    """What ``init`` writes is verified, for every model that the format can hold."""
    held, expected = [], []
    for example in EXAMPLES:
        if example in TORCH_ONLY and layout != "torch":
            continue
        planned = winitgen.plan(SPECS / f"{example}.yaml", seed=3, layout=layout)
        (tmp_path / example).mkdir()
        path = written(planned, tmp_path / example, name)
        expected += [example] if fits(planned, name) else []
        if path is not None:
            held.append(example)
            report = verified(path, planned, name)
            assert (report["status"], report["layout"], report["seed"]) == ("verified", layout, 3)

    assert expected == held


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("dtype", FLOAT_DTYPES)
def test_every_number_format(dtype: str, name: str, tmp_path: Path, small: Any, wrong: Wrong) -> None:
    """Number formats that a container cannot name are compared bit by bit like any other."""
    planned = winitgen.plan(small, dtype=dtype, layout="keras")
    path = written(planned, tmp_path, name)
    if path is None:
        assert ("keras-h5", "float8") == (name, dtype[:6])
        return

    report = verified(path, planned, name)
    assert (dtype, 5) == (report["dtype"], report["totals"]["tensors"])
    other = wrong(path, small, dtype=dtype, layout="keras", seed=1)
    assert other[0].startswith("fc1/kernel[0, 0] (element 0) is ")


def test_what_the_safetensors_library_saved_again(tmp_path: Path, small: Any) -> None:
    """Only the values count, not the order of tensors, the recipe or the header."""
    winitgen.write(small, tmp_path / "w.safetensors", fsync=False)
    arrays = load_file(tmp_path / "w.safetensors")
    save_file(dict(reversed(arrays.items())), tmp_path / "again.safetensors")

    assert FOREIGN == winitgen.verify(tmp_path / "again.safetensors", small)["notes"]


def test_what_numpy_saved_again(tmp_path: Path, small: Any, wrong: Wrong) -> None:
    """Files verify compressed, in Fortran order, in big-endian numbers, and with single arrays."""
    arrays = winitgen.generate(small)
    np.savez_compressed(tmp_path / "w.npz", **{n: np.asfortranarray(a) for n, a in reversed(arrays.items())})
    np.savez(tmp_path / "big.npz", **{name: array.astype(">f4") for name, array in arrays.items()})

    assert FOREIGN == winitgen.verify(tmp_path / "w.npz", small, threads=3)["notes"]
    assert FOREIGN == winitgen.verify(tmp_path / "big.npz", small)["notes"]
    arrays["out.weight"][6, 499] = 0
    np.savez_compressed(tmp_path / "x.npz", **arrays)
    assert wrong(tmp_path / "x.npz", small)[0].startswith("out.weight[6, 499] (element 3,499) is 0.0, not ")


def test_what_h5py_saved_again(tmp_path: Path, small: Any, wrong: Wrong) -> None:
    """Files verify chunked, compressed, in groups, or with dots in the names."""
    arrays = winitgen.generate(small)
    for ending, join in (("groups", "/"), ("dots", ".")):
        with h5py.File(tmp_path / f"{ending}.h5", "w") as file:
            for name, array in arrays.items():
                chunks = {"chunks": True, "compression": "gzip"} if array.shape else {}
                file.create_dataset(name.replace(".", join), data=array, **chunks)

        assert FOREIGN == winitgen.verify(tmp_path / f"{ending}.h5", small)["notes"]


def test_an_archive_with_other_tools(tmp_path: Path, small: Any) -> None:
    """A zip with its members in another order, written by Python's zipfile, verifies."""
    with zipfile.ZipFile(tmp_path / "w.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in sorted(winitgen.generate(small).items(), reverse=True):
            content = io.BytesIO()
            np.save(content, array)
            archive.writestr(f"{name}.npy", content.getvalue())

    assert "verified" == winitgen.verify(tmp_path / "w.npz", small)["status"]


def test_an_archive_whose_recipe_is_a_hash(tmp_path: Path, wrong: Wrong) -> None:
    """A recipe longer than 65,535 bytes is stored as a hash, which is compared with the spec."""
    spec = {
        "input": 2,
        "layers": [
            {
                "type": "repeat",
                "times": 900,
                "name": "block{i}",
                "layers": [{"type": "dense", "units": 2, "name": "f"}],
            }
        ],
    }
    path = tmp_path / "w.npz"
    winitgen.write(spec, path, fsync=False)

    with pytest.raises(winitgen.UnreadableError) as caught:
        winitgen.verify(path)
    assert (
        f"{path} carries only the hash of its recipe, which was too long for a zip comment; "
        f"name its layer-spec: winitgen verify {path} SPEC" == str(caught.value)
    )
    assert [] == winitgen.verify(path, spec)["notes"]
    assert "its seed, spec or options differ" == wrong(path, spec, seed=1)[-1]


def test_another_recipe_for_the_same_values(tmp_path: Path, small: Any) -> None:
    """If only the model's name differs, the values are verified, and a note says that the recipes differ."""
    path = tmp_path / "w.safetensors"
    winitgen.write(small, path, fsync=False)

    notes = winitgen.verify(path, {**small, "model": "renamed"})["notes"]
    assert [
        "the file carries a different recipe: its spec differs; its values are those of the spec"
    ] == notes


def test_digests_are_those_of_writing(tmp_path: Path, small: Any) -> None:
    """``verify`` computes the digests from the compared values."""
    planned = winitgen.plan(small, layout="keras")
    report = api.write_plan(
        planned, tmp_path / "w.safetensors", WriteOptions(digest=True, fsync=False)
    ).report

    assert report["digests"] == winitgen.verify(tmp_path / "w.safetensors", digest=True)["digests"]
    assert "digests" not in winitgen.verify(tmp_path / "w.safetensors")
