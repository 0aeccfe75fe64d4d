"""Files of Keras's older form, which goes by lists of names: values are taken if the lists name every dataset once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from safetensors.numpy import load_file

import winitgen
from winitgen.importing.weights import of_file

DENSE = {"kernel": np.arange(6, dtype=np.float32).reshape(2, 3), "bias": np.full(3, 0.5, np.float32)}
NOTHING: dict[str, np.ndarray] = {}
NORM = {"gamma": np.ones(3, np.float32), "beta": np.zeros(3, np.float32)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file as ``model.save("old.h5")`` of Keras writes it: two layers, one without weights, and an optimizer."""
    path = tmp_path / "old.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"], file.attrs["keras_version"] = "{}", "3.0.0"
        model = file.create_group("model_weights")
        model.attrs["layer_names"] = np.array([b"dense", b"relu", b"norm"])
        for layer, weights in {"dense": DENSE, "relu": NOTHING, "norm": NORM}.items():
            model.create_group(layer).attrs["weight_names"] = [f"m/{layer}/{name}" for name in weights]
            for name, values in weights.items():
                model[layer][f"m/{layer}/{name}"] = values
        model.create_group("top_level_model_weights").attrs["weight_names"] = []
        steps = file.create_group("optimizer_weights")
        steps["iteration"], steps.attrs["weight_names"] = 7, ["iteration"]
    return path


def test_a_file_of_keras(path: Path) -> None:
    """It is converted, as a base and a source it is taken, and a note says whose names the new file has."""
    out = path.with_name("new.safetensors")
    _, report = winitgen.convert(path, out, rename=[r"model_weights\.[a-z]+\.m\.="], ignore=["optimizer*"])

    note = f"Keras reads {path} in the order of its lists; the new file has the names of its datasets"
    assert note in report["notes"]
    wanted = {f"dense.{name}": values for name, values in DENSE.items()}
    wanted |= {f"norm.{name}": values for name, values in NORM.items()}
    found = load_file(out)
    assert wanted.keys() == found.keys()
    assert all(np.array_equal(values, found[name]) for name, values in wanted.items())
    assert "norm.gamma" in of_file(str(path), fit=True).text
    assert not any("lists" in note for note in winitgen.convert(out, path.with_name("b.npz"))[1]["notes"])


def test_lists_in_parts(path: Path) -> None:
    """Keras divides a list that is longer than an attribute may be."""
    with h5py.File(path, "r+") as file:
        norm = file["model_weights/norm"].attrs
        for number, name in enumerate(norm.pop("weight_names")):
            norm[f"weight_names{number}"] = [name]

    winitgen.convert(path, path.with_name("new.npz"))


def listing(place: str, attribute: str, names: object) -> Callable[[h5py.File], None]:
    """Return a change of a list."""

    def change(file: h5py.File) -> None:
        file[place].attrs[attribute] = names

    return change


def second(file: h5py.File) -> None:
    """One more dataset, which no list has."""
    file["model_weights/dense/more"] = 1.0


def linked(file: h5py.File) -> None:
    """A dataset of a list is a link to another one."""
    del file["model_weights/dense/m/dense/bias"]
    file["model_weights/dense/m/dense/bias"] = h5py.SoftLink("/model_weights/norm/m/norm/beta")


def many(file: h5py.File) -> None:
    """A list that is longer than Keras writes one."""
    file["model_weights"].attrs["layer_names0"] = ["x" * 1000] * 10
    file["model_weights"].attrs.create("layer_names1", np.full((4000,), b"x" * 16))


WRONG: dict[str, Callable[[h5py.File], None]] = {
    "a dataset less": listing("model_weights/dense", "weight_names", ["m/dense/kernel"]),
    "a dataset twice": listing("model_weights/dense", "weight_names", ["m/dense/kernel"] * 2),
    "a dataset elsewhere": listing("model_weights/dense", "weight_names", ["m/dense/kernel", "/model_weights/norm/m/norm/beta"]),
    "another way to write a path": listing("model_weights/dense", "weight_names", ["m/dense/kernel", "m/./dense/bias"]),
    "no list": listing("model_weights/dense", "weight_names", "m/dense/kernel"),
    "numbers": listing("model_weights/dense", "weight_names", [1.5, 2.5]),
    "a layer less": listing("model_weights", "layer_names", ["dense", "relu"]),
    "a list on the file": listing("/", "layer_names", ["dense"]),
    "a list of a dataset": listing("model_weights/dense/m/dense/bias", "weight_names", []),
    "a dataset more": second,
    "a link": linked,
    "a long list": many,
    "lists in one another": listing("model_weights/dense/m", "weight_names", ["dense/kernel", "dense/bias"]),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_lists_that_name_something_else(name: str, path: Path) -> None:
    """Keras would read other values than stand under the names: the file is refused, as it is for any other misreading."""
    with h5py.File(path, "r+") as file:
        WRONG[name](file)
    with pytest.raises(winitgen.UnreadableError, match=r"^a loader may misread "):
        winitgen.convert(path, path.with_name("new.npz"))

    assert not path.with_name("new.npz").exists()
